/* advice.c - what an operator can do about a refusal of the gateway.
 *
 * Source: Alipay Open Platform, "公共错误码", https://opendocs.alipay.com/common/02km9f, read
 * 2026-11.
 */
#include "channel/alipay/message.h"

#include <string.h>

const char *alipay_advice(const struct channel_answer *answer)
{
	static const struct {
		const char *code, *advice;
	} KNOWN[] = {
		{ "isv.invalid-app-id", "the platform knows no application of this app_id: is the "
					"gateway the right one for it?" },
		{ "isv.invalid-signature",
		  "the platform does not know the public half of private_key: upload it in its "
		  "console, and see that sign type RSA2 is chosen" },
		{ "isv.missing-signature-config",
		  "no application key was uploaded in the platform's console yet" },
		{ "isv.insufficient-isv-permissions",
		  "the application may not use this: sign the product's contract and bring the "
		  "application online" },
		{ "isv.app-cert-expired",
		  "the application's certificate has ended: upload a new one" },
	};

	for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++) {
		if (strcmp(answer->code, KNOWN[i].code) == 0)
			return KNOWN[i].advice;
	}
	return "";
}
