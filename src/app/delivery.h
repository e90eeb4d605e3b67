/* delivery.h - what is to be sent to whom, how it is sent, and what became of it.
 *
 * A lane is one receiver: an endpoint, or the origin that an app's orders name in notify_url.  An
 * endpoint is told of the events after its cursor; only what failed becomes a row, as does each
 * event of an order with a notify_url.  The courier (job/courier.h) decides when; this reads, sends
 * and saves.
 */
#pragma once

#include "app/call_log.h"
#include "app/endpoint.h"
#include "app/event_list.h"
#include "app/job_run.h"
#include "app/services.h"
#include "base/err.h"
#include "sys/crypto.h"
#include "sys/secret.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DELIVERY_TRIES_MAX = 12,
	DELIVERY_TOTAL_MS = 10000,
	DELIVERY_CONNECT_MS = 3000,
	DELIVERY_ANSWER_MAX = 64 * 1024,
	DELIVERY_TARGETS_MAX = 2 * ENDPOINTS_MERCHANT_MAX,
	DELIVERY_PAGE_MAX = 32,
	DELIVERY_RESULTS_MAX = 128,
	DELIVERY_SEALED_MAX = SIGNING_SECRET_TEXT - 1 + AES_GCM_EXTRA
};

/* The delay after `tries` failed tries: 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 3 h, 6 h, 12 h, 24
 * h, 24 h, and up to a tenth more.  1 <= tries; more than the curve has give its last. */
int64_t delivery_delay_ms(struct rand *r, int64_t tries);

/* --- who is to be told --- */

struct sealed {
	uint8_t bytes[DELIVERY_SEALED_MAX];
	size_t n;
};

struct delivery_target {
	int64_t lane, app;
	bool endpoint, compat;
	char url[NOTIFY_URL_MAX + 1]; /* an endpoint's */
	char events[PATTERNS_TEXT];
	int64_t cursor, failing, retry_at, waiting;
	int64_t due_at; /* of its first waiting row; INT64_MAX: none */
	struct sealed secrets[2];
	size_t secrets_n;
};

struct delivery_targets {
	struct delivery_target list[DELIVERY_TARGETS_MAX];
	size_t n;
	int64_t next_lane; /* where to go on when there were more; 0: that is all */
};

/* The merchant's endpoints, and its lanes with waiting rows from lane number `from` on. */
MUST_USE enum err delivery_targets(const struct services *s, int64_t merchant, int64_t from,
				   struct delivery_targets *out);

/* Merchants that may have something to deliver, for the start: 100 after an id. */
struct merchant_ids {
	int64_t ids[100];
	size_t n;
};
MUST_USE enum err delivery_merchants(const struct services *s, int64_t after,
				     struct merchant_ids *out);

/* --- what is to be sent --- */

struct delivery_item {
	int64_t event, order;
	int64_t row;   /* the delivery's row; 0: the event comes from the cursor */
	int64_t tries; /* before this one */
	char type[EVENT_TYPE_MAX + 1];
	char url[NOTIFY_URL_MAX + 1]; /* "": the endpoint's */
	struct str body;
};

struct delivery_page_ask {
	const struct delivery_target *target;
	struct arena *arena;  /* bodies go there */
	int64_t seen;         /* cursor: events up to here are known */
	int64_t now;          /* rows: due by then */
	const int64_t *known; /* rows: these are at work already */
	size_t known_n;
	size_t room; /* 1..DELIVERY_PAGE_MAX */
};
struct delivery_page {
	struct delivery_item items[DELIVERY_PAGE_MAX];
	size_t n;
	int64_t seen; /* cursor: events up to here were looked at */
	bool more;    /* there is more than there was room for */
};
MUST_USE enum err delivery_events(const struct services *s, int64_t merchant,
				  const struct delivery_page_ask *ask, struct delivery_page *out);
MUST_USE enum err delivery_rows(const struct services *s, int64_t merchant,
				const struct delivery_page_ask *ask, struct delivery_page *out);

/* --- sending --- */

struct delivery_letter {
	int64_t merchant, app, lane;
	const char *url;
	bool compat;
	const struct secret *keys; /* what signs, "whsec_…"; one or two */
	size_t keys_n;
	const struct delivery_item *item;
};

struct delivery_result {
	bool ok;
	bool stopped; /* the client stops: it is not known, and does not count as a try */
	int status;   /* HTTP; 0: none came */
	int64_t took_ms;
	char error[ERR_TEXT_MAX];
	char *answer; /* the beginning of the answer's body, freed by whoever gets it; NULL none */
};

/* Signs and sends.  `done` is called on the client's thread.  On an error of this function it is
 * not: ERR_BUSY (send it again soon), ERR_STOPPING, ERR_INVALID (a URL or secret that cannot be
 * used). */
typedef void delivery_done(void *arg, const struct delivery_result *result);
MUST_USE enum err delivery_send(const struct services *s, const struct delivery_letter *letter,
				delivery_done *done, void *arg);

/* The line of the call log. */
void delivery_log(const struct services *s, const struct delivery_letter *letter,
		  const struct delivery_result *result);

/* --- what became of it --- */

struct delivery_cursor {
	int64_t endpoint, cursor, failing, retry_at;
	bool recovered; /* it waited and is well again: its waiting rows are due now */
};

/* A failed send from the cursor, which becomes a row, or a try of a row. */
struct delivery_try {
	int64_t row; /* 0: a new one */
	int64_t event, lane, app;
	bool ok;
	int64_t tries, due_at; /* after this one */
	int status;
	char error[ERR_TEXT_MAX];
};

struct delivery_save {
	struct job_key job;
	int64_t claim;
	int64_t lease_ms; /* > 0: the lease begins anew */
	struct delivery_cursor cursors[DELIVERY_TARGETS_MAX];
	size_t cursors_n;
	struct delivery_try tries[DELIVERY_RESULTS_MAX];
	size_t tries_n;
};
struct delivery_saved {
	bool lost; /* somebody else delivers for this merchant now */
};

/* Saves in one transaction; `done` on the store's writer.  ask and answer live until then. */
MUST_USE enum err delivery_save_submit(const struct services *s, const struct delivery_save *ask,
				       struct delivery_saved *answer, store_done *done, void *arg);
