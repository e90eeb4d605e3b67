/* job_put.h - work that is due at a time, written in the transaction that made it necessary. */
#pragma once

#include "store/store.h"

#include <stdint.h>

/* The kinds of job; the number is stored. */
enum job_kind {
	JOB_ORDER_EXPIRE = 1,   /* object: order */
	JOB_ATTEMPT_FOLLOW = 2, /* object: attempt: query, close, cancel, watch past its end */
	JOB_REFUND_FOLLOW = 3,  /* object: refund: send, query, send again */
	JOB_DELIVERY = 4,       /* object: endpoint, or a delivery to a notify_url */
	JOB_HOLD_EXPIRE = 5,    /* object: hold */
	JOB_FULFIL = 6,         /* object: order whose action failed */
	JOB_SWEEP = 7           /* object: 0: old idempotency keys */
};

/* Makes the job due at due_at, or moves it there when it exists; un-parks it.  leased_ms > 0: it is
 * written already leased to this run of this node (a flow does the work first; the job is for a
 * crash). */
void job_put(struct tx *tx, enum job_kind kind, int64_t object, int64_t due_at, int64_t run,
	     int64_t leased_ms);

/* Ends it.  No job is no fault. */
void job_end(struct tx *tx, enum job_kind kind, int64_t object);
