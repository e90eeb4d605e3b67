/* qq.h - QQ Wallet (QQ钱包) as a channel: native, JSAPI, app and micropay.
 *
 * Source: QQ Wallet merchant platform, "开发文档", https://qpay.qq.com/buss/wiki/38/1203, read
 * 2026-11.
 */
#pragma once

#include "channel/channel.h"

extern const struct channel QQ;
