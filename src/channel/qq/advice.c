/* advice.c - what an operator can do about a refusal of the platform.
 *
 * Source: QQ Wallet, "安全规范", https://qpay.qq.com/buss/wiki/38/1192, read 2026-11.
 */
#include "channel/qq/codes.h"
#include "channel/qq/message.h"

const char *qq_advice(const struct channel_answer *answer)
{
	static const struct {
		const char *code, *advice;
	} KNOWN[] = {
		{ "SIGNERROR", "the platform has another key than api_key: compare it with the one "
			       "set in its console" },
		{ "NOAUTH", "the merchant may not use this: apply for the product in the console" },
		{ "MCHID_NOT_EXIST", "the platform knows no merchant of this mch_id" },
		{ "APPID_NOT_EXIST", "the platform knows no application of this appid" },
		{ "APPID_MCHID_NOT_MATCH", "appid is not bound to mch_id: bind it in the console" },
		{ "CERT_ERROR", "cert and key are not those of this merchant: download them anew" },
	};

	if (qq_turned_away(str_of(answer->text)))
		return KNOWN[0].advice;
	for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++) {
		if (qq_code_is(str_of(answer->code), KNOWN[i].code))
			return KNOWN[i].advice;
	}
	return "";
}
