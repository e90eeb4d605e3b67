/* sim.h - a whole life of a store from one seed: many clients, a bad network, a clock that steps,
 * a process that is killed; and a model that says what each request must be answered.
 *
 * Whatever happens follows from the seed, but for how the writer groups what waits, which changes
 * nothing that anybody may see.  A failure names the seed and the round.
 */
#pragma once

#include "app/account_change.h"
#include "app/conversion.h"
#include "app/hold.h"
#include "app/services.h"
#include "app/transfer.h"
#include "model.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/rand.h"

#include "temp_dir.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { SIM_ROUND_MAX = 40, SIM_FAULT_TEXT = 400 };

struct sim_options {
	uint64_t seed;
	int64_t ops;
	bool run_twice;       /* the store runs each closure again after its commit */
	bool crashes;         /* the process is killed now and then */
	int round;            /* requests at once, at most */
	size_t account_cache; /* 0: as large as usual */
	int64_t tail_rows;    /* that accounts' rows may be behind; 0: as many as usual */
};

/* The clock that the store is given. */
struct sim_clock {
	struct clock clock; /* first */
	atomic_int_fast64_t now_ms;
};

/* Where and how the store lives; sim_world.c. */
struct sim_world {
	struct temp_dir dir;
	char data[300];
	int copies;
	struct sim_clock clock;
	struct services services;
	int64_t merchant;
	/* A kill is a copy of the files at a commit: the store goes on from the copy. */
	atomic_int commits_left; /* until the copy is made; 0: none is wanted */
	bool before_commit;
	atomic_bool copied;
	sem_t all_answered;
};

/* What happened in a life: a test that has never met what it is for proves nothing. */
struct sim_tally {
	int64_t answers[ERR_N]; /* by enum err */
	int64_t done[MODEL_KINDS], expired, forced;
	int64_t groups, whole_groups, refused_groups;
	int64_t replays, crashes, forgotten, unheard, restarts, steps_back;
};

void sim_world_begin(struct sim_world *w, const struct sim_options *o);
void sim_world_end(struct sim_world *w);

/* Closes the store and opens it again. */
void sim_world_restart(struct sim_world *w, const struct sim_options *o);

/* From here on the n-th commit is the last of which the files are kept; then, when all is
 * answered, sim_world_crash goes on from them.  False when there were not so many commits. */
void sim_world_crash_at(struct sim_world *w, int n, bool before_commit);
bool sim_world_crash(struct sim_world *w, const struct sim_options *o);

/* --- requests; sim_ops.c --- */

/* A new request of some client, likely or not, or absurd. */
struct model_op sim_op(struct rand *r, const struct model *m, int app, int request);

/* Transfers that are asked for together, as data: the flights from `first` on. */
enum { SIM_GROUP_MAX = 6 };
struct sim_group {
	int n;
	bool atomic;
	struct post posts[SIM_GROUP_MAX];
	struct post_result results[SIM_GROUP_MAX];
};

/* A transfer as the API would ask for it. */
struct sim_transfer {
	int64_t app, amount, reason;
	char request_id[REQUEST_KEY_MAX + 1], memo[MEMO_MAX + 1], ref[REF_MAX + 1];
	struct account_name from, to;
};

/* One on its way through the store. */
struct sim_flight {
	struct model_op op;
	union {
		struct issue_ask issue;
		struct sim_transfer transfer;
		struct account_change_ask change;
		struct hold_make_ask hold;
		struct hold_capture_ask capture;
		struct hold_release_ask release;
		struct reverse_ask reverse;
		struct conversion_ask conversion;
	} ask;
	union {
		struct transfer_view transfer;
		struct account_change_answer change;
		struct hold_answer hold;
		struct reverse_answer reverse;
		struct conversion_answer conversion;
	} answer;
	struct outcome outcome;
	bool told; /* the client heard of it before the process was killed */
	struct sim_world *world;
	struct sim_group group; /* n > 0: it leads one; < 0: it follows in one */
	atomic_int *left;
};

/* A transfer of a form that the store takes as data. */
bool sim_is_data(const struct model_op *op);

/* Hands it to the store's writer, with those that follow in its group. */
void sim_submit(struct sim_world *w, struct sim_flight *f);
/* Waits until the last of those that share a `left` was answered. */
void sim_wait(struct sim_world *w);

/* Whether its request is known to the store. */
bool sim_is_stored(struct sim_world *w, const struct model_op *op);

/* What the store says of an account. */
struct model_account sim_account(struct sim_world *w, int holder, int asset, int64_t *available);

/* Its answer has balances; or tells of a hold. */
bool sim_moves(const struct model_op *op);
bool sim_is_of_hold(const struct model_op *op);

/* Gives back the holds whose time is over, as their jobs do. */
void sim_expire(struct sim_world *w);

/* Writes what it asks for; returns what serves it. */
store_fn *sim_fill(struct sim_flight *f);

/* --- runs --- */

/* True when all went as the model says; else `fault` says what did not.  Adds to *tally. */
bool sim_run(const struct sim_options *o, struct sim_tally *tally, char fault[SIM_FAULT_TEXT]);

/* The same requests one by one and all at once: true when the journals agree but for ids, times
 * and batches. */
bool sim_same_journal(uint64_t seed, int ops, char fault[SIM_FAULT_TEXT]);
