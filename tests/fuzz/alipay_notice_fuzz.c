/* Notices, returns and their explanation.
 *
 * A first byte of 1 says that the rest is a form without signature, which is then signed as the
 * platform would.  What is accepted must be signed, ours, and make sense; what is explained must be
 * JSON.
 */
#include "channel/alipay/form.h"
#include "channel/alipay_kit.h"
#include "fuzz.h"
#include "sys/json.h"

static void must(bool right)
{
	if (!right)
		__builtin_trap();
}

/* The form with the signature that its own fields ask for; as it is when it is no form. */
static struct str signed_form(struct arena *a, struct str text)
{
	struct alipay_form form;
	char encoded[URL_TEXT(RSA_SIGN_BASE64_MAX)];

	text = str_of(arena_printf(a, "%s&sign_type=RSA2", arena_text(a, text)));
	if (alipay_form_open(text, a, &form) != ERR_OK)
		return text;
	/* Refused without a signature, but it leaves the text that one must cover. */
	if (alipay_form_verify(kit_versions(KIT_KEY), a, &form) == ERR_OK)
		return text;
	(void)url_write(str_of(kit_sign(a, PEM.platform, form.text)), encoded);
	return str_of(arena_printf(a, "%s&sign=%s", text.p, encoded));
}

static void explain(const struct channel_env *env, const struct channel_incoming *in, bool accepted)
{
	struct str found = ALIPAY.inspect(kit_versions(KIT_KEY), in, env);
	char verdict[16] = "";
	struct jin r;

	jin_open(&r, found);
	jin_allow_unknown(&r);
	jin_text(&r, "verdict", JIN_NEEDED, verdict, sizeof(verdict));
	/* A name that is not UTF-8 may come twice once it is shown. */
	if (jin_done(&r) == ERR_OK && accepted)
		must(strcmp(verdict, "verified") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char number[CHANNEL_NUMBER_MAX + 1] = "";
	struct channel_incoming in;
	struct channel_notice notice;
	struct channel_answer answer;
	const struct channel_env *env;
	enum err e;

	crypto_start();
	env = kit_env();
	if (len == 0 || len > 65536)
		return 0;
	struct str body = { (const char *)data + 1, len - 1 };

	if (data[0] == 1)
		body = signed_form(env->arena, body);
	in = kit_incoming(body, STR(""));
	e = ALIPAY.notice_read(kit_versions(KIT_KEY), &in, env, &answer, &notice);
	must((e == ERR_OK) == (answer.verdict == VERDICT_DONE));
	must(e != ERR_OK || answer.key_version == 1);
	if (e == ERR_OK && notice.kind != NOTICE_OTHER)
		must(notice.trade.number[0] && notice.trade.trade_no[0]);
	if (e == ERR_OK && notice.trade.state == TRADE_PAID)
		must(notice.trade.fen > 0);
	if (e == ERR_OK && notice.kind == NOTICE_REFUND)
		must(notice.refund_number[0] && notice.refund.state == CHANNEL_REFUND_PENDING);
	explain(env, &in, e == ERR_OK);

	in = kit_incoming(STR(""), body);
	e = ALIPAY.return_read(kit_versions(KIT_KEY), &in, env, number);
	must((e == ERR_OK) == (number[0] != '\0'));
	explain(env, &in, e == ERR_OK);
	return 0;
}
