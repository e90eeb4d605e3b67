#include "app/channel_keys.h"

#include "app/vault.h"
#include "base/check.h"
#include "sys/arena.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Opened configurations are kept in a table of SETS x WAYS; of a full set the longest unused goes.
 */
enum { SETS = 512, WAYS = 8, LOADED_MAX = 256 * 1024, HURRY_MS = 60000 };

/* A keyring with what only this file may touch behind it. */
struct held {
	struct channel_keyring ring; /* first: a ring's address is its holder's */
	atomic_int holders;
	_Atomic int64_t hurried_ms; /* when somebody last made us ask its platform */
};

struct slot {
	struct held *held;
	uint64_t used; /* the count of the last get */
};

struct channel_keys {
	const struct services *services;
	pthread_mutex_t lock;
	uint64_t news; /* grows with every change: what was loaded before it is not kept */
	uint64_t gets;
	struct slot slots[SETS][WAYS];
};

/* What the reading closure finds: rows only, still sealed. */
struct sealed_version {
	int64_t number;
	struct str config;
};
struct loaded {
	bool livemode;
	struct channel_account account;
	size_t n;
	struct sealed_version versions[CHANNEL_VERSIONS_MAX];
	size_t fetched_n;
	struct channel_fetched fetched[CHANNEL_CERTIFICATES_MAX];
	struct str pem[CHANNEL_CERTIFICATES_MAX];
	struct arena *arena;
};

struct load_ask {
	int64_t account, now_ms;
};

static struct held *find(struct channel_keys *k, int64_t merchant, int64_t account);
static void keep(struct channel_keys *k, struct held *h, uint64_t news);
static struct slot *set_of(struct channel_keys *k, int64_t merchant, int64_t account);
static enum err load(const struct services *s, int64_t merchant, int64_t account,
		     struct held **out);
static enum err load_rows(struct tx *tx, const void *ask, void *answer);
static enum err load_fetched(struct tx *tx, const struct load_ask *in, struct loaded *l);
static enum err open_versions(const struct services *s, const struct loaded *l, struct held *h);
static void add_fetched(const struct channel *ch, const struct loaded *l,
			struct channel_config *config);
static enum err open_version(const struct services *s, int64_t merchant, const struct loaded *l,
			     size_t i, struct channel_keyring *ring);
static struct held *held_new(int64_t merchant, const struct loaded *l);
static void row_account(const struct rows *r, struct channel_account *out);

struct channel_keys *channel_keys_new(const struct services *s)
{
	struct channel_keys *k = calloc(1, sizeof(*k));

	CHECK(k);
	k->services = s;
	CHECK(pthread_mutex_init(&k->lock, NULL) == 0);
	return k;
}

void channel_keys_free(struct channel_keys *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < SETS; i++) {
		for (size_t j = 0; j < WAYS; j++) {
			struct held *h = k->slots[i][j].held;

			CHECK(!h || atomic_load(&h->holders) == 1);
			channel_keyring_release(h ? &h->ring : NULL);
		}
	}
	CHECK(pthread_mutex_destroy(&k->lock) == 0);
	free(k);
}

enum err channel_keys_get(struct channel_keys *k, int64_t merchant, int64_t account,
			  struct channel_keyring **out)
{
	struct held *h;
	uint64_t news;

	pthread_mutex_lock(&k->lock);
	h = find(k, merchant, account);
	news = k->news;
	pthread_mutex_unlock(&k->lock);

	/* Two threads may load the same account at once: both are right, the later one is kept. */
	if (!h) {
		TRY(load(k->services, merchant, account, &h));
		pthread_mutex_lock(&k->lock);
		keep(k, h, news);
		pthread_mutex_unlock(&k->lock);
	}
	*out = &h->ring;
	return ERR_OK;
}

void channel_keyring_release(struct channel_keyring *ring)
{
	struct held *h = (struct held *)ring;

	if (!h || atomic_fetch_sub(&h->holders, 1) > 1)
		return;
	for (size_t i = 0; i < ring->versions.n; i++) {
		/* The versions were made here and are given away read only. */
		struct channel_config *config = NULL;

		memcpy(&config, &ring->versions.config[i], sizeof(config));
		ring->channel->config_free(config);
	}
	free(h);
}

void channel_keyring_releasep(struct channel_keyring **ring)
{
	channel_keyring_release(*ring);
}

void channel_keys_changed(struct channel_keys *k, int64_t merchant)
{
	pthread_mutex_lock(&k->lock);
	k->news++;
	for (size_t i = 0; i < SETS; i++) {
		for (size_t j = 0; j < WAYS; j++) {
			struct slot *s = &k->slots[i][j];

			if (!s->held || s->held->ring.merchant != merchant)
				continue;
			channel_keyring_release(&s->held->ring);
			*s = (struct slot){ 0 };
		}
	}
	pthread_mutex_unlock(&k->lock);
}

