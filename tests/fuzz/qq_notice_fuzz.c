/* Notices and answers, and their explanation.
 *
 * A first byte of 1 says that the rest is a message without signature, which is then signed as the
 * platform would.  What is accepted must be signed, ours, and make sense; what is explained must be
 * JSON.
 */
#include "channel/qq/sign.h"
#include "channel/qq_kit.h"
#include "fuzz.h"
#include "sys/json.h"
#include "sys/xml.h"

static void must(bool right)
{
	if (!right)
		__builtin_trap();
}

/* The message with the signature that its own members ask for; as it is when it is none. */
static struct str signed_message(struct arena *a, struct str text)
{
	struct field *fields;
	char sign[QQ_SIGN_TEXT];
	size_t n = 0;
	struct xml m;

	if (xml_read(text, a, &m) != ERR_OK || m.n == XML_MEMBERS_MAX)
		return text;
	fields = arena_alloc(a, (m.n + 1) * sizeof(*fields));
	for (size_t i = 0; i < m.n; i++)
		if (!str_is(m.field[i].name, "sign"))
			fields[n++] = m.field[i];
	qq_sign(qq_text_to_sign(fields, n, a), API_KEY, a, sign);
	fields[n++] = (struct field){ STR("sign"), str_of(arena_text(a, str_of(sign))) };
	return xml_write(fields, n, a);
}

static void explain(const struct channel_env *env, const struct channel_incoming *in, bool accepted)
{
	struct str found = QQ.inspect(kit_versions(KIT_PLAIN), in, env);
	char verdict[16] = "";
	struct jin r;

	must(strstr(found.p, API_KEY) == NULL || memmem(in->body.p, in->body.n, API_KEY, 32));
	jin_open(&r, found);
	jin_allow_unknown(&r);
	jin_text(&r, "verdict", JIN_NEEDED, verdict, sizeof(verdict));
	must(jin_done(&r) == ERR_OK);
	must(!accepted || strcmp(verdict, "verified") == 0);
}

static void notice_is_right(const struct channel_env *env, const struct channel_incoming *in)
{
	struct channel_notice notice;
	struct channel_answer answer;
	enum err e = QQ.notice_read(kit_versions(KIT_PLAIN), in, env, &answer, &notice);

	must((e == ERR_OK) == (answer.verdict == VERDICT_DONE));
	must(e != ERR_OK || answer.key_version == 1);
	if (e == ERR_OK && notice.kind == NOTICE_TRADE)
		must(notice.trade.number[0] && notice.trade.trade_no[0]);
	if (e == ERR_OK && notice.trade.state == TRADE_PAID)
		must(notice.trade.fen > 0);
	/* Of another application it is explained as signed, but is no notice of ours. */
	explain(env, in, e == ERR_OK);
}

static void answers_are_right(const struct channel_env *env, struct str body)
{
	const struct channel_versions *v = kit_versions(KIT_PLAIN);
	struct channel_create pay = kit_create("qq.barcode"), order = kit_create("qq.app");
	struct channel_refund_ask ask = kit_refund();
	struct channel_reply reply = kit_reply(body);
	struct channel_answer answer;
	struct channel_created created;
	struct channel_trade trade;
	struct channel_refund refund;

	QQ.create_read(v, &pay, &reply, env, &answer, &created);
	must(answer.verdict != VERDICT_DONE ||
	     (created.trade.state == TRADE_PAID && created.trade.fen == pay.fen));
	QQ.create_read(v, &order, &reply, env, &answer, &created);
	must((answer.verdict == VERDICT_DONE) == (created.action.value.n > 0));
	QQ.query_read(v, NUMBER, &reply, env, &answer, &trade);
	must(answer.verdict == VERDICT_DONE || trade.state == TRADE_ABSENT);
	must(answer.verdict != VERDICT_REFUSED);
	QQ.close_read(v, NUMBER, &reply, env, &answer, &trade);
	must(answer.verdict == VERDICT_DONE || trade.state == TRADE_ABSENT);
	QQ.cancel_read(v, NUMBER, &reply, env, &answer);
	must(answer.verdict != VERDICT_DONE || answer.key_version == 1);
	QQ.refund_read(v, &ask, &reply, env, &answer, &refund);
	must(refund.state != CHANNEL_REFUND_DONE);
	QQ.refund_query_read(v, &ask, &reply, env, &answer, &refund);
	must(refund.state == CHANNEL_REFUND_ABSENT || refund.fen == ask.fen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct channel_env *env;
	struct channel_incoming in;
	struct str body;

	crypto_start();
	env = kit_env();
	if (len == 0 || len > 65536)
		return 0;
	body = (struct str){ (const char *)data + 1, len - 1 };
	if (data[0] == 1)
		body = signed_message(env->arena, body);
	in = kit_incoming(body);
	notice_is_right(env, &in);
	answers_are_right(env, body);
	return 0;
}
