#include "http/keyring.h"

#include "base/check.h"
#include "sys/crypto.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Allowances are counted in thousandths of a request, so that a millisecond's share is whole. */
enum { WHOLE = 1000, TABLE_FIRST = 64 };

struct entry {
	struct api_key key;
	int64_t allowance; /* thousandths */
	int64_t since_ms;  /* mono: when it was last reckoned; 0: never used */
	int waiting;       /* long polls */
};

/* An open-addressed table, at most half full. */
struct table {
	struct entry *entries;
	size_t size, n; /* size: a power of two */
};

struct keyring {
	pthread_mutex_t lock;
	struct table table;
	struct key_rate rate;
};

static enum err load_all(struct store *store, struct table *out);
static struct table table_new(size_t size);
static void table_add(struct table *t, const struct api_key *key);
static struct entry *table_find(const struct table *t, const uint8_t hash[SHA256_BYTES]);
static void keep_state(struct table *new, const struct table *old);

struct keyring *keyring_new(struct key_rate rate)
{
	struct keyring *k = calloc(1, sizeof(*k));

	CHECK(k != NULL);
	CHECK(rate.per_second > 0 && rate.burst > 0);
	CHECK(pthread_mutex_init(&k->lock, NULL) == 0);
	k->table = table_new(TABLE_FIRST);
	k->rate = rate;
	return k;
}

void keyring_free(struct keyring *k)
{
	if (k == NULL)
		return;
	free(k->table.entries);
	(void)pthread_mutex_destroy(&k->lock);
	free(k);
}

enum err keyring_load(struct keyring *k, struct store *store)
{
	struct table fresh = table_new(TABLE_FIRST);
	enum err e = load_all(store, &fresh);

	if (e == ERR_OK) {
		struct table old;

		(void)pthread_mutex_lock(&k->lock);
		old = k->table;
		keep_state(&fresh, &old);
		k->table = fresh;
		fresh = old;
		(void)pthread_mutex_unlock(&k->lock);
	}
	free(fresh.entries);
	return e;
}

static enum err load_all(struct store *store, struct table *out)
{
	struct api_keys_ask ask = { 0 };
	struct api_keys_answer *slice = malloc(sizeof(*slice));
	enum err e;

	CHECK(slice != NULL);
	do {
		e = store_read(store, 0, api_keys_load, &ask, slice);
		if (e != ERR_OK)
			break;
		for (size_t i = 0; i < slice->n; i++)
			table_add(out, &slice->keys[i]);
		if (slice->n > 0) {
			ask.after_merchant = slice->keys[slice->n - 1].merchant;
			ask.after_id = slice->keys[slice->n - 1].id;
		}
	} while (slice->n == API_KEYS_PAGE);
	free(slice);
	return e;
}

static struct table table_new(size_t size)
{
	struct table t = { .entries = calloc(size, sizeof(*t.entries)), .size = size };

	CHECK(t.entries != NULL);
	return t;
}

static void table_add(struct table *t, const struct api_key *key)
{
	struct entry *e;

	if (2 * (t->n + 1) > t->size) {
		struct table larger = table_new(2 * t->size);

		larger.n = t->n;
		for (size_t i = 0; i < t->size; i++)
			if (t->entries[i].key.id != 0)
				*table_find(&larger, t->entries[i].key.hash) = t->entries[i];
		free(t->entries);
		*t = larger;
	}
	e = table_find(t, key->hash);
	if (e->key.id == 0)
		t->n++;
	*e = (struct entry){ .key = *key };
}

/* The key's entry, or the free one where it would stand. */
static struct entry *table_find(const struct table *t, const uint8_t hash[SHA256_BYTES])
{
	size_t at;

	memcpy(&at, hash, sizeof(at));
	for (at &= t->size - 1;; at = (at + 1) & (t->size - 1)) {
		struct entry *e = &t->entries[at];

		if (e->key.id == 0 || same_bytes(e->key.hash, hash, SHA256_BYTES))
			return e;
	}
}

/* A reload gives nobody a fresh allowance. */
static void keep_state(struct table *new, const struct table *old)
{
	for (size_t i = 0; i < new->size; i++) {
		struct entry *e = &new->entries[i];
		const struct entry *before;

		if (e->key.id == 0)
			continue;
		before = table_find(old, e->key.hash);
		e->allowance = before->allowance;
		e->since_ms = before->since_ms;
		e->waiting = before->waiting;
	}
}

enum err keyring_find(struct keyring *k, struct str authorization, struct api_key *out)
{
	static const char BEARER[] = "Bearer ";
	struct str text = str_trim(authorization);
	uint8_t hash[SHA256_BYTES];
	bool found;

	if (text.n == 0)
		FAIL(ERR_UNAUTHENTICATED, "send the field: Authorization: Bearer sk_…");
	if (!str_starts(text, BEARER))
		FAIL(ERR_UNAUTHENTICATED, "the Authorization field must begin with \"Bearer \"");
	text = str_skip(text, sizeof(BEARER) - 1);
	if (!api_key_is_formed(text))
		FAIL(ERR_UNAUTHENTICATED, "this is not a key of the form sk_test_… or sk_live_…");

	api_key_hash(text, hash);
	(void)pthread_mutex_lock(&k->lock);
	*out = table_find(&k->table, hash)->key;
	found = out->id != 0;
	(void)pthread_mutex_unlock(&k->lock);
	if (!found)
		FAIL(ERR_UNAUTHENTICATED, "the key is unknown or revoked");
	return ERR_OK;
}

enum err keyring_spend(struct keyring *k, const struct api_key *key, int64_t mono_ms,
		       int64_t *retry_after)
{
	int64_t missing = 0;
	struct entry *e;

	(void)pthread_mutex_lock(&k->lock);
	e = table_find(&k->table, key->hash);
	if (e->key.id != 0) {
		int64_t full = k->rate.burst * WHOLE, passed = mono_ms - e->since_ms;

		if (e->since_ms == 0 || passed > full / k->rate.per_second)
			e->allowance = full;
		else
			e->allowance += passed * k->rate.per_second;
		if (e->allowance > full)
			e->allowance = full;
		e->since_ms = mono_ms;
		if (e->allowance >= WHOLE)
			e->allowance -= WHOLE;
		else
			missing = WHOLE - e->allowance;
	}
	(void)pthread_mutex_unlock(&k->lock);
	if (missing == 0)
		return ERR_OK;
	*retry_after = 1 + missing / (k->rate.per_second * WHOLE);
	FAIL(ERR_RATE_LIMITED, "more than %lld requests a second with this key",
	     (long long)k->rate.per_second);
}

bool keyring_enter(struct keyring *k, const struct api_key *key, int max)
{
	struct entry *e;
	bool free_place = true;

	(void)pthread_mutex_lock(&k->lock);
	e = table_find(&k->table, key->hash);
	if (e->key.id != 0) {
		free_place = e->waiting < max;
		e->waiting += free_place ? 1 : 0;
	}
	(void)pthread_mutex_unlock(&k->lock);
	return free_place;
}

void keyring_leave(struct keyring *k, const struct api_key *key)
{
	struct entry *e;

	(void)pthread_mutex_lock(&k->lock);
	e = table_find(&k->table, key->hash);
	if (e->key.id != 0 && e->waiting > 0)
		e->waiting--;
	(void)pthread_mutex_unlock(&k->lock);
}

size_t keyring_count(struct keyring *k)
{
	size_t n;

	(void)pthread_mutex_lock(&k->lock);
	n = k->table.n;
	(void)pthread_mutex_unlock(&k->lock);
	return n;
}