enum err channel_account_for(struct tx *tx, struct str channel, struct str name,
			     struct channel_account *out)
{
	struct rows r;
	bool found;

	if (name.n > 0)
		TX_ONE(tx, &r, &found,
		       "select id, channel, name, identity from channel_account"
		       " where merchant_id = $1 and channel = $2 and name = $3",
		       V_I(tx_merchant(tx)), V_S(channel), V_S(name));
	else
		TX_ONE(tx, &r, &found,
		       "select id, channel, name, identity from channel_account"
		       " where merchant_id = $1 and channel = $2 order by id limit 1",
		       V_I(tx_merchant(tx)), V_S(channel));
	if (found)
		row_account(&r, out);
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_CHANNEL_MISSING, "no channel account of %.*s", (int)channel.n, channel.p);
	return ERR_OK;
}

enum err channel_account_get(struct tx *tx, int64_t id, struct channel_account *out)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select id, channel, name, identity from channel_account"
	       " where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	if (found)
		row_account(&r, out);
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_NOT_FOUND, "no such channel account");
	return ERR_OK;
}

static void row_account(const struct rows *r, struct channel_account *out)
{
	out->id = row_i(r, 0);
	row_text(r, 1, out->channel, sizeof(out->channel));
	row_text(r, 2, out->name, sizeof(out->name));
	row_text(r, 3, out->identity, sizeof(out->identity));
}

/* Holds what it finds. */
static struct held *find(struct channel_keys *k, int64_t merchant, int64_t account)
{
	struct slot *set = set_of(k, merchant, account);

	for (size_t i = 0; i < WAYS; i++) {
		struct held *h = set[i].held;

		if (!h || h->ring.merchant != merchant || h->ring.account.id != account)
			continue;
		set[i].used = ++k->gets;
		(void)atomic_fetch_add(&h->holders, 1);
		return h;
	}
	return NULL;
}

static void keep(struct channel_keys *k, struct held *h, uint64_t news)
{
	struct slot *set = set_of(k, h->ring.merchant, h->ring.account.id);
	struct slot *oldest = &set[0];

	/* The rows may have been read before the change that came meanwhile. */
	if (news != k->news)
		return;
	for (size_t i = 0; i < WAYS; i++) {
		struct held *other = set[i].held;

		if (other && other->ring.merchant == h->ring.merchant &&
		    other->ring.account.id == h->ring.account.id) {
			oldest = &set[i];
			break;
		}
		if (set[i].used < oldest->used)
			oldest = &set[i];
	}
	channel_keyring_release(oldest->held ? &oldest->held->ring : NULL);
	(void)atomic_fetch_add(&h->holders, 1);
	*oldest = (struct slot){ .held = h, .used = ++k->gets };
}

static struct slot *set_of(struct channel_keys *k, int64_t merchant, int64_t account)
{
	uint64_t h = (uint64_t)merchant * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)account;

	h *= UINT64_C(0xff51afd7ed558ccd);
	return k->slots[(h >> 32) % SETS];
}

static enum err load(const struct services *s, int64_t merchant, int64_t account, struct held **out)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(LOADED_MAX);
	struct load_ask ask = { account, s->clock->wall_ms(s->clock) };
	struct loaded l = { .arena = arena };
	struct held *h;
	enum err e;

	TRY(store_read(s->store, merchant, load_rows, &ask, &l));
	h = held_new(merchant, &l);
	e = open_versions(s, &l, h);
	if (e != ERR_OK) {
		channel_keyring_release(&h->ring);
		return e;
	}
	*out = h;
	return ERR_OK;
}

static enum err load_rows(struct tx *tx, const void *ask, void *answer)
{
	const struct load_ask *in = ask;
	struct loaded *l = answer;
	struct rows r;
	bool found;

	arena_reset(l->arena);
	l->n = 0;
	TRY(channel_account_get(tx, in->account, &l->account));
	TX_ONE(tx, &r, &found, "select livemode from merchant where merchant_id = $1",
	       V_I(tx_merchant(tx)));
	l->livemode = found && row_i(&r, 0) != 0;
	TRY(rows_end(&r));

	TX_GET(tx, &r,
	       "select version, config from channel_version"
	       " where merchant_id = $1 and account_id = $2 and retired_at is null"
	       " order by version desc limit $3",
	       V_I(tx_merchant(tx)), V_I(in->account), V_I(CHANNEL_VERSIONS_MAX));
	while (rows_next(&r)) {
		struct sealed_version *v = &l->versions[l->n++];

		v->number = row_i(&r, 0);
		v->config.n = row_s(&r, 1).n;
		v->config.p = arena_text(l->arena, row_s(&r, 1));
	}
	TRY(rows_end(&r));
	return load_fetched(tx, in, l);
}

static enum err load_fetched(struct tx *tx, const struct load_ask *in, struct loaded *l)
{
	struct rows r;

