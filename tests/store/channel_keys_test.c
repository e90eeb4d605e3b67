/* Channel accounts' keys: opened once, shared by threads, read again after a change. */
#include "app/channel_account.h"
#include "app/channel_keys.h"
#include "app/merchant.h"
#include "app/vault.h"
#include "base/check.h"
#include "store/sqlite/sqlite.h"
#include "sys/json.h"

#include "tap.h"
#include "temp_dir.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREADS = 4, ROUNDS = 300 };

/* A channel whose configuration is {"id":"…","n":N}; n 0 cannot be used.  From 100 on its platform
 * hands out certificates, and those are texts that begin with "cert". */
struct channel_config {
	int64_t n;
	char known[64];
};

static atomic_int opened, closed;
static bool zero_is_fine;

static enum err config_read(struct str json, bool livemode, int64_t now_ms, char identity[33],
			    struct channel_config **out)
{
	struct jin r;
	int64_t n = 0;

	(void)livemode;
	(void)now_ms;
	jin_open(&r, json);
	jin_text(&r, "id", JIN_NEEDED, identity, 33);
	jin_integer(&r, "n", JIN_NEEDED, 0, 1000000, &n);
	TRY(jin_done(&r));
	if (n == 0 && !zero_is_fine)
		FAIL_AT(ERR_CONFIG, "n", "n is 0");
	*out = malloc(sizeof(**out));
	CHECK(*out);
	**out = (struct channel_config){ .n = n };
	atomic_fetch_add(&opened, 1);
	return ERR_OK;
}

static void config_free(struct channel_config *c)
{
	atomic_fetch_add(&closed, c != NULL);
	free(c);
}

static int64_t config_expires_ms(const struct channel_config *c)
{
	return c->n == 99 ? 99 : 0;
}

static bool certificates_wanted(const struct channel_config *c)
{
	return c->n >= 100;
}

static enum err certificate_add(struct channel_config *c, struct str pem)
{
	size_t n = strlen(c->known);

	if (!str_starts(pem, "cert"))
		FAIL(ERR_CONFIG, "not a certificate");
	(void)snprintf(c->known + n, sizeof(c->known) - n, "%.*s ", (int)pem.n, pem.p);
	return ERR_OK;
}

static const struct channel FAKE = {
	.caps = { .name = "fake" },
	.config_read = config_read,
	.config_free = config_free,
	.config_expires_ms = config_expires_ms,
	.certificates_wanted = certificates_wanted,
	.certificate_add = certificate_add,
};
static const struct channel *const CHANNELS[] = { &FAKE, NULL };

struct world {
	struct temp_dir dir;
	struct services s;
	struct vault *vault;
	int64_t merchant;
	int tokens;
};

static void news(void *self, int64_t merchant, unsigned what)
{
	struct services *s = self;

	if (what & NEWS_CHANNELS)
		channel_keys_changed(s->channel_keys, merchant);
}

static void world_open(struct world *w)
{
	static const uint8_t KEY[VAULT_KEY_BYTES] = { 7 };
	struct sqlite_options o = { .clock = clock_system(), .create = true };
	const struct merchant_ask merchant = { .name = "Tea", .token = "1" };

	*w = (struct world){ .dir = temp_dir_make(), .vault = vault_of_key(KEY, rand_system()) };
	w->s = (struct services){ .clock = clock_system(),
				  .rand = rand_system(),
				  .vault = w->vault,
				  .channels = CHANNELS };
	o.dir = w->dir.path;
	EXPECT_ERR(ERR_OK, sqlite_store_open(&o, &w->s.store));
	w->s.channel_keys = channel_keys_new(&w->s);
	store_listen(w->s.store, news, &w->s);
	EXPECT_ERR(ERR_OK, merchant_add(&w->s, &merchant, &w->merchant));
	atomic_store(&opened, 0);
	atomic_store(&closed, 0);
	zero_is_fine = false;
}

/* Everything that was opened has been closed. */
static void world_close(struct world *w)
{
	store_close(w->s.store);
	channel_keys_free(w->s.channel_keys);
	vault_free(w->vault);
	temp_dir_remove(&w->dir);
	EXPECT_INT(atomic_load(&opened), atomic_load(&closed));
}

