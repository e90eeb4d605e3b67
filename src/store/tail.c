#include "store/tail.h"

#include "base/check.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What an account had before, for readers that began then. */
struct older {
	struct older *next;
	uint64_t commit; /* since when */
	struct tail_values values;
};

struct place {
	int64_t merchant, account;
	uint64_t commit;
	struct tail_values values;
	struct older *older;
	uint32_t next_free; /* while it is */
};

/* An account whose row was flushed with a commit. */
struct flushed {
	int64_t merchant, account, version;
	uint64_t commit;
};

struct tail {
	pthread_mutex_t lock;
	struct place *places; /* [0] is nobody's */
	size_t used, cap, n;  /* used: up to here were given; n: are taken now */
	uint32_t free;
	uint32_t *slots; /* of places; open addressing, at most half full; 0: empty */
	size_t slots_n;
	struct flushed *flushed; /* a queue: from `first` to `last` */
	size_t first, last, queue_cap;
	uint64_t commit, oldest; /* the last one published, and the oldest that is being read */
	uint64_t readers[TAIL_READERS_MAX]; /* where each began; 0: none */
};

enum { SLOTS_AT_FIRST = 1024 };

static uint32_t *find(const struct tail *t, int64_t merchant, int64_t account);
static struct place *give(struct tail *t, int64_t merchant, int64_t account);
static void trim(struct place *p, uint64_t oldest);
static void take_back(struct tail *t, uint32_t *slot);
static void grow(struct tail *t);

struct tail *tail_new(void)
{
	struct tail *t = calloc(1, sizeof(*t));

	CHECK(t != NULL);
	CHECK(pthread_mutex_init(&t->lock, NULL) == 0);
	t->slots_n = SLOTS_AT_FIRST;
	t->slots = calloc(t->slots_n, sizeof(*t->slots));
	t->cap = SLOTS_AT_FIRST;
	t->places = calloc(t->cap, sizeof(*t->places));
	CHECK(t->slots && t->places);
	t->used = 1;
	t->commit = 1;
	return t;
}

void tail_free(struct tail *t)
{
	if (!t)
		return;
	for (size_t i = 1; i < t->used; i++)
		trim(&t->places[i], UINT64_MAX);
	pthread_mutex_destroy(&t->lock);
	free(t->places);
	free(t->slots);
	free(t->flushed);
	free(t);
}

int tail_begin(struct tail *t)
{
	int reader = 0;

	pthread_mutex_lock(&t->lock);
	while (reader < TAIL_READERS_MAX && t->readers[reader] != 0)
		reader++;
	CHECK(reader < TAIL_READERS_MAX);
	t->readers[reader] = t->commit;
	pthread_mutex_unlock(&t->lock);
	return reader;
}

void tail_end(struct tail *t, int reader)
{
	pthread_mutex_lock(&t->lock);
	t->readers[reader] = 0;
	pthread_mutex_unlock(&t->lock);
}

bool tail_look(struct tail *t, int reader, int64_t merchant, int64_t account,
	       struct tail_values *out)
{
	uint64_t commit = t->readers[reader];
	bool found = false;

	pthread_mutex_lock(&t->lock);

	uint32_t at = *find(t, merchant, account);
	const struct place *p = &t->places[at];

	if (at != 0 && p->commit <= commit) {
		*out = p->values;
		found = true;
	}
	for (const struct older *o = at != 0 ? p->older : NULL; o && !found; o = o->next) {
		if (o->commit <= commit) {
			*out = o->values;
			found = true;
		}
	}
	pthread_mutex_unlock(&t->lock);
	return found;
}

/* --- the writer --- */

void tail_open(struct tail *t)
{
	pthread_mutex_lock(&t->lock);
	t->commit++;
	t->oldest = t->commit;
	for (int i = 0; i < TAIL_READERS_MAX; i++) {
		if (t->readers[i] != 0 && t->readers[i] < t->oldest)
			t->oldest = t->readers[i];
	}
}

void tail_publish(struct tail *t, int64_t merchant, int64_t account, struct tail_values v)
{
	uint32_t at = *find(t, merchant, account);
	struct place *p = at != 0 ? &t->places[at] : give(t, merchant, account);

	if (at != 0 && p->commit < t->commit && t->oldest < t->commit) {
		struct older *o = malloc(sizeof(*o));

		CHECK(o != NULL);
		*o = (struct older){ p->older, p->commit, p->values };
		p->older = o;
	}
	p->commit = t->commit;
	p->values = v;
	trim(p, t->oldest);
}

