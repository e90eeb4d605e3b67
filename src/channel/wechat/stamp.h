/* stamp.h - the four header fields under which an answer or a notice of the platform stands, and
 * whether they fit the bytes that came.
 *
 * The signature covers neither the question nor its number, so every reader compares the numbers of
 * the content with its own.
 *
 * Source: WeChat Pay, "签名验证",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay4_1.shtml, read 2026-11.
 */
#pragma once

#include "channel/channel.h"

enum { WECHAT_BODY_MAX = 65536, WECHAT_WINDOW_MS = 300000 };

struct wechat_stamp {
	struct str timestamp, nonce, signature, serial;
};

/* A header field by name as in struct channel_incoming; `self` is its own. */
typedef struct str wechat_header(const void *self, const char *name, bool *twice);

/* For an answer: `self` is the header lines as they came. */
struct str wechat_reply_header(const void *self, const char *name, bool *twice);

/* ERR_SIGNATURE: a field that is missing, comes twice or cannot be one.  What was found is in *out
 * then as well. */
MUST_USE enum err wechat_stamp_read(wechat_header *header, const void *self,
				    struct wechat_stamp *out);

/* ERR_SIGNATURE: too far from now_ms, a serial that no version knows, or a signature that does not
 * fit.  *version is which version's key fits, from 1. */
MUST_USE enum err wechat_stamp_verify(const struct channel_versions *versions,
				      const struct wechat_stamp *stamp, struct str body,
				      const struct channel_env *env, int *version);

/* The first of the three by itself. */
MUST_USE enum err wechat_window_check(const struct wechat_stamp *stamp, int64_t now_ms);