static enum err add(struct world *w, const char *name, const char *config,
		    struct channel_account_added *out)
{
	char token[16];
	struct channel_account_ask ask = { .merchant = w->merchant,
					   .channel = "fake",
					   .name = name,
					   .config = str_of(config),
					   .token = token };

	*out = (struct channel_account_added){ 0 };
	(void)snprintf(token, sizeof(token), "t%d", w->tokens++);
	return channel_account_add(&w->s, &ask, out);
}

static void keys_are_opened_once(void)
{
	struct channel_keyring *first, *second;
	struct channel_account_added a;
	struct world w;

	CALL(world_open(&w));
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":5}", &a));
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &first));
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &second));
	EXPECT(first == second);
	EXPECT_INT(2, atomic_load(&opened)); /* once to check it, once to use it */
	EXPECT_STR("main", first->account.name);
	EXPECT_STR("1", first->account.identity);
	EXPECT(first->channel == &FAKE && !first->livemode);
	EXPECT_INT(1, first->versions.n);
	EXPECT_INT(5, first->versions.config[0]->n);
	channel_keyring_release(first);
	channel_keyring_release(second);
	CALL(world_close(&w));
}

static void b11_who_holds_old_keys_goes_on_with_them(void)
{
	struct channel_keyring *old, *fresh;
	struct channel_account_added a, b;
	struct world w;

	CALL(world_open(&w));
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":5}", &a));
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &old));
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":6}", &b));
	EXPECT(a.account.id == b.account.id && b.version == 2);
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &fresh));
	EXPECT(fresh != old && old->versions.config[0]->n == 5);
	EXPECT_INT(2, fresh->versions.n);
	EXPECT_INT(6, fresh->versions.config[0]->n);
	EXPECT_INT(5, fresh->versions.config[1]->n);
	EXPECT_INT(2, fresh->number[0]);
	channel_keyring_release(old);
	channel_keyring_release(fresh);
	CALL(world_close(&w));
}

static void only_the_four_newest_versions_are_tried(void)
{
	struct channel_keyring *ring;
	struct channel_account_added a;
	char config[40];
	struct world w;

	CALL(world_open(&w));
	for (int n = 1; n <= 6; n++) {
		(void)snprintf(config, sizeof(config), "{\"id\":\"1\",\"n\":%d}", n);
		EXPECT_ERR(ERR_OK, add(&w, "main", config, &a));
	}
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &ring));
	EXPECT_INT(CHANNEL_VERSIONS_MAX, ring->versions.n);
	EXPECT_INT(6, ring->versions.config[0]->n);
	EXPECT_INT(3, ring->versions.config[3]->n);
	channel_keyring_release(ring);
	CALL(world_close(&w));
}

static void keys_that_cannot_be_used(void)
{
	struct channel_keyring *ring;
	struct channel_account_added a;
	struct world w;

	CALL(world_open(&w));
	EXPECT_ERR(ERR_CONFIG, add(&w, "main", "{\"id\":\"1\",\"n\":0}", &a));
	zero_is_fine = true;
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":0}", &a));
	zero_is_fine = false;
	EXPECT_ERR(ERR_CONFIG, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &ring));
	/* A good newer one is used, and the bad one left out. */
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":1}", &a));
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &ring));
	EXPECT_INT(1, ring->versions.n);
	channel_keyring_release(ring);
	CALL(world_close(&w));
}

static void b8_an_account_is_its_merchants_alone(void)
{
	const struct merchant_ask other = { .name = "Rice", .token = "2" };
	struct channel_keyring *ring;
	struct channel_account_added a;
	struct world w;
	int64_t id;

	CALL(world_open(&w));
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":1}", &a));
	EXPECT_ERR(ERR_OK, merchant_add(&w.s, &other, &id));
	EXPECT_ERR(ERR_NOT_FOUND, channel_keys_get(w.s.channel_keys, id, a.account.id, &ring));
	EXPECT_ERR(ERR_NOT_FOUND,
		   channel_keys_get(w.s.channel_keys, w.merchant, a.account.id + 1, &ring));
	CALL(world_close(&w));
}

