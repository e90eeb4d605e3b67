/* The parts below the routes: pools, long polls, keys and their allowances, problems. */
#include "http/keyring.h"
#include "http/poll.h"
#include "http/pool.h"

#include "server_fixture.h"

/* --- pools --- */

struct work {
	struct pool_item item; /* first */
	atomic_int *done;
	atomic_int *gate; /* NULL: none */
};

static void do_work(struct pool_item *item)
{
	struct work *w = (struct work *)item;

	if (w->gate != NULL)
		UNTIL(atomic_load(w->gate));
	(void)atomic_fetch_add(w->done, 1);
}

static void a_pool_runs_all_it_took_and_refuses_the_rest(void)
{
	struct clock *clock = clock_system();
	atomic_int done = 0, gate = 0;
	struct work first = { .item = { .run = do_work }, .done = &done, .gate = &gate };
	struct work more[5];
	struct pool_counts c;
	struct pool *pool;

	EXPECT_ERR(ERR_OK, pool_start("test", 1, 3, clock, &pool));
	EXPECT_ERR(ERR_OK, pool_add(pool, &first.item));
	do
		pool_counts(pool, &c);
	while (c.running == 0);
	for (int i = 0; i < 5; i++) {
		more[i] = (struct work){ .item = { .run = do_work }, .done = &done };
		if (i < 4)
			EXPECT_ERR(i < 3 ? ERR_OK : ERR_BUSY, pool_add(pool, &more[i].item));
		else
			pool_add_always(pool, &more[i].item);
	}
	EXPECT(!pool_wait_idle(pool, clock->mono_ms(clock)));
	pool_counts(pool, &c);
	EXPECT_INT(4, c.waiting);
	EXPECT_INT(1, c.refused);
	atomic_store(&gate, 1);
	EXPECT(pool_wait_idle(pool, INT64_MAX));
	EXPECT_INT(5, atomic_load(&done));
	pool_stop(pool);
}

static void a_pool_that_stops_runs_what_waits(void)
{
	atomic_int done = 0;
	struct work all[100];
	struct pool *pool;

	EXPECT_ERR(ERR_OK, pool_start("test", 4, 100, clock_system(), &pool));
	for (int i = 0; i < 100; i++) {
		all[i] = (struct work){ .item = { .run = do_work }, .done = &done };
		EXPECT_ERR(ERR_OK, pool_add(pool, &all[i].item));
	}
	pool_stop(pool);
	EXPECT_INT(100, atomic_load(&done));
}

/* --- long polls --- */

static atomic_int woken;

static void count_wake(struct poll *p)
{
	(void)p;
	(void)atomic_fetch_add(&woken, 1);
}

static void a_thousand_polls_wait_and_no_more(void)
{
	static struct poll all[POLLS_MAX + 1];
	struct clock *clock = clock_system();
	struct polls *polls;

	atomic_store(&woken, 0);
	EXPECT_ERR(ERR_OK, polls_start(clock, &polls));
	for (int i = 0; i <= POLLS_MAX; i++) {
		all[i] = (struct poll){ .merchant = 1 + i % 2,
					.until_ms = INT64_MAX,
					.wake = count_wake };
		EXPECT_ERR(i < POLLS_MAX ? ERR_OK : ERR_BUSY,
			   polls_wait(polls, &all[i], polls_ticket(polls, all[i].merchant)));
	}
	polls_news(polls, 1);
	EXPECT_INT(POLLS_MAX / 2, atomic_load(&woken));
	EXPECT_INT(POLLS_MAX / 2, polls_count(polls));
	EXPECT(!all[0].over);
	polls_quiesce(polls);
	UNTIL(atomic_load(&woken) == POLLS_MAX);
	EXPECT(all[1].over);
	polls_stop(polls);
}

