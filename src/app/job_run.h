/* job_run.h - how a scheduler finds jobs, claims them and returns them.
 *
 * A claim is committed before the run: it counts, names the run that holds the job and until when.
 * What a run says when it returns is written only while its claim still stands, so two schedulers
 * run each job once and a job that was put anew meanwhile keeps its new due time.  Thread-safe.
 */
#pragma once

#include "app/job_put.h"
#include "app/services.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A job that was claimed this often without returning is parked: it ends its process each time. */
enum { JOB_CLAIMS_MAX = 5 };

enum { JOB_DUE_MAX = 256 };

struct job_key {
	int64_t merchant;
	enum job_kind kind;
	int64_t object;
};

struct job_due {
	struct job_key key;
	int64_t channel_account; /* that an attempt or refund goes by; 0 none */
};

struct job_list {
	struct job_due due[JOB_DUE_MAX];
	size_t n;
	int64_t next_at; /* when the first of the others is due; INT64_MAX when there is none */
};

/* What is due at now_ms and free, of all merchants, longest due first. */
MUST_USE enum err job_list_due(const struct services *s, int64_t now_ms, struct job_list *out);

struct job_claim {
	struct job_key key;
	int64_t now_ms;   /* the time by which it was found due */
	int64_t claim;    /* > 0, random, new for each claim */
	int64_t run;      /* services.run */
	int64_t lease_ms; /* the claim holds this long */
	bool make;        /* make the job if there is none, and claim it though it is not due */
};

enum job_claimed {
	JOB_CLAIMED,
	JOB_GONE,  /* ended or moved meanwhile */
	JOB_HELD,  /* somebody else holds it */
	JOB_PARKED /* this claim would have been one too many, or it was parked before */
};

/* Claims.  ERR_BUSY and the like: nothing was claimed. */
MUST_USE enum err job_claim(const struct services *s, const struct job_claim *ask,
			    enum job_claimed *out);

/* The same without waiting: *ask and *out live until `done` was called, on the store's writer. */
MUST_USE enum err job_claim_submit(const struct services *s, const struct job_claim *ask,
				   enum job_claimed *out, store_done *done, void *arg);

struct job_return {
	struct job_key key;
	int64_t claim;
	bool again;     /* else it ends */
	int64_t due_at; /* of the next run */
};

/* Gives the job back and resets the count.  Nothing is written when the claim does not stand any
 * more. */
MUST_USE enum err job_return(const struct services *s, const struct job_return *ask);
MUST_USE enum err job_return_submit(const struct services *s, const struct job_return *ask,
				    store_done *done, void *arg);

/* Makes the job, due at once, unless there is one. */
MUST_USE enum err job_make(const struct services *s, const struct job_key *key);

/* A number for a claim. */
int64_t job_claim_number(const struct services *s);

/* The part of a closure that begins a new lease for a claim, as if the job had returned and been
 * claimed again.  A get, then a put; *lost: the claim does not stand any more. */
MUST_USE enum err job_stands(struct tx *tx, const struct job_key *key, int64_t claim, bool *stands);
void job_renew(struct tx *tx, const struct job_key *key, int64_t claim, int64_t lease_ms);

/* Parked jobs, for doctor. */
struct job_parked {
	struct job_key key;
	int64_t due_at;
};
MUST_USE enum err job_list_parked(const struct services *s, struct job_parked *out, size_t cap,
				  size_t *n);