struct choice {
	const char *channel, *name;
};

static enum err choose(struct tx *tx, const void *ask, void *answer)
{
	const struct choice *c = ask;

	return channel_account_for(tx, str_of(c->channel), str_of(c->name), answer);
}

static void the_first_account_is_used_unless_one_is_named(void)
{
	struct channel_account_added first, second;
	struct channel_account got;
	struct world w;

	CALL(world_open(&w));
	EXPECT_ERR(ERR_CHANNEL_MISSING,
		   store_read(w.s.store, w.merchant, choose, &(struct choice){ "fake", "" }, &got));
	EXPECT_ERR(ERR_OK, add(&w, "zeta", "{\"id\":\"1\",\"n\":1}", &first));
	EXPECT_ERR(ERR_OK, add(&w, "alpha", "{\"id\":\"2\",\"n\":1}", &second));
	EXPECT_ERR(ERR_OK,
		   store_read(w.s.store, w.merchant, choose, &(struct choice){ "fake", "" }, &got));
	EXPECT(got.id == first.account.id);
	EXPECT_ERR(ERR_OK, store_read(w.s.store, w.merchant, choose,
				      &(struct choice){ "fake", "alpha" }, &got));
	EXPECT(got.id == second.account.id);
	EXPECT_ERR(ERR_CHANNEL_MISSING, store_read(w.s.store, w.merchant, choose,
						   &(struct choice){ "other", "" }, &got));
	CALL(world_close(&w));
}

struct user {
	struct world *w;
	int64_t account;
	atomic_int *wrong;
};

static void *use(void *arg)
{
	const struct user *u = arg;
	int64_t last = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct channel_keyring *ring;

		if (channel_keys_get(u->w->s.channel_keys, u->w->merchant, u->account, &ring) !=
		    ERR_OK) {
			atomic_fetch_add(u->wrong, 1);
			continue;
		}
		/* What one thread sees never goes back to older keys. */
		if (ring->versions.config[0]->n < last)
			atomic_fetch_add(u->wrong, 1);
		last = ring->versions.config[0]->n;
		channel_keyring_release(ring);
	}
	return NULL;
}

static void threads_share_keys_that_change(void)
{
	struct channel_account_added a;
	pthread_t threads[THREADS];
	atomic_int wrong = 0;
	struct world w;
	char config[40];

	CALL(world_open(&w));
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":1}", &a));

	struct user u = { &w, a.account.id, &wrong };

	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, use, &u) == 0);
	for (int n = 2; n < 20; n++) {
		(void)snprintf(config, sizeof(config), "{\"id\":\"1\",\"n\":%d}", n);
		if (add(&w, "main", config, &a) != ERR_OK)
			atomic_fetch_add(&wrong, 1);
	}
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	EXPECT_INT(0, atomic_load(&wrong));
	CALL(world_close(&w));
}

/* A certificate that ends in `days`, as if it had been fetched. */
struct kept {
	int64_t account;
	const char *serial, *pem;
	int64_t days;
};

static enum err keep(struct tx *tx, const void *ask, void *answer)
{
	const struct kept *k = ask;

	(void)answer;
	TX_PUT(tx, 1,
	       "insert into channel_certificate"
	       " (merchant_id, account_id, serial, pem, from_at, expires_at)"
	       " values ($1, $2, $3, $4, 0, $5)",
	       V_I(tx_merchant(tx)), V_I(k->account), V_T(k->serial), V_T(k->pem),
	       V_I(tx_now(tx) + k->days * 86400000));
	tx_tell(tx, NEWS_CHANNELS);
	return ERR_OK;
}

static void keep_certificate(struct world *w, struct kept k)
{
	EXPECT_ERR(ERR_OK, store_write(w->s.store, w->merchant, keep, &k, NULL));
}

