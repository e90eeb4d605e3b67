/* idempotency.h - answers kept under the caller's Idempotency-Key for 72 hours.
 *
 * A request that is one transaction stores its answer in that transaction.  A flow of several
 * names, in its first, the object that it made, and its answer is filled in at the end; until then
 * a repeat goes on from the object.  A refusal leaves nothing behind, so a corrected request may
 * use the key again.
 */
#pragma once

#include "app/request_key.h"
#include "base/err.h"
#include "base/str.h"
#include "core/ledger.h"
#include "store/store.h"
#include "sys/arena.h"

#include <stdint.h>

enum { IDEMPOTENCY_MS = 72 * 3600 * 1000 };

/* The key and what it stands for: SHA-256 of method, target and body. */
struct idempotency {
	int64_t app;
	char key[REQUEST_KEY_MAX +
		 1]; /* "": the caller sent none; everything below then does nothing */
	struct digest digest;
};

void idempotency_digest(struct idempotency *i, struct str method, struct str target,
			struct str body);

/* What is remembered. */
struct idempotency_row {
	int64_t object; /* 0: none, or nothing is remembered */
	int status;     /* 0: nothing is remembered, or a flow is not at its end */
	struct str body;
};

/* Looks the key up; a body goes into `arena`.  ERR_KEY_REUSED when it stands for another request.
 * This is a get. */
MUST_USE enum err idempotency_find(struct tx *tx, const struct idempotency *i, struct arena *arena,
				   struct idempotency_row *row);

/* The answer of a request that is one transaction.  This is a put. */
void idempotency_put(struct tx *tx, const struct idempotency *i, int status, struct str body);

/* A flow's first transaction: the object it made.  Call idempotency_find before, in the same
 * closure: a twin may have been faster; then row.object is its object.  This is a put. */
void idempotency_name(struct tx *tx, const struct idempotency *i, int64_t object);

/* A flow's end: its answer, unless a twin's is there; or nothing, when it was refused.  http does
 * this after each flow, so one that names its object needs nothing more.  idempotency_drop is a
 * put, idempotency_fill a get and a put. */
MUST_USE enum err idempotency_fill(struct tx *tx, const struct idempotency *i, int status,
				   struct str body);
void idempotency_drop(struct tx *tx, const struct idempotency *i);

/* Deletes at most `max` rows that are over 72 hours old (a job's closure; ask: const int64_t *max).
 */
enum err idempotency_sweep(struct tx *tx, const void *ask, void *answer);
