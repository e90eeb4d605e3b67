#include "store/accounts.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum {
	SLOTS_AT_FIRST = 256,
	/* So many slots are looked at to forget some accounts, and to forget one: where few are
	 * clean the next call goes on. */
	SLOTS_A_SHRINK = 4096,
	SLOTS_AN_ACCOUNT = 8,
	LOTS_AN_ACCOUNT = 8 /* take as much memory as an account */
};

static size_t slot_by_name(const struct accounts *t, struct str address, int64_t asset);
static size_t slot_by_id(const struct accounts *t, int64_t id);
static void link_entry(struct accounts *t, struct entry *e);
static void grow(struct accounts *t);

void accounts_begin(struct accounts *t, size_t *shared)
{
	*t = (struct accounts){ .slots = SLOTS_AT_FIRST, .shared = shared };
	t->by_name = calloc(t->slots, sizeof(struct entry *));
	t->by_id = calloc(t->slots, sizeof(struct entry *));
	CHECK(t->by_name && t->by_id);
}

void accounts_free(struct accounts *t)
{
	for (size_t i = 0; i < t->slots; i++) {
		while (t->by_name[i])
			accounts_forget(t, t->by_name[i]);
	}
	free(t->by_name);
	free(t->by_id);
}

struct entry *accounts_find(const struct accounts *t, struct str address, int64_t asset)
{
	struct entry *e = t->by_name[slot_by_name(t, address, asset)];

	while (e && (e->account.asset != asset || !str_is(address, e->address)))
		e = e->next_by_name;
	return e;
}

struct entry *accounts_find_id(const struct accounts *t, int64_t id)
{
	struct entry *e = t->by_id[slot_by_id(t, id)];

	while (e && e->account.id != id)
		e = e->next_by_id;
	return e;
}

void accounts_expect(const struct accounts *t, struct str address, int64_t asset)
{
	const char *e = (const char *)t->by_name[slot_by_name(t, address, asset)];

	if (e) {
		__builtin_prefetch(e);
		__builtin_prefetch(e + 64);
	}
}

struct entry *accounts_keep(struct accounts *t, const struct account *a, struct str address)
{
	struct entry *e = malloc(sizeof(*e) + address.n + 1);

	CHECK(e != NULL);
	if (t->n >= t->slots)
		grow(t);
	*e = (struct entry){ .account = *a };
	memcpy(e->address, address.p, address.n);
	e->address[address.n] = '\0';
	e->account.address = e->address;
	link_entry(t, e);
	t->n++;
	(*t->shared)++;
	return e;
}

static void link_entry(struct accounts *t, struct entry *e)
{
	size_t name = slot_by_name(t, str_of(e->address), e->account.asset);
	size_t id = slot_by_id(t, e->account.id);

	e->next_by_name = t->by_name[name];
	t->by_name[name] = e;
	e->next_by_id = t->by_id[id];
	t->by_id[id] = e;
}

void accounts_forget(struct accounts *t, struct entry *e)
{
	struct entry **at = &t->by_name[slot_by_name(t, str_of(e->address), e->account.asset)];

	while (*at != e)
		at = &(*at)->next_by_name;
	*at = e->next_by_name;
	at = &t->by_id[slot_by_id(t, e->account.id)];
	while (*at != e)
		at = &(*at)->next_by_id;
	*at = e->next_by_id;
	t->n--;
	(*t->shared)--;
	accounts_lots_free(t, e->lots);
	free(e);
}

void accounts_lots_free(struct accounts *t, struct lots *l)
{
	if (!l)
		return;
	*t->shared -= l->cap / LOTS_AN_ACCOUNT;
	free(l->at);
	free(l);
}

void accounts_lots_grow(struct accounts *t, struct lots *l)
{
	if (l->n < l->cap)
		return;
	*t->shared -= l->cap / LOTS_AN_ACCOUNT;
	l->cap = l->cap ? 2 * l->cap : 4;
	*t->shared += l->cap / LOTS_AN_ACCOUNT;
	l->at = realloc(l->at, l->cap * sizeof(*l->at));
	CHECK(l->at != NULL);
}

void accounts_shrink(struct accounts *t, size_t most)
{
	/* Names fall into slots by chance, so this forgets by chance, which serves as well as
	 * knowing who was used last and costs nothing to keep. */
	size_t over = *t->shared > most ? *t->shared - most : 0;
	size_t slots = SLOTS_A_SHRINK + SLOTS_AN_ACCOUNT * over;

	for (size_t looked = 0; looked < t->slots && looked < slots; looked++) {
		if (*t->shared <= most)
			return;
		t->hand = (t->hand + 1) & (t->slots - 1);
		for (struct entry *e = t->by_name[t->hand], *next; e; e = next) {
			next = e->next_by_name;
			if (!e->dirty)
				accounts_forget(t, e);
		}
	}
}

/* --- the tables --- */

static size_t slot_by_name(const struct accounts *t, struct str address, int64_t asset)
{
	return (size_t)str_hash(address, (uint64_t)asset) & (t->slots - 1);
}

static size_t slot_by_id(const struct accounts *t, int64_t id)
{
	uint64_t h = (uint64_t)id * UINT64_C(0x9E3779B97F4A7C15);

	return (size_t)(h >> 32) & (t->slots - 1);
}

static void grow(struct accounts *t)
{
	struct entry **old = t->by_name;
	size_t slots = t->slots;

	free(t->by_id);
	t->slots *= 2;
	t->by_name = calloc(t->slots, sizeof(struct entry *));
	t->by_id = calloc(t->slots, sizeof(struct entry *));
	CHECK(t->by_name && t->by_id);
	for (size_t i = 0; i < slots; i++) {
		for (struct entry *e = old[i], *next; e; e = next) {
			next = e->next_by_name;
			link_entry(t, e);
		}
	}
	free(old);
}
