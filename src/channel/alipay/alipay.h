/* alipay.h - Alipay's OpenAPI (v2 gateway), key mode and certificate mode.
 *
 * Methods alipay.page .wap .app .jsapi .qr .barcode; query, close, cancel, refund, refund query,
 * notices and the browser's return.  Configuration members: docs/channels.md.
 *
 * Source: Alipay Open Platform, "API 调用说明", https://opendocs.alipay.com/common/02kf5q, read
 *         2026-11; each message names its own.
 */
#pragma once

#include "channel/channel.h"

extern const struct channel ALIPAY;
