/* sign.h - the texts under signatures, each line ended by a newline: of a request, of an answer or
 * notice, and of what the payer's side hands to WeChat.
 *
 * Source: WeChat Pay, "签名生成",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay4_0.shtml, and "JSAPI 调起支付",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_1_4.shtml, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "channel/wechat/config.h"

enum { WECHAT_NONCE_TEXT = 33, WECHAT_SECONDS_TEXT = 24 };

/* `target` is the path and query exactly as they are sent. */
struct str wechat_request_text(struct arena *a, const char *method, const char *target,
			       const char *timestamp, const char *nonce, struct str body);

/* Of the bytes that came. */
struct str wechat_message_text(struct arena *a, struct str timestamp, struct str nonce,
			       struct str body);

/* `last` is "prepay_id=wx…", or for a phone app the bare number. */
struct str wechat_front_text(struct arena *a, const char *appid, const char *timestamp,
			     const char *nonce, const char *last);

/* Base64 in the arena. */
MUST_USE enum err wechat_sign(const struct channel_config *c, struct arena *a, struct str text,
			      const char **signature);

/* 32 hex digits, and the seconds since 1970. */
void wechat_nonce(const struct channel_env *env, char out[WECHAT_NONCE_TEXT]);
void wechat_seconds(const struct channel_env *env, char out[WECHAT_SECONDS_TEXT]);