void tail_flushed(struct tail *t, int64_t merchant, int64_t account, int64_t version)
{
	if (t->last == t->queue_cap && t->first > t->queue_cap / 2) {
		memmove(t->flushed, t->flushed + t->first,
			(t->last - t->first) * sizeof(*t->flushed));
		t->last -= t->first;
		t->first = 0;
	}
	if (t->last == t->queue_cap) {
		t->queue_cap = t->queue_cap ? 2 * t->queue_cap : 1024;
		t->flushed = realloc(t->flushed, t->queue_cap * sizeof(*t->flushed));
		CHECK(t->flushed != NULL);
	}
	t->flushed[t->last++] = (struct flushed){ merchant, account, version, t->commit };
}

void tail_close(struct tail *t)
{
	for (; t->first < t->last && t->flushed[t->first].commit <= t->oldest; t->first++) {
		const struct flushed *f = &t->flushed[t->first];
		uint32_t *slot = find(t, f->merchant, f->account);

		if (*slot != 0 && t->places[*slot].values.version <= f->version)
			take_back(t, slot);
	}
	if (t->first == t->last)
		t->first = t->last = 0;
	pthread_mutex_unlock(&t->lock);
}

/* --- places --- */

static size_t slot_of(const struct tail *t, int64_t merchant, int64_t account)
{
	uint64_t h = ((uint64_t)account ^ (uint64_t)merchant << 1) * UINT64_C(0x9E3779B97F4A7C15);

	return (size_t)(h >> 32) & (t->slots_n - 1);
}

/* The account's slot, or the empty one where it would be. */
static uint32_t *find(const struct tail *t, int64_t merchant, int64_t account)
{
	size_t at = slot_of(t, merchant, account);

	while (t->slots[at] != 0 && (t->places[t->slots[at]].account != account ||
				     t->places[t->slots[at]].merchant != merchant))
		at = (at + 1) & (t->slots_n - 1);
	return &t->slots[at];
}

/* A place for an account that has none. */
static struct place *give(struct tail *t, int64_t merchant, int64_t account)
{
	uint32_t at = t->free;

	if (2 * (t->n + 1) > t->slots_n)
		grow(t);
	if (at != 0) {
		t->free = t->places[at].next_free;
	} else {
		if (t->used >= t->cap) {
			t->cap += t->cap / 2;
			t->places = realloc(t->places, t->cap * sizeof(*t->places));
			CHECK(t->places != NULL && t->cap < UINT32_MAX);
		}
		at = (uint32_t)t->used++;
	}
	t->n++;
	*find(t, merchant, account) = at;
	t->places[at] = (struct place){ .merchant = merchant, .account = account };
	return &t->places[at];
}

/* Nobody reads what was before `oldest`: what was had then is the last that is needed. */
static void trim(struct place *p, uint64_t oldest)
{
	struct older **at = &p->older;

	if (p->commit > oldest) {
		while (*at && (*at)->commit > oldest)
			at = &(*at)->next;
		if (*at)
			at = &(*at)->next;
	}
	while (*at) {
		struct older *o = *at;

		*at = o->next;
		free(o);
	}
}

/* Those behind it move up, so that no search ends too early. */
static void take_back(struct tail *t, uint32_t *slot)
{
	size_t hole = (size_t)(slot - t->slots), at = hole;
	struct place *p = &t->places[*slot];

	trim(p, UINT64_MAX);
	p->next_free = t->free;
	t->free = *slot;
	t->n--;
	for (;;) {
		at = (at + 1) & (t->slots_n - 1);
		if (t->slots[at] == 0)
			break;

		const struct place *next = &t->places[t->slots[at]];
		size_t home = slot_of(t, next->merchant, next->account);

		if (((at - home) & (t->slots_n - 1)) >= ((at - hole) & (t->slots_n - 1))) {
			t->slots[hole] = t->slots[at];
			hole = at;
		}
	}
	t->slots[hole] = 0;
}

static void grow(struct tail *t)
{
	uint32_t *old = t->slots;
	size_t n = t->slots_n;

	t->slots_n *= 2;
	t->slots = calloc(t->slots_n, sizeof(*t->slots));
	CHECK(t->slots != NULL);
	for (size_t i = 0; i < n; i++) {
		const struct place *p = &t->places[old[i]];

		if (old[i] != 0)
			*find(t, p->merchant, p->account) = old[i];
	}
	free(old);
}
