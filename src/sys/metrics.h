/* metrics.h - numbers about the running program, for /metrics.
 *
 *   static struct metric delivered = METRIC_COUNTER("tael_webhooks_total", "result=\"delivered\"",
 *                                                   "Webhook calls by result.");
 *   metric_add(&delivered, 1);
 *
 * A metric is a static variable beside the code that it counts; it lists itself when it is first
 * used. Adding is one atomic instruction.  Labels never name a customer, a key or a number of an
 * order.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct metric {
	const char *name;   /* "tael_jobs_total" */
	const char *labels; /* "kind=\"order_expire\"" or "" */
	const char *help;
	bool gauge; /* may fall again */
	_Atomic int64_t n;
	atomic_bool listed;
	struct metric *next;
};

#define METRIC_COUNTER(name_, labels_, help_)                         \
	{                                                             \
		.name = (name_), .labels = (labels_), .help = (help_) \
	}
#define METRIC_GAUGE(name_, labels_, help_)                                          \
	{                                                                            \
		.name = (name_), .labels = (labels_), .help = (help_), .gauge = true \
	}

void metric_add(struct metric *m, int64_t n);
void metric_set(struct metric *m, int64_t n);

/* All metrics used so far, newest first; follow `next`. */
const struct metric *metrics_first(void);