	l->fetched_n = 0;
	TX_GET(tx, &r,
	       "select serial, expires_at, pem from channel_certificate"
	       " where merchant_id = $1 and account_id = $2 and expires_at > $3"
	       " order by expires_at desc limit $4",
	       V_I(tx_merchant(tx)), V_I(in->account), V_I(in->now_ms),
	       V_I(CHANNEL_CERTIFICATES_MAX));
	while (rows_next(&r)) {
		size_t i = l->fetched_n++;

		row_text(&r, 0, l->fetched[i].serial, sizeof(l->fetched[i].serial));
		l->fetched[i].ends_ms = row_i(&r, 1);
		l->pem[i].n = row_s(&r, 2).n;
		l->pem[i].p = arena_text(l->arena, row_s(&r, 2));
	}
	return rows_end(&r);
}

static struct held *held_new(int64_t merchant, const struct loaded *l)
{
	struct held *h = calloc(1, sizeof(*h));

	CHECK(h);
	h->ring.merchant = merchant;
	h->ring.livemode = l->livemode;
	h->ring.account = l->account;
	h->ring.fetched_n = l->fetched_n;
	memcpy(h->ring.fetched, l->fetched, sizeof(h->ring.fetched));
	atomic_init(&h->holders, 1);
	return h;
}

static enum err open_versions(const struct services *s, const struct loaded *l, struct held *h)
{
	struct channel_keyring *ring = &h->ring;

	ring->channel = services_channel(s, str_of(l->account.channel));
	if (!ring->channel)
		FAIL(ERR_CONFIG, "this build has no channel %s", l->account.channel);
	if (l->n == 0)
		FAIL(ERR_CONFIG, "every version of the channel account %s is retired",
		     l->account.name);
	for (size_t i = 0; i < l->n; i++) {
		enum err e = open_version(s, ring->merchant, l, i, ring);

		/* Calls need the newest; an old one only ever checks what others signed. */
		if (e != ERR_OK && i == 0)
			return e;
	}
	return ERR_OK;
}

static enum err open_version(const struct services *s, int64_t merchant, const struct loaded *l,
			     size_t i, struct channel_keyring *ring)
{
	CLEANUP(secret_wipe) struct secret text = { 0 };
	const struct sealed_version *v = &l->versions[i];
	struct channel_config *config = NULL;
	char identity[CHANNEL_IDENTITY_MAX + 1];

	TRY(vault_reveal(
		s->vault,
		(struct vault_place){ "channel_version", merchant, l->account.id, v->number },
		v->config, &text));
	TRY(ring->channel->config_read(secret_reveal(&text), l->livemode, 0, identity, &config));
	add_fetched(ring->channel, l, config);
	ring->number[ring->versions.n] = v->number;
	ring->versions.config[ring->versions.n++] = config;
	return ERR_OK;
}

/* One that it cannot take says nothing about the others. */
static void add_fetched(const struct channel *ch, const struct loaded *l,
			struct channel_config *config)
{
	if (!ch->certificates_wanted || !ch->certificates_wanted(config))
		return;
	for (size_t i = 0; i < l->fetched_n; i++) {
		enum err e = ch->certificate_add(config, l->pem[i]);

		if (e != ERR_OK)
			log_err(LOG_WARN, "channel.certificate", e);
	}
}

bool channel_keyring_fetches(const struct channel_keyring *ring)
{
	const struct channel *ch = ring->channel;

	return ch->certificates_wanted && ch->certificates_wanted(ring->versions.config[0]);
}

bool channel_keyring_may_hurry(const struct channel_keyring *ring, int64_t now_ms)
{
	struct held *h;
	int64_t last;

	/* What is handed out read only was made here. */
	memcpy(&h, &ring, sizeof(h));
	last = atomic_load(&h->hurried_ms);
	if (now_ms >= last && now_ms - last < HURRY_MS)
		return false;
	return atomic_compare_exchange_strong(&h->hurried_ms, &last, now_ms);
}

int64_t channel_keyring_ends_ms(const struct channel_keyring *ring)
{
	int64_t own = ring->channel->config_expires_ms(ring->versions.config[0]);
	int64_t fetched = ring->fetched_n > 0 ? ring->fetched[0].ends_ms : 0;

	return own == 0 || (fetched != 0 && fetched < own) ? fetched : own;
}

int64_t channel_keys_ends_ms(struct channel_keys *k)
{
	int64_t first = 0;

	if (!k)
		return 0;
	pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < SETS; i++) {
		for (size_t j = 0; j < WAYS; j++) {
			const struct held *h = k->slots[i][j].held;
			int64_t ends = h ? channel_keyring_ends_ms(&h->ring) : 0;

			if (ends != 0 && (first == 0 || ends < first))
				first = ends;
		}
	}
	pthread_mutex_unlock(&k->lock);
	return first;
}