/* What happens between the reading and the waiting is not missed. */
static void news_after_the_ticket_wake_at_once(void)
{
	struct poll p = { .merchant = 7, .until_ms = INT64_MAX, .wake = count_wake };
	struct polls *polls;
	uint64_t ticket;

	atomic_store(&woken, 0);
	EXPECT_ERR(ERR_OK, polls_start(clock_system(), &polls));
	ticket = polls_ticket(polls, 7);
	polls_news(polls, 7);
	EXPECT_ERR(ERR_OK, polls_wait(polls, &p, ticket));
	EXPECT_INT(1, atomic_load(&woken));
	EXPECT(!p.over);
	/* With a new ticket it waits; its time wakes it. */
	p.until_ms = 1;
	EXPECT_ERR(ERR_OK, polls_wait(polls, &p, polls_ticket(polls, 7)));
	UNTIL(atomic_load(&woken) == 2);
	EXPECT(p.over);
	polls_quiesce(polls);
	EXPECT_ERR(ERR_OK, polls_wait(polls, &p, polls_ticket(polls, 7)));
	EXPECT_INT(3, atomic_load(&woken));
	polls_stop(polls);
}

/* --- keys --- */

enum { MANY = 1200 };

static enum err add_keys(struct tx *tx, const void *ask_, void *answer)
{
	const struct fixture *f = ask_;
	char(*keys)[API_KEY_TEXT] = answer;

	for (int i = 0; i < MANY; i++) {
		uint8_t hash[SHA256_BYTES];

		api_key_make(tx_merchant(tx), false, f->services.rand, keys[i]);
		api_key_hash(str_of(keys[i]), hash);
		TX_PUT(tx, 1,
		       "insert into api_key (merchant_id, id, app_id, hash, hint, scope, "
		       "created_at)"
		       " values ($1, $2, 1, $3, 'hint', $4, 1)",
		       V_I(tx_merchant(tx)), V_I(tx_id(tx)), V_B(hash, sizeof(hash)),
		       V_I(i % 3 + 1));
	}
	return ERR_OK;
}

static enum err find(struct keyring *k, const char *key, struct api_key *out)
{
	char text[API_KEY_TEXT + 16];

	(void)snprintf(text, sizeof(text), "Bearer %.*s", API_KEY_LENGTH, key);
	return keyring_find(k, str_of(text), out);
}

static void more_keys_than_a_slice_are_all_found(void)
{
	static char keys[MANY][API_KEY_TEXT];
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct keyring *k = keyring_new((struct key_rate){ 10, 10 });
	struct api_key found;

	fixture_begin_with(&f, NULL, 0);
	EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, add_keys, &f, keys));
	EXPECT_ERR(ERR_UNAUTHENTICATED, find(k, keys[0], &found));
	EXPECT_ERR(ERR_OK, keyring_load(k, f.services.store));
	EXPECT_INT(MANY + 6, keyring_count(k));
	for (int i = 0; i < MANY; i++) {
		EXPECT_ERR(ERR_OK, find(k, keys[i], &found));
		EXPECT_INT(f.a.merchant, found.merchant);
		EXPECT_INT(i % 3 + 1, found.scope);
		EXPECT(!found.livemode);
	}
	keyring_free(k);
}

static void k7_an_allowance_fills_with_time_and_survives_a_reload(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct keyring *k = keyring_new((struct key_rate){ 2, 3 });
	struct api_key key;
	int64_t wait = 0;

	fixture_begin_with(&f, NULL, 0);
	EXPECT_ERR(ERR_OK, keyring_load(k, f.services.store));
	EXPECT_ERR(ERR_OK, find(k, f.a.key, &key));
	for (int i = 0; i < 3; i++)
		EXPECT_ERR(ERR_OK, keyring_spend(k, &key, 1000, &wait));
	EXPECT_ERR(ERR_RATE_LIMITED, keyring_spend(k, &key, 1000, &wait));
	EXPECT_INT(1, wait);
	EXPECT_ERR(ERR_OK, keyring_load(k, f.services.store));
	EXPECT_ERR(ERR_RATE_LIMITED, keyring_spend(k, &key, 1499, &wait));
	EXPECT_ERR(ERR_OK, keyring_spend(k, &key, 1500, &wait));
	EXPECT_ERR(ERR_RATE_LIMITED, keyring_spend(k, &key, 1500, &wait));
	/* A long rest gives the burst, not more. */
	for (int i = 0; i < 3; i++)
		EXPECT_ERR(ERR_OK, keyring_spend(k, &key, 9000000, &wait));
	EXPECT_ERR(ERR_RATE_LIMITED, keyring_spend(k, &key, 9000000, &wait));
	keyring_free(k);
}

