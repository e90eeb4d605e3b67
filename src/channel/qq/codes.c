#include "channel/qq/codes.h"

static const struct {
	const char *code;
	enum verdict verdict;
	bool query_now;
} CODES[] = {
	/* clang-format off */
	/* The state at the channel is not what we think: only a query tells. */
	{ "ORDERPAID",             VERDICT_UNKNOWN, true },
	{ "ORDERCLOSED",           VERDICT_UNKNOWN, true },
	{ "ORDERREVERSED",         VERDICT_UNKNOWN, true },
	{ "ORDERNOTEXIST",         VERDICT_UNKNOWN, true },
	{ "OUT_TRADE_NO_USED",     VERDICT_UNKNOWN, true },
	{ "TRADE_ERROR",           VERDICT_UNKNOWN, true },
	{ "SYSTEMERROR",           VERDICT_UNKNOWN, false },
	{ "BANKERROR",             VERDICT_UNKNOWN, false },
	{ "USERPAYING",            VERDICT_UNKNOWN, false },

	/* Not now. */
	{ "FREQUENCY_LIMITED",     VERDICT_LATER, false },
	{ "BIZERR_NEED_RETRY",     VERDICT_LATER, false },
	{ "INVALID_REQ_TOO_MUCH",  VERDICT_LATER, false },

	/* Every method: our request, our contract. */
	{ "PARAM_ERROR",           VERDICT_REFUSED, false },
	{ "LACK_PARAMS",           VERDICT_REFUSED, false },
	{ "SIGNERROR",             VERDICT_REFUSED, false },
	{ "XML_FORMAT_ERROR",      VERDICT_REFUSED, false },
	{ "NOT_UTF8",              VERDICT_REFUSED, false },
	{ "POST_DATA_EMPTY",       VERDICT_REFUSED, false },
	{ "REQUIRE_POST_METHOD",   VERDICT_REFUSED, false },
	{ "NOAUTH",                VERDICT_REFUSED, false },
	{ "APPID_NOT_EXIST",       VERDICT_REFUSED, false },
	{ "MCHID_NOT_EXIST",       VERDICT_REFUSED, false },
	{ "APPID_MCHID_NOT_MATCH", VERDICT_REFUSED, false },
	{ "CERT_ERROR",            VERDICT_REFUSED, false },

	/* Paying: the payer. */
	{ "AUTH_CODE_INVALID",     VERDICT_REFUSED, false },
	{ "AUTH_CODE_ERROR",       VERDICT_REFUSED, false },
	{ "AUTHCODEEXPIRE",        VERDICT_REFUSED, false },
	{ "NOTENOUGH",             VERDICT_REFUSED, false },
	{ "NOTSUPORTCARD",         VERDICT_REFUSED, false },
	{ "BUYER_MISMATCH",        VERDICT_REFUSED, false },

	/* Refunding. */
	{ "TRADE_OVERDUE",         VERDICT_REFUSED, false },
	{ "USER_ACCOUNT_ABNORMAL", VERDICT_REFUSED, false },
	/* clang-format on */
};

struct qq_meaning qq_meaning_of(struct str err_code, bool gives_back)
{
	if (gives_back && qq_code_is(err_code, "NOTENOUGH"))
		return (struct qq_meaning){ VERDICT_LATER, false };
	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++)
		if (qq_code_is(err_code, CODES[i].code))
			return (struct qq_meaning){ CODES[i].verdict, CODES[i].query_now };
	return (struct qq_meaning){ VERDICT_UNKNOWN, false };
}

bool qq_code_is(struct str err_code, const char *code)
{
	size_t i = 0;

	for (;;) {
		while (i < err_code.n && err_code.p[i] == '_')
			i++;
		while (*code == '_')
			code++;
		if (i == err_code.n || *code == '\0')
			return i == err_code.n && *code == '\0';
		if (err_code.p[i++] != *code++)
			return false;
	}
}

bool qq_turned_away(struct str return_msg)
{
	static const char *const TEXTS[] = { "签名失败", "签名错误", "参数格式校验错误" };

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		if (str_is(return_msg, TEXTS[i]))
			return true;
	return false;
}
