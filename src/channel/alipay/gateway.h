/* gateway.h - which gateway an account may call.
 *
 * Source: Alipay Open Platform, "API 调用说明", https://opendocs.alipay.com/common/02kf5q, read
 * 2026-11.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

#define ALIPAY_GATEWAY_LIVE "https://openapi.alipay.com/gateway.do"
#define ALIPAY_GATEWAY_TEST "https://openapi-sandbox.dl.alipaydev.com/gateway.do"

/* A live merchant calls https://openapi.alipay.com only; a test merchant no host of alipay.com, and
 * plain http only on loopback.  No user, query or fragment.  ERR_CONFIG says which rule it breaks.
 */
MUST_USE enum err alipay_gateway_allow(struct str url, bool livemode);
