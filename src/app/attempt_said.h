/* attempt_said.h - what a channel said of an attempt, taken down: the only way an attempt changes
 * after it was begun.
 *
 * News only moves an attempt forward: an answer that arrives after a notice has paid it changes
 * nothing. The attempt's follow-up job is given back and set to its next time, or ended.
 */
#pragma once

#include "app/order_row.h"
#include "channel/channel.h"
#include "store/store.h"

enum said_of { SAID_CREATE, SAID_QUERY, SAID_CLOSE, SAID_CANCEL };

struct attempt_said {
	int64_t attempt;
	enum said_of of;
	const struct channel_method *method;
	const struct channel_answer *answer;
	const struct channel_trade *trade;   /* SAID_CANCEL: NULL */
	const struct channel_action *action; /* SAID_CREATE; else NULL */
	bool repeated; /* SAID_CREATE: the same number was sent before, so a refusal tells nothing
			*/
	int64_t run;   /* services.run */
	/* When it was asked, ms since 1970; 0: now.  What a channel does not know now it may know
	 * a moment later, so only an answer to a question past the end is the last word. */
	int64_t asked_at;
};

struct attempt_now {
	struct attempt attempt;
	enum order_status order;
	bool livemode;
};

/* A closure.  ask: struct attempt_said, answer: struct attempt_now. */
enum err attempt_take_down(struct tx *tx, const void *ask, void *answer);

/* When an at_once attempt is asked for again; -1 when its waiting is over and it may be cancelled.
 */
int64_t barcode_due(const struct channel_method *m, const struct attempt *a, int64_t now_ms);

/* Ends an open attempt inside a closure that has loaded it: its holds are given back, its order is
 * free for another.  `holds` as attempt_holds_get read them.  This is a put; the caller saves the
 * order. */
struct attempt_holds {
	struct hold_row hold[LEGS_MAX];
	struct account *account[LEGS_MAX];
	size_t n;
};
MUST_USE enum err attempt_holds_get(struct tx *tx, const struct attempt *a,
				    struct attempt_holds *out);
MUST_USE enum err attempt_end(struct tx *tx, struct attempt *a, enum attempt_status as,
			      const struct attempt_holds *holds);
