/* request.h - a request of any kind, signed; and what every request is held to.
 *
 * Source: WeChat Pay, "APIv3 接口规则",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay2_0.shtml, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "sys/json.h"

/* `target` is the path and query; `w` the JSON of the body, NULL for a GET. */
MUST_USE enum err wechat_call_build(const struct channel_versions *versions, const char *target,
				    const struct jout *w, const struct channel_env *env,
				    struct channel_call *call);

/* A payment's number as WeChat takes it: 6-32 letters, digits and "_-|*". */
MUST_USE enum err wechat_number_check(const char *number);

/* A refund's: 1-64, '@' as well. */
MUST_USE enum err wechat_refund_number_check(const char *number);

/* A text of well-formed UTF-8 cut at max bytes, at a whole character; line breaks and tabs become
 * spaces.  out[max + 1]. */
void wechat_text_cut(const char *text, size_t max, char *out);

/* The platform takes no characters of four bytes. */
bool wechat_has_wide_character(const char *text);

/* An address that WeChat calls or sends the payer's browser to.  ERR_INVALID names `member`. */
MUST_USE enum err wechat_url_check(const char *member, const char *url);

/* The number as it stands in a path. */
const char *wechat_path_text(struct arena *a, const char *number);

/* What `w` holds, in the arena. */
struct str wechat_json(const struct jout *w, struct arena *a);
