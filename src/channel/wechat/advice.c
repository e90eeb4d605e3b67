/* advice.c - what an operator can do about a refusal of the platform, or about an answer that does
 * not verify here.
 *
 * Source: WeChat Pay, "签名生成",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay4_0.shtml, and "APIv3 接口规则",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay2_0.shtml, read 2026-11.
 */
#include "channel/wechat/message.h"

#include "channel/wechat/codes.h"

#include <string.h>

const char *wechat_advice(const struct channel_answer *answer)
{
	/* SIGN_ERROR has many reasons: its message tells them apart, the last line is the rest. */
	static const struct {
		const char *code, *text, *advice;
	} KNOWN[] = {
		{ WECHAT_CODE_CLOCK, "",
		  "this machine's clock and the platform's differ by more than five minutes: set "
		  "the "
		  "clock" },
		{ WECHAT_CODE_SERIAL, "",
		  "the platform signs with a key that the configuration does not have: give "
		  "public_key_id and public_key from the console, or let the platform's "
		  "certificates "
		  "be fetched" },
		{ WECHAT_CODE_SIGNATURE, "",
		  "public_key is not the one that its public_key_id names, or something on the way "
		  "changes answers" },
		{ WECHAT_CODE_API_V3_KEY, "",
		  "api_v3_key is not the one that was set in the console (API 安全)" },
		{ "SIGN_ERROR", "timestamp",
		  "this machine's clock and the platform's differ by more than five minutes: set "
		  "the "
		  "clock" },
		{ "SIGN_ERROR", "序列号",
		  "serial_no is not the serial number of a certificate of this merchant" },
		{ "SIGN_ERROR", "过期",
		  "the merchant's certificate has ended: apply for a new one" },
		{ "SIGN_ERROR", "作废",
		  "the merchant's certificate was revoked: give the new one's serial_no and "
		  "private_key" },
		{ "SIGN_ERROR", "APIv3", "no APIv3 key was set in the console yet (API 安全)" },
		{ "SIGN_ERROR", "",
		  "private_key does not belong to the certificate that serial_no names" },
		{ "APPID_MCHID_NOT_MATCH", "",
		  "bind this appid to the merchant in the console (AppID 账号管理)" },
		{ "NO_AUTH", "",
		  "the merchant may not use this product: apply for it in the console" },
		{ "MCH_NOT_EXISTS", "", "the platform knows no merchant of this mch_id" },
	};

	for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++)
		if (strcmp(answer->code, KNOWN[i].code) == 0 &&
		    strstr(answer->text, KNOWN[i].text) != NULL)
			return KNOWN[i].advice;
	return "";
}
