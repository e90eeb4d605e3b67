/* Readers of answers: whatever comes, money is believed only when it is signed and about our
 * number.
 *
 * The first byte chooses the reader; its highest bit says that the rest is a node, which is then
 * signed as the platform would, so that what lies behind the signature is reached as well.
 */
#include "channel/alipay_kit.h"
#include "fuzz.h"

enum { READERS = 8, SIGNED = 0x80 };

struct outcome_read {
	struct channel_answer answer;
	struct channel_trade trade;
	struct channel_refund refund;
};

static const char *const NAMES[READERS] = {
	"precreate", "create", "pay", "query", "close", "cancel", "refund", "fastpay_refund_query"
};

static void must(bool right)
{
	if (!right)
		__builtin_trap();
}

static void read_create(const struct channel_env *env, const struct channel_reply *reply,
			const char *method, struct outcome_read *out)
{
	struct channel_create ask = kit_create(method);
	struct channel_created created;

	ALIPAY.create_read(kit_versions(KIT_KEY), &ask, reply, env, &out->answer, &created);
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
	static const char *const CREATES[] = { "alipay.qr", "alipay.jsapi", "alipay.barcode" };
	const struct channel_versions *v = kit_versions(KIT_KEY);
	struct channel_refund_ask ask = kit_refund();

	if (reader < 3)
		read_create(env, reply, CREATES[reader], out);
	else if (reader == 3)
		ALIPAY.query_read(v, NUMBER, reply, env, &out->answer, &out->trade);
	else if (reader == 4)
		ALIPAY.close_read(v, NUMBER, reply, env, &out->answer, &out->trade);
	else if (reader == 5)
		ALIPAY.cancel_read(v, NUMBER, reply, env, &out->answer);
	else if (reader == 6)
		ALIPAY.refund_read(v, &ask, reply, env, &out->answer, &out->refund);
	else
		ALIPAY.refund_query_read(v, &ask, reply, env, &out->answer, &out->refund);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct outcome_read out = { .refund.state = CHANNEL_REFUND_ABSENT };
	const struct channel_env *env;
	size_t reader;

	crypto_start();
	env = kit_env();
	if (len == 0 || len > 65536)
		return 0;
	reader = data[0] % READERS;
	struct str body = { (const char *)data + 1, len - 1 };

	if (data[0] & SIGNED)
		body = kit_body(env->arena, NAMES[reader], arena_text(env->arena, body));
	struct channel_reply reply = kit_reply(body);

	read_with(reader, env, &reply, &out);
	if (out.answer.verdict == VERDICT_DONE)
		must(out.answer.key_version == 1);
	if (out.trade.state == TRADE_PAID)
		must(out.answer.verdict == VERDICT_DONE && out.trade.fen > 0 &&
		     out.trade.trade_no[0] && strcmp(out.trade.number, NUMBER) == 0);
	if (out.refund.state == CHANNEL_REFUND_DONE)
		must(out.answer.verdict == VERDICT_DONE);
	if (reader == 3 || reader == 7)
		must(out.answer.verdict != VERDICT_REFUSED);
	must(strpbrk(out.answer.text, "\r\n") == NULL);
	return 0;
}
