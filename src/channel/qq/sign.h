/* sign.h - the one signature of QQ Wallet, for requests, answers and notices alike.
 *
 * All members but `sign` and the empty ones, in byte order of their names, as name=value joined by
 * '&', then "&key=" and the API key; of that the MD5 in upper-case hex.
 *
 * Source: QQ Wallet, "安全规范", https://qpay.qq.com/buss/wiki/38/1192, read 2026-11.
 */
#pragma once

#include "base/codec.h"
#include "channel/channel.h"
#include "sys/crypto.h"

enum { QQ_SIGN_TEXT = 2 * MD5_BYTES + 1 };

/* Without the key: this may be shown.  In the arena, NUL-ended. */
struct str qq_text_to_sign(const struct field *fields, size_t n, struct arena *a);

void qq_sign(struct str text, const char *api_key, struct arena *a, char out[QQ_SIGN_TEXT]);

/* Which version's key made `sign`, in either case; from 1, 0 if none. */
int qq_fits(const struct channel_versions *versions, struct str text, struct str sign,
	    struct arena *a);
