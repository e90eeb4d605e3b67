/* sign.h - what WeChat Pay signs and encrypts, read a second time from its documents.
 *
 *   request:            METHOD\n PATH?QUERY\n TIMESTAMP\n NONCE\n BODY\n
 *   answer and notice:  TIMESTAMP\n NONCE\n BODY\n
 *
 * Source: pay.weixin.qq.com, APIv3, "signature generation", "signature verification",
 * "decrypting certificates and notices"; see docs/sandbox.md.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "net/field.h"
#include "sandbox/fault.h"
#include "sandbox/text.h"
#include "sandbox/wechat/keys.h"
#include "sys/arena.h"
#include "sys/rand.h"

#include <stdint.h>

enum { WX_SIGN_FIELDS = 5, WX_NONCE_CHARS = 32, WX_GCM_NONCE = 12 };

/* The parts of a request that are signed, as sent. */
struct wx_signed {
	struct str method, path, query, timestamp, nonce, body;
};

void wx_request_string(const struct wx_signed *r, struct text *out);
void wx_answer_string(struct str timestamp, struct str nonce, struct str body, struct text *out);

/* The key that signs for a merchant (NULL: not known): the one that `named`, its Wechatpay-Serial,
 * means; else that of its mode.  Lock held. */
const struct wx_signer *wx_signer_for(const struct wechat *w, const struct wx_merchant *m,
				      struct str named);

/* The header fields that sign `body` at now_ms; spoilt: FAULT_N, or how it is to be wrong.  *n is 0
 * when it is not to be signed at all.  Values live in the arena. */
struct wx_stamp {
	const struct wx_signer *signer;
	struct rand *rand;
	int64_t now_ms;
	enum fault_kind spoilt;
};
MUST_USE enum err wx_stamp_write(const struct wx_stamp *stamp, struct str body, struct arena *a,
				 struct net_field fields[WX_SIGN_FIELDS], size_t *n);

/* AEAD_AES_256_GCM by the merchant's APIv3 key: the nonce, and base64 of text and tag. */
struct wx_sealed {
	char nonce[WX_GCM_NONCE + 1];
	const char *ciphertext; /* in the arena */
};
MUST_USE enum err wx_seal(const struct wx_merchant *m, struct rand *rand, const char *about,
			  struct str text, struct arena *a, struct wx_sealed *out);

/* n letters and digits, no NUL. */
void rand_letters(struct rand *rand, size_t n, char *out);
