/* request.h - a request of any kind: its members, its signature, and the host it goes to.
 *
 * Source: QQ Wallet, "统一下单", https://qpay.qq.com/buss/wiki/38/1203, read 2026-11.
 */
#pragma once

#include "base/codec.h"
#include "channel/channel.h"

enum { QQ_MEMBERS_MAX = 20 };

struct qq_request {
	const char *path;
	bool shows_certificate; /* refunds and reversals: another host, over mutual TLS */
	struct field field[QQ_MEMBERS_MAX];
	size_t n;
};

/* An empty value is not sent.  The value must outlive the request. */
void qq_add(struct qq_request *r, const char *name, struct str value);
void qq_add_text(struct qq_request *r, const char *name, const char *value);

/* Adds appid, mch_id, nonce_str and sign. */
MUST_USE enum err qq_call_build(const struct channel_versions *versions, struct qq_request *r,
				const struct channel_env *env, struct channel_call *call);

/* A number as QQ Wallet takes it: 1-32 letters, digits, '_' and '-'.  ERR_INVALID names `member`.
 */
MUST_USE enum err qq_number_check(const char *member, const char *number);
