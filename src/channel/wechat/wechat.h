/* wechat.h - WeChat Pay's APIv3 for a merchant of its own, with the platform's public key, its
 * certificates, or both during a change-over.
 *
 * Methods wechat.qr .h5 .jsapi .mini .app .barcode; query, close, reverse, refund, refund query,
 * notices and the platform's certificates.  Configuration members: docs/channels.md.
 *
 * Source: WeChat Pay, "APIv3 接口规则",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay2_0.shtml, read 2026-11; each message
 * names its own.
 */
#pragma once

#include "channel/channel.h"

extern const struct channel WECHAT;
