/* courier_state.h - the parts of the courier, shared by its files only.  Rounds,
 * lanes and sends belong to the courier's thread, a send that is out to the client's. */
#pragma once

#include "app/delivery.h"
#include "job/courier.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WINDOW_MAX = 16,  /* calls out at once to one receiver */
	LANE_EVENTS = 64, /* from the cursor: how far others may run ahead of a slow one */
	LANE_ROWS = 16,
	CALLS_MAX = 1024, /* calls out at once in all */
	LINGER_MS = 5000, /* a claim is kept this long when there is nothing to do */
	LEASE_MS = 60000,
	RENEW_MS = 15000,
	PAUSE_FIRST_MS = 100, /* of a lane that fails again and again: doubles up to */
	PAUSE_MAX_MS = 10000,
	FAILING_FREE = 3 /* failures in a row before it pauses */
};

enum send_state { SEND_READY, SEND_OUT, SEND_DONE, SEND_SAVING };

/* One delivery at work. */
struct send {
	struct send *next; /* in the inbox */
	struct lane *lane;
	enum send_state state;
	struct delivery_item item; /* its body is the send's own */
	struct delivery_result result;
};

/* One receiver. */
struct lane {
	struct lane *next;
	struct round *round;
	struct delivery_target target;
	struct secret keys[2];
	size_t keys_n;
	bool present; /* seen by the last look */

	struct send *events[LANE_EVENTS]; /* from the cursor, in order */
	size_t events_n, events_saving;
	struct send *rows[LANE_ROWS];
	size_t rows_n;
	int64_t seen;                        /* events up to here are in `events` or not wanted */
	int64_t cursor_saved, cursor_saving; /* saving 0: it is not being saved */
	bool more_events, more_rows;
	bool cursor_changed; /* failing or retry_at has to be saved */
	bool recovered;
	bool row_last; /* a row was sent last: now an event */

	int out, window, failing;
	int64_t pause_until; /* mono */
};

enum round_state { ROUND_IDLE, ROUND_CLAIMING, ROUND_HELD, ROUND_RETURNING };

/* One merchant's deliveries. */
struct round {
	struct round *next;
	struct courier *courier;
	int64_t merchant;
	enum round_state state;
	bool news; /* look again */
	bool due;  /* its job is due: claim it even if there is nothing to send */
	bool touched, lost;
	int64_t wake_at; /* mono: step it then */

	struct lane *lanes;
	int64_t next_lane;      /* where the next look begins among the lanes without endpoint */
	bool more_lanes;        /* there are others after those of the last look */
	int64_t look_at;        /* wall: something becomes due then */
	int64_t held_off_until; /* mono: after a failure */
	int64_t idle_since;     /* mono: at work until then */
	int64_t renewed_at;     /* mono */

	/* The one write under way. */
	bool storing;
	struct job_claim claim;
	enum job_claimed claimed;
	struct job_return back;
	struct delivery_save *save;
	struct delivery_saved saved;
	bool stored; /* it has ended: outcome */
	struct outcome outcome;
	struct round *next_stored;
};

/* What other threads told. */
struct inbox {
	struct send *sent;    /* calls that ended */
	struct round *stored; /* writes that ended */
	struct merchant_news {
		int64_t merchant;
		bool due;
	} * heard;
	size_t heard_n, heard_cap;
	bool stopping;
};

struct courier {
	const struct services *services;
	pthread_t thread;
	pthread_mutex_t lock; /* of the inbox and the counts */
	pthread_cond_t more;
	struct inbox inbox;
	struct courier_counts counts;

	/* The thread's own. */
	struct inbox taken; /* what it works on now */
	struct round *rounds;
	int calls_out;
	int64_t busy_until; /* mono: the client had no room */
	struct arena *arena;
	struct delivery_targets targets;
	struct delivery_page page;
};

int64_t courier_mono(const struct courier *c);
int64_t courier_wall(const struct courier *c);

/* The writer's answer to the round's write: into the inbox. */
void courier_stored(void *round, const struct outcome *o);
/* The client's. */
void courier_sent(void *send, const struct delivery_result *r);

/* courier_round.c: does what can be done now and sets wake_at.  False: the round is over, free it.
 */
bool round_step(struct round *r);
void round_stored(struct round *r);
void round_free(struct round *r);

/* courier_lane.c */
void send_free(struct send *s);
struct lane *lane_new(struct round *r, const struct delivery_target *t);
void lane_free(struct lane *l);
void lane_meet(struct lane *l, const struct delivery_target *t); /* what the store says of it now */
bool lane_fill(struct lane *l);         /* fetches what there is room for; false: it could not */
bool lane_hungry(const struct lane *l); /* there is more, and nothing left to send */
bool lane_is_at_work(const struct lane *l); /* not when its cursor only waits */
void lane_start(struct lane *l);            /* sends what may be sent now */
void lane_sent(struct send *s);             /* a call ended */
int64_t lane_wake_at(const struct lane *l); /* mono; INT64_MAX: it waits for nothing but news */

/* courier_save.c */
bool save_gather(struct round *r, bool all); /* fills r->save; false: there is nothing to save */
void save_settle(struct round *r, bool ok);  /* the save has ended */
