/* request_key.h - a caller's number names one object for ever.
 *
 * Looked up before any other rule.  The digest is taken over the decoded ask, so the order of
 * members and white space in a body do not matter.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "store/store.h"
#include "sys/crypto.h"
#include "sys/json.h"

#include <stdbool.h>
#include <stdint.h>

enum request_kind { KEY_REQUEST = 1, KEY_ORDER = 2, KEY_REFUND = 3, KEY_TAEL = 4 };

/* A digest over fields, each written with its length, so no two asks share one. */
struct digest {
	uint8_t bytes[SHA256_BYTES];
};
struct digest_run; /* digest_begin .. digest_end frees */
struct digest_run *digest_begin(const char *what);
void digest_text(struct digest_run *d, const char *text);
void digest_integer(struct digest_run *d, int64_t n);
struct digest digest_end(struct digest_run *d);

/* ERR_KEY_FORM at `param` unless key is 1-64 of A-Z a-z 0-9 . _ : - */
MUST_USE enum err request_key_check(const char *key, const char *param);

bool request_key_is(struct str key);

/* Such a key as a member that is needed. */
void request_key_member(struct jin *r, const char *key, char out[REQUEST_KEY_MAX + 1]);

/* What a key names, whoever asks: for a path that says key:<request_id>.  *object 0: nothing, it
 * was cancelled before it came.  ERR_NOT_FOUND at "id": it was never seen, or made nothing. */
MUST_USE enum err request_key_named(struct tx *tx, int64_t app, const char *key, int64_t *object);

/* A request that gives back what `key` names; when that was never seen, it never will be. */
struct request_cancel {
	int64_t app;
	const char *key;        /* the request it is about */
	const char *request_id; /* its own */
	struct digest digest;   /* of what it asks for */
	bool replayed;          /* set: it did this before */
};

/* *object: what key names.  0: it was never seen and is cancelled with this call, or was before;
 * nothing else is left to do.  ERR_CONFLICT or ERR_CANCELLED for a request_id that is not this
 * request's, ERR_NOT_FOUND at "id" for a key that made nothing.  This is a put when *object is 0.
 */
MUST_USE enum err request_take_back(struct tx *tx, struct request_cancel *c, int64_t *object);

/* Looks a key up.  *object: what it made; 0 when it was never seen.  ERR_CONFLICT when it was used
 * with another digest; ERR_CANCELLED when it was cancelled before it came. */
MUST_USE enum err request_key_find(struct tx *tx, int64_t app, enum request_kind kind,
				   const char *key, const struct digest *digest, int64_t *object);

/* Remembers it.  Another request with the same key in the same batch has been found before. */
void request_key_put(struct tx *tx, int64_t app, enum request_kind kind, const char *key,
		     const struct digest *digest, int64_t object);