static void b12_fetched_certificates_are_known_to_each_version_that_wants_them(void)
{
	struct channel_account_added a, other;
	struct channel_keyring *ring;
	struct world w;

	CALL(world_open(&w));
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":100}", &a));
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":1}", &a));
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":101}", &a));
	EXPECT_ERR(ERR_OK, add(&w, "more", "{\"id\":\"2\",\"n\":102}", &other));
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &ring));
	EXPECT(channel_keyring_fetches(ring) && ring->fetched_n == 0);
	EXPECT_INT(0, channel_keyring_ends_ms(ring));
	channel_keyring_release(ring);

	CALL(keep_certificate(&w, (struct kept){ a.account.id, "01", "cert-a", 10 }));
	CALL(keep_certificate(&w, (struct kept){ a.account.id, "02", "cert-b", 400 }));
	CALL(keep_certificate(&w, (struct kept){ a.account.id, "03", "cert-old", -1 }));
	CALL(keep_certificate(&w, (struct kept){ a.account.id, "04", "broken", 5 }));
	CALL(keep_certificate(&w, (struct kept){ other.account.id, "05", "cert-other", 20 }));
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &ring));
	EXPECT_STR("cert-b cert-a ", ring->versions.config[0]->known);
	EXPECT_STR("", ring->versions.config[1]->known);
	EXPECT_STR("cert-b cert-a ", ring->versions.config[2]->known);
	EXPECT_INT(3, ring->fetched_n);
	EXPECT_STR("02", ring->fetched[0].serial);
	/* The last to end counts: another is there when an earlier one goes. */
	EXPECT(channel_keyring_ends_ms(ring) == ring->fetched[0].ends_ms);
	EXPECT(channel_keys_ends_ms(w.s.channel_keys) == ring->fetched[0].ends_ms);
	channel_keyring_release(ring);
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, other.account.id, &ring));
	EXPECT_STR("cert-other ", ring->versions.config[0]->known);
	EXPECT(channel_keys_ends_ms(w.s.channel_keys) == ring->fetched[0].ends_ms);
	channel_keyring_release(ring);
	CALL(world_close(&w));
}

static void the_first_end_of_what_is_in_use_counts(void)
{
	struct channel_account_added a;
	struct channel_keyring *ring;
	struct world w;

	CALL(world_open(&w));
	EXPECT_INT(0, channel_keys_ends_ms(w.s.channel_keys));
	EXPECT_INT(0, channel_keys_ends_ms(NULL));
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":99}", &a));
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &ring));
	EXPECT(!channel_keyring_fetches(ring));
	EXPECT_INT(99, channel_keyring_ends_ms(ring));
	EXPECT_INT(99, channel_keys_ends_ms(w.s.channel_keys));
	channel_keyring_release(ring);
	CALL(world_close(&w));
}

static void who_sends_forgeries_makes_us_ask_once_a_minute(void)
{
	struct channel_account_added a;
	struct channel_keyring *ring;
	struct world w;

	CALL(world_open(&w));
	EXPECT_ERR(ERR_OK, add(&w, "main", "{\"id\":\"1\",\"n\":100}", &a));
	EXPECT_ERR(ERR_OK, channel_keys_get(w.s.channel_keys, w.merchant, a.account.id, &ring));
	EXPECT(channel_keyring_may_hurry(ring, 1000000));
	EXPECT(!channel_keyring_may_hurry(ring, 1000000));
	EXPECT(!channel_keyring_may_hurry(ring, 1059999));
	EXPECT(channel_keyring_may_hurry(ring, 1060000));
	/* A clock that was set back is no reason to wait for it. */
	EXPECT(channel_keyring_may_hurry(ring, 5000));
	channel_keyring_release(ring);
	CALL(world_close(&w));
}

static const struct tap_test TESTS[] = {
	TEST(b12_fetched_certificates_are_known_to_each_version_that_wants_them),
	TEST(the_first_end_of_what_is_in_use_counts),
	TEST(who_sends_forgeries_makes_us_ask_once_a_minute),
	TEST(keys_are_opened_once),
	TEST(b11_who_holds_old_keys_goes_on_with_them),
	TEST(only_the_four_newest_versions_are_tried),
	TEST(keys_that_cannot_be_used),
	TEST(b8_an_account_is_its_merchants_alone),
	TEST(the_first_account_is_used_unless_one_is_named),
	TEST(threads_share_keys_that_change),
};

int main(int argc, char **argv)
{
	crypto_start();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
