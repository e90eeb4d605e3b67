/* call_log.h - every call to the outside in one line of JSON, in files of its own: DIR/calls.log,
 * and calls.log.1 (younger) to calls.log.4 (oldest) when it has grown.
 *
 * It is for people who ask what was said to whom.  Nothing depends on it: it is never part of a
 * transaction, not synced, and a line that cannot be written is lost.  Secrets and what identifies
 * a payer are masked by the name of their field, whatever the body's form.  Thread-safe.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sys/clock.h"

#include <stddef.h>
#include <stdint.h>

struct call_log;

enum { CALL_BODY_MAX = 2048, CALL_LOG_KEPT = 4 };

/* Appends to DIR/calls.log, made with mode 0600.  A file that reaches max_bytes (0: 16 MiB) is put
 * aside. ERR_IO. */
MUST_USE enum err call_log_open(const char *dir, struct clock *clock, int64_t max_bytes,
				struct call_log **out);
void call_log_close(struct call_log *l); /* NULL-safe */

/* Ids 0 and texts "" or NULL are left out. */
struct call_line {
	int64_t merchant, app;
	const char *direction; /* "out" or "in" */
	const char *kind;      /* "webhook", "alipay" */
	const char *operation; /* "order.paid", "trade.query" */
	const char *url;       /* written without its query */
	int status;            /* HTTP; 0: none came */
	const char *error;
	int64_t took_ms;
	int64_t order, refund, event, endpoint;
	struct str ask, answer; /* bodies: masked, then cut at CALL_BODY_MAX */
};

/* l NULL: does nothing. */
void call_log_write(struct call_log *l, const struct call_line *line);

/* Calls `each` with every kept line that holds `id` (text of an id), oldest first, at most `max`,
 * the youngest; reads at most the kept files.  For a time-line.  ERR_IO. */
typedef void call_log_each(void *self, struct str line);
MUST_USE enum err call_log_find(struct call_log *l, const char *id, size_t max, call_log_each *each,
				void *self);

/* The body with the values of sensitive fields (JSON, form, XML, and JSON inside a form) replaced
 * by ***, at most cap - 1 bytes.  For call_log_write and its tests. */
void call_mask(struct str body, char *out, size_t cap);
