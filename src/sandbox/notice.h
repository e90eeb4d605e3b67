/* notice.h - what the platform tells the shop: form posts, signed, repeated until "success".
 *
 * A notice is made when something happened and keeps the facts of that moment; each sending writes
 * its own notify_time and signature, under one notify_id.  It stops at an answer of status 200
 * whose body is exactly the 7 bytes "success"; else it is repeated 4m, 10m, 10m, 1h, 2h, 6h and 15h
 * after one another, times --notice-scale, and then given up.
 *
 * Source: Alipay open platform, "asynchronous notification"; see docs/sandbox.md.
 */
#pragma once

#include "sandbox/sign.h"
#include "sandbox/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NOTICE_ID_TEXT = 40, NOTICE_TRIES = 8, NOTICE_ANSWER_KEPT = 33 };

enum notice_kind { NOTICE_PAID, NOTICE_REFUNDED, NOTICE_CLOSED };

enum notice_state {
	NOTICE_WAITING, /* to be sent, now or again */
	NOTICE_ACKNOWLEDGED,
	NOTICE_GIVEN_UP, /* after NOTICE_TRIES */
	NOTICE_DROPPED,  /* by a fault: never sent */
	NOTICE_HELD      /* by a fault: sent after the trade's next notice */
};

struct notice {
	struct notice *older; /* of the same trade */
	struct notice *then;  /* a held one, sent once this was answered or refused */
	struct sandbox *s;
	struct trade *trade;
	enum notice_kind kind;
	enum notice_state state;
	char id[NOTICE_ID_TEXT];
	const char *status; /* the trade's, at that moment */
	int64_t fen, refunded_fen, refund_ms, close_ms;
	char request_no[NUMBER_TEXT]; /* of the refund */
	bool forged;
	int64_t copies; /* sent at once the next time */
	int64_t open;   /* copies without an answer yet */
	int64_t due_ms; /* on the monotonic clock: not sent before */
	int tries;
	int last_status; /* 0: no answer */
	char last_answer[NOTICE_ANSWER_KEPT];
};

/* Makes the notice of what just happened to t and sends it, unless the trade has no notify_url.
 * r: the refund of NOTICE_REFUNDED, or NULL.  Lock held. */
void notice_make(struct sandbox *s, struct trade *t, enum notice_kind kind, const struct refund *r);

/* Sends a notice again at once, `copies` times, whatever became of it.  Lock held. */
void notice_again(struct notice *n, int64_t copies);

/* The parameters of a notice as sent at now_ms, unsigned; texts in the arena.  Lock held. */
void notice_params(const struct notice *n, int64_t now_ms, struct arena *a, struct params *out);

/* How long after its k-th sending (from 1) a notice is repeated, before scaling; 0: never. */
int64_t notice_wait_ms(int tries);

/* "paid" "refunded" "closed" */
const char *notice_kind_name(enum notice_kind kind);

/* "waiting" "acknowledged" "given_up" "dropped" "held" */
const char *notice_state_name(enum notice_state state);

/* When nothing is being sent any more. */
void notices_free(struct trade *t);
