#include "sys/metrics.h"

#include <stddef.h>

static struct metric *_Atomic first;

static void list(struct metric *m);

void metric_add(struct metric *m, int64_t n)
{
	list(m);
	(void)atomic_fetch_add_explicit(&m->n, n, memory_order_relaxed);
}

void metric_set(struct metric *m, int64_t n)
{
	list(m);
	atomic_store_explicit(&m->n, n, memory_order_relaxed);
}

static void list(struct metric *m)
{
	struct metric *head;

	if (atomic_load_explicit(&m->listed, memory_order_acquire) ||
	    atomic_exchange(&m->listed, true))
		return;
	head = atomic_load(&first);
	do {
		m->next = head;
	} while (!atomic_compare_exchange_weak(&first, &head, m));
}

const struct metric *metrics_first(void)
{
	return atomic_load(&first);
}
