/* Readers of answers: whatever comes, money is believed only when it is signed and about our
 * number.
 *
 * The first byte chooses the reader; its highest bit says that the rest is a body, which is then
 * signed as the platform would.  The second byte chooses the status.
 */
#include "channel/wechat_kit.h"
#include "fuzz.h"

enum { CREATES = 6, READERS = 12, SIGNED = 0x80 };

struct outcome_read {
	struct channel_answer answer;
	struct channel_trade trade;
	struct channel_refund refund;
	struct channel_certificates certificates;
};

static void must(bool right)
{
	if (!right)
		__builtin_trap();
}

static void read_create(const struct channel_env *env, const struct channel_reply *reply,
			size_t method, struct outcome_read *out)
{
	struct channel_create ask = kit_create(WECHAT.caps.methods[method].name);
	struct channel_created created;

	ask.return_url = "https://shop.example.com/done";
	WECHAT.create_read(kit_versions(KIT_PUBLIC), &ask, reply, env, &out->answer, &created);
	out->trade = created.trade;
	if (ask.method->action != ACTION_NONE)
		must((out->answer.verdict == VERDICT_DONE) ==
		     (created.action.type == ask.method->action));
	if (ask.method->at_once && out->answer.verdict == VERDICT_DONE)
		must(out->trade.state == TRADE_PAID && out->trade.fen == ask.fen);
}

static void read_with(size_t reader, const struct channel_env *env,
		      const struct channel_reply *reply, struct outcome_read *out)
{
	const struct channel_versions *v = kit_versions(KIT_PUBLIC);
	struct channel_refund_ask ask = kit_refund();

	if (reader < CREATES)
		read_create(env, reply, reader, out);
	else if (reader == 6)
		WECHAT.query_read(v, NUMBER, reply, env, &out->answer, &out->trade);
	else if (reader == 7)
		WECHAT.close_read(v, NUMBER, reply, env, &out->answer, &out->trade);
	else if (reader == 8)
		WECHAT.cancel_read(v, NUMBER, reply, env, &out->answer);
	else if (reader == 9)
		WECHAT.refund_read(v, &ask, reply, env, &out->answer, &out->refund);
	else if (reader == 10)
		WECHAT.refund_query_read(v, &ask, reply, env, &out->answer, &out->refund);
	else
		WECHAT.certificates_read(v, reply, env, &out->answer, &out->certificates);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int STATUSES[] = { 200, 204, 202, 400, 401, 403, 404, 429, 500, 0 };
	struct outcome_read out = { .refund.state = CHANNEL_REFUND_ABSENT };
	const struct channel_env *env;
	struct channel_reply reply;
	const char *body;
	size_t reader;
	int status;

	crypto_start();
	env = kit_env();
	if (len < 2 || len > 65536)
		return 0;
	reader = (data[0] & 0x7fU) % READERS;
	status = STATUSES[data[1] % (sizeof(STATUSES) / sizeof(STATUSES[0]))];
	body = arena_text(env->arena, (struct str){ (const char *)data + 2, len - 2 });
	reply = data[0] & SIGNED ? kit_reply(env->arena, status, body) : kit_unsigned(status, body);

	read_with(reader, env, &reply, &out);
	if (out.answer.verdict == VERDICT_DONE)
		must(out.answer.key_version == 1);
	if (out.trade.state == TRADE_PAID)
		must(out.answer.verdict == VERDICT_DONE && out.trade.fen > 0 &&
		     out.trade.trade_no[0] && strcmp(out.trade.number, NUMBER) == 0);
	if (out.refund.state != CHANNEL_REFUND_ABSENT || out.certificates.n > 0)
		must(out.answer.verdict == VERDICT_DONE);
	if (reader == 6 || reader == 10)
		must(out.answer.verdict != VERDICT_REFUSED);
	if (status < 400 || status > 499)
		must(out.answer.verdict != VERDICT_LATER &&
		     (out.answer.verdict != VERDICT_REFUSED || reader == 5));
	must(strpbrk(out.answer.text, "\r\n") == NULL);
	return 0;
}
