/* resource.h - what the platform encrypts for the merchant: the content of a notice, a certificate.
 *
 * AES-256-GCM under the merchant's APIv3 key, nonce and associated data as text, the tag after the
 * text, base64.
 *
 * Source: WeChat Pay, "如何解密回调报文和平台证书",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay4_2.shtml, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "sys/json.h"

struct wechat_resource {
	char algorithm[33], nonce[33], associated_data[65], original_type[33];
	struct str ciphertext; /* base64, in the arena */
};

/* Reads the members of an entered object. */
void wechat_resource_read(struct jin *r, size_t ciphertext_max, struct arena *a,
			  struct wechat_resource *out);

/* Opens it with the APIv3 key of each version in turn.  *plain is in the arena and NUL-ended.
 * ERR_NOTICE: another algorithm or not decodable; ERR_SIGNATURE: no key opens it. */
MUST_USE enum err wechat_resource_open(const struct channel_versions *versions,
				       const struct wechat_resource *r, struct arena *a,
				       struct str *plain, int *version);
