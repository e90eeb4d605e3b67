/* notice.h - what a platform tells the shop: sent until the shop accepts it, as often and as long
 * as the platform does.
 *
 * A notice is made when something happened and keeps the facts of that moment; its platform writes
 * and signs each sending of it.  The platform's schedule goes on until an answer is accepted or it
 * ends; --notice-scale makes it quicker.  Every answer is kept for the control API.
 */
#pragma once

#include "base/str.h"
#include "net/field.h"
#include "sandbox/fault.h"
#include "sandbox/state.h"
#include "sandbox/text.h"
#include "sandbox/trade.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NOTICE_ID_TEXT = 40, NOTICE_ANSWER_KEPT = 33, SENDING_FIELDS = 8 };

enum notice_kind { NOTICE_PAID, NOTICE_REFUNDED, NOTICE_CLOSED };

enum notice_state {
	NOTICE_WAITING, /* to be sent, now or again */
	NOTICE_ACKNOWLEDGED,
	NOTICE_GIVEN_UP, /* at the end of the schedule */
	NOTICE_DROPPED,  /* by a fault: never sent */
	NOTICE_HELD      /* by a fault: sent after the trade's next notice */
};

struct notice {
	struct notice *older; /* of the same trade */
	struct notice *then;  /* a held one, sent once this was answered or refused */
	struct sandbox *s;
	const struct trade *trade;
	const struct refund *refund; /* of NOTICE_REFUNDED */
	enum notice_kind kind;
	enum notice_state state;
	char id[NOTICE_ID_TEXT];
	const char *url;
	const char *status;               /* the trade's, at that moment */
	int64_t fen;                      /* the trade's amount, or what a fault makes of it */
	int64_t refunded_fen, refund_fen; /* in all, and of this refund */
	int64_t made_ms, close_ms;
	enum fault_kind spoilt; /* FORGE and others of how it is signed; else FAULT_N */
	int64_t copies;         /* sent at once the next time */
	int64_t open;           /* copies without an answer yet */
	int64_t due_ms;         /* on the monotonic clock: not sent before */
	int tries;
	int last_status; /* 0: no answer */
	char last_answer[NOTICE_ANSWER_KEPT];
};

/* One sending; field values live in the arena. */
struct sending {
	const char *type;
	struct text body;
	struct net_field fields[SENDING_FIELDS];
	size_t fields_n;
};

/* How a platform sends its notices. */
struct notice_rule {
	const int64_t *waits_ms; /* after the k-th sending that was not accepted */
	size_t waits_n;

	/* Where this is told; "" if nowhere.  r: of NOTICE_REFUNDED. */
	const char *(*url)(enum notice_kind kind, const struct trade *t, const struct refund *r);
	/* A number for n->id, if the platform gives one. */
	void (*name)(struct notice *n);
	/* Writes and signs a sending at now_ms.  n and what it points to are copies. */
	enum err (*write)(const struct notice *n, int64_t now_ms, struct arena *a,
			  struct sending *out);
	bool (*accepts)(int status, struct str body);
};

/* Makes the notice of what just happened to t and sends it, unless nobody is to be told.
 * r: the refund of NOTICE_REFUNDED, or NULL.  Lock held. */
void notice_make(struct sandbox *s, struct trade *t, enum notice_kind kind, const struct refund *r);

/* Sends a notice again at once, `copies` times, whatever became of it.  Lock held. */
void notice_again(struct notice *n, int64_t copies);

/* How long after its k-th sending (from 1) a notice is repeated, before scaling; 0: never. */
int64_t notice_wait_ms(const struct notice_rule *rule, int tries);

/* "paid" "refunded" "closed" */
const char *notice_kind_name(enum notice_kind kind);

/* "waiting" "acknowledged" "given_up" "dropped" "held" */
const char *notice_state_name(enum notice_state state);

/* When nothing is being sent any more. */
void notices_free(struct trade *t);
