/* job_put.h - work that is due at a time, written in the transaction that made it necessary. */
#pragma once

#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/* The kinds of job; the number is stored. */
enum job_kind {
	JOB_ORDER_EXPIRE = 1,   /* object: order */
	JOB_ATTEMPT_FOLLOW = 2, /* object: attempt: query, close, cancel, watch past its end */
	JOB_REFUND_FOLLOW = 3,  /* object: refund: send, query, send again */
	JOB_DELIVERY = 4,       /* object: 0: the webhooks of a merchant */
	JOB_HOLD_EXPIRE = 5,    /* object: hold */
	JOB_FULFIL = 6,         /* object: order whose action failed */
	JOB_SWEEP = 7,          /* merchant 0, object 0: old idempotency keys */
	JOB_CLEARING = 8,       /* object: the merchant whose months are due; merchant 0: plans */
	JOB_GROUP = 9,          /* object: group that was asked for to be done later */
	JOB_LOT_EXPIRE = 10,    /* object: the merchant whose points are due; merchant 0: plans */
	JOB_CERTIFICATES = 11   /* object: channel account whose platform hands out certificates */
};

/* The scheduler looks for due jobs at least this often, without being told. */
enum { JOB_LOOK_MS = 1000 };

/* Makes the job due at due_at, or moves it there when it exists; un-parks it.  This is a put.
 *
 * leased_ms > 0: it is written already leased to `run`, this run of this node (services.run): a
 * flow does the work first, the job is for a crash.  leased_ms 0: it is free, and whoever held it
 * has given it back. A job at work meanwhile cannot undo this: what it says when it returns is then
 * not written. */
void job_put(struct tx *tx, enum job_kind kind, int64_t object, int64_t due_at, int64_t run,
	     int64_t leased_ms);

/* Ends it.  No job is no fault.  This is a put. */
void job_end(struct tx *tx, enum job_kind kind, int64_t object);

/* *held: a flow or a job is at work on the object; whoever else wants it leaves it or answers
 * ERR_ATTEMPT_PENDING.  A lease that is over, or of a former run of this node, does not count. This
 * is a get. */
MUST_USE enum err job_held(struct tx *tx, enum job_kind kind, int64_t object, int64_t run,
			   bool *held);

/* The node inside the number of a run, which is made as an id is: id_next(0, now, node). */
int64_t job_node(int64_t run);
