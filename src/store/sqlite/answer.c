/* answer.c - what callers and listeners hear once the outcome of a batch is known. */
#include "store/sqlite/store_sqlite.h"

#include <stdlib.h>

static void tell(struct store_sqlite *s, const struct item *batch);

struct outcome plainly(enum err e)
{
	struct outcome o = { .code = e };

	str_copy_cut(o.text, sizeof(o.text), str_of(err_doc(e)));
	return o;
}

void answer(struct store_sqlite *s, struct item *batch)
{
	tell(s, batch);
	for (struct item *it = batch, *next; it; it = next) {
		next = it->next;
		atomic_fetch_add(&s->items, 1);
		if (it->outcome.code != ERR_OK)
			atomic_fetch_add(&s->failed_items, 1);
		it->done(it->arg, &it->outcome);
		free(it);
	}
}

/* The news of a batch, once for neighbours of one merchant: each telling wakes other threads. */
static void tell(struct store_sqlite *s, const struct item *batch)
{
	unsigned news = 0;

	pthread_mutex_lock(&s->listener_lock);
	for (const struct item *it = batch; it && s->listener; it = it->next) {
		if (it->outcome.code == ERR_OK)
			news |= it->news;
		if (news != 0 && (!it->next || it->next->merchant != it->merchant)) {
			s->listener(s->listener_self, it->merchant, news);
			news = 0;
		}
	}
	pthread_mutex_unlock(&s->listener_lock);
}
