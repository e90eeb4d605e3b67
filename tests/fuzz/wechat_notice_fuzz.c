/* Notices and their explanation.
 *
 * The first byte says how the rest becomes a body: 1, as it is and signed as the platform would; 2
 * and 3, as the content of a payment's or a refund's notice, encrypted and signed; 4, header lines,
 * an empty line and the body; else as it is, unsigned.  What is accepted must be signed, ours, and
 * make sense; what is explained must be JSON.
 */
#include "channel/wechat_kit.h"
#include "fuzz.h"
#include "sys/json.h"

static void must(bool right)
{
	if (!right)
		__builtin_trap();
}

static struct channel_incoming request(struct arena *a, uint8_t how, struct str rest)
{
	const char *text = arena_text(a, rest), *body;

	switch (how) {
	case 1:
		return kit_incoming(a, rest);
	case 2:
		return kit_incoming(a,
				    kit_notice_body(a, "TRANSACTION.SUCCESS", "transaction", text));
	case 3:
		return kit_incoming(a, kit_notice_body(a, "REFUND.SUCCESS", "refund", text));
	case 4:
		body = strstr(text, "\n\n");
		return kit_incoming_with(
			body ? arena_text(a, (struct str){ text, (size_t)(body - text) }) : text,
			str_of(body ? body + 2 : ""));
	default:
		return kit_incoming_with("", rest);
	}
}

static void explain(const struct channel_env *env, const struct channel_incoming *in, enum err e)
{
	struct str found = WECHAT.inspect(kit_versions(KIT_PUBLIC), in, env);
	char verdict[16] = "";
	struct jin r;

	jin_open(&r, found);
	jin_allow_unknown(&r);
	jin_text(&r, "verdict", JIN_NEEDED, verdict, sizeof(verdict));
	must(jin_done(&r) == ERR_OK);
	if (e == ERR_OK)
		must(strcmp(verdict, "verified") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct channel_env *env;
	struct channel_incoming in;
	struct channel_notice notice;
	struct channel_answer answer;
	enum err e;

	crypto_start();
	env = kit_env();
	if (len == 0 || len > 65536)
		return 0;
	in = request(env->arena, data[0], (struct str){ (const char *)data + 1, len - 1 });
	e = WECHAT.notice_read(kit_versions(KIT_PUBLIC), &in, env, &answer, &notice);
	must((e == ERR_OK) == (answer.verdict == VERDICT_DONE));
	must(e != ERR_OK || answer.key_version == 1);
	if (data[0] == 0 || data[0] > 3)
		must(e != ERR_OK);
	if (e != ERR_OK)
		must(notice.kind == NOTICE_OTHER);
	if (notice.kind == NOTICE_TRADE)
		must(notice.trade.state == TRADE_PAID && notice.trade.fen > 0 &&
		     notice.trade.number[0] && notice.trade.trade_no[0]);
	if (notice.kind == NOTICE_REFUND)
		must(notice.refund_number[0] && notice.trade.number[0] && notice.refund.fen > 0 &&
		     notice.trade.state == TRADE_ABSENT);
	explain(env, &in, e);
	return 0;
}