static void a_key_is_made_of_merchant_and_256_bits(void)
{
	struct rand *rand = rand_seeded(1);
	char test[API_KEY_TEXT], live[API_KEY_TEXT], hint[API_KEY_HINT], shown[ID_TEXT];

	id_write(ID_MERCHANT, INT64_C(0x123456789abcdef), shown);
	api_key_make(INT64_C(0x123456789abcdef), false, rand, test);
	api_key_make(INT64_C(0x123456789abcdef), true, rand, live);
	EXPECT_INT(API_KEY_LENGTH, strlen(test));
	EXPECT(strncmp(test, "sk_test_", 8) == 0 && strncmp(live, "sk_live_", 8) == 0);
	EXPECT(strncmp(test + 8, shown + 4, ID_DIGITS) == 0 && test[21] == '_');
	EXPECT(strcmp(test + 22, live + 22) != 0);
	EXPECT(api_key_is_formed(str_of(test)) && api_key_is_formed(str_of(live)));
	api_key_hint(test, hint);
	EXPECT_STR(test + API_KEY_LENGTH - 4, hint);
	test[30] = '+';
	EXPECT(!api_key_is_formed(str_of(test)));
	EXPECT(!api_key_is_formed((struct str){ live, API_KEY_LENGTH - 1 }));
	live[8] = 'U';
	EXPECT(!api_key_is_formed(str_of(live)));
	rand_free(rand);
}

/* --- problems --- */

static void every_failure_has_a_status(void)
{
	for (int i = ERR_OK + 1; i < ERR_N; i++) {
		int status = problem_status((enum err)i);

		EXPECT(status >= 400 && status <= 599);
		EXPECT(problem_retry_after((enum err)i) == 0 || status == 409 || status == 429 ||
		       status == 503);
	}
	EXPECT_INT(200, problem_status(ERR_OK));
}

/* Places, files and statements stay in the log. */
static void what_is_wrong_inside_is_not_told(void)
{
	struct outcome o = { .code = ERR_STORE, .text = "/srv/tael/tael.db: disk I/O error" };
	struct http_reply reply = { .status = 0 };

	jout_open(&reply.body);
	problem_write(&o, 1, &reply);
	EXPECT_INT(500, reply.status);
	EXPECT(strstr(reply.body.p, "\"store\"") != NULL);
	EXPECT(strstr(reply.body.p, "tael.db") == NULL);
	o = (struct outcome){ .code = ERR_CONFLICT, .text = "said to people", .param = "amount" };
	problem_write(&o, 1, &reply);
	EXPECT(strstr(reply.body.p, "\"detail\":\"said to people\"") != NULL);
	EXPECT(strstr(reply.body.p, "\"param\":\"amount\"") != NULL);
	jout_free(&reply.body);
}

static const struct tap_test TESTS[] = {
	TEST(a_pool_runs_all_it_took_and_refuses_the_rest),
	TEST(a_pool_that_stops_runs_what_waits),
	TEST(a_thousand_polls_wait_and_no_more),
	TEST(news_after_the_ticket_wake_at_once),
	TEST(more_keys_than_a_slice_are_all_found),
	TEST(k7_an_allowance_fills_with_time_and_survives_a_reload),
	TEST(a_key_is_made_of_merchant_and_256_bits),
	TEST(every_failure_has_a_status),
	TEST(what_is_wrong_inside_is_not_told),
};

TAP_MAIN(TESTS)
