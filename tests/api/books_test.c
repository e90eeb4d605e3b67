/* books_test.c - the books under many clients: sums, entries, hot accounts, opposite directions. */
#include "books_kit.h"
#include "parallel.h"

#define PEOPLE                                                                                \
	"{\"code\":300004,\"name\":\"转赠\",\"name_en\":\"gift\",\"from\":\"user\",\"to\":" \
	"\"user\"}"

static const char *const HOLDERS[] = { "central", "system", "user:1001", "user:1002", "user:1003" };
enum { HOLDERS_N = 5 };

static void begin(struct fixture *f, int gold)
{
	fixture_begin(f);
	CALL(ledger_begin(f, &f->a, gold));
	CALL(must_post(f, f->a.key, "/v1/reasons", PEOPLE, 201));
}

/* '#' becomes the number, '$' the amount. */
static void fill(char out[300], const char *text, int number, int amount)
{
	size_t n = 0;

	for (; *text; text++) {
		if (*text == '#' || *text == '$')
			str_add(out, 300, &n, "%d", *text == '#' ? number : amount);
		else
			str_add(out, 300, &n, "%c", *text);
	}
}

/* Calls of every kind, good and bad, one after the other; `n` is the place in the list. */
static void any_call(const struct fixture *f, unsigned *seed, int n)
{
	enum { HOLD = 7 };
	static int held; /* the number of the last hold */
	static const struct {
		const char *path, *body; /* #: a number; $: a small amount */
	} CALLS[] = {
		{ "/v1/transfers", "{\"request_id\":\"c#\",\"from\":\"system/gold\",\"to\":"
				   "\"user:1001/gold\",\"amount\":$,\"reason\":300002}" },
		{ "/v1/transfers", "{\"request_id\":\"c#\",\"from\":\"user:1001/gold\",\"to\":"
				   "\"user:1002/gold\",\"amount\":$,\"reason\":300004}" },
		{ "/v1/transfers", "{\"request_id\":\"c#\",\"from\":\"user:1002/gold\",\"to\":"
				   "\"user:1003/gold\",\"amount\":$,\"reason\":300004}" },
		{ "/v1/transfers", "{\"request_id\":\"c#\",\"from\":\"user:1003/gold\",\"to\":"
				   "\"system/gold\",\"amount\":$,\"reason\":300003}" },
		{ "/v1/transfers", "{\"request_id\":\"c#\",\"from\":\"user:1003/gold\",\"to\":"
				   "\"system/gold\",\"amount\":-$,\"reason\":300003}" },
		{ "/v1/transfers", "{\"request_id\":\"c#\",\"from\":\"user:1001/gold\",\"to\":"
				   "\"user:1002/gold\",\"amount\":$,\"reason\":300002}" },
		{ "/v1/assets/gold/issue", "{\"request_id\":\"c#\",\"amount\":$}" },
		{ "/v1/holds", "{\"request_id\":\"c#\",\"account\":\"user:1002/gold\",\"amount\":"
			       "$,\"reason\":300003}" },
		{ "/v1/holds/key:c#/capture",
		  "{\"request_id\":\"d#\",\"to\":\"system/gold\",\"amount\":$}" },
		{ "/v1/holds/key:c#/release", "{\"request_id\":\"e#\",\"amount\":$}" },
		{ "/v1/accounts/user:1003/gold/freeze", "{\"request_id\":\"c#\"}" },
		{ "/v1/accounts/user:1003/gold/unfreeze", "{\"request_id\":\"c#\"}" },
	};
	size_t which, kinds = sizeof(CALLS) / sizeof(CALLS[0]);
	char path[300], body[300];
	struct reply r;

	*seed = *seed * 1103515245u + 12345u;
	which = (*seed >> 16) % kinds;
	if (*seed % 5 == 0)
		n = n > 3 ? n - 3 : n;
	if (which == HOLD)
		held = n;
	fill(path, CALLS[which].path, held, 0);
	fill(body, CALLS[which].body, n, 1 + (int)(*seed >> 20) % 90);
	CALL(ask(f, f->a.key, "POST", path, body, &r));
	EXPECT(r.wire.status < 500);
	reply_free(&r);
}

static void s0_01_x_01_no_call_changes_the_sum(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	unsigned seed = 1;

	CALL(begin(&f, 500));
	for (int n = 0; n < 240; n++) {
		CALL(any_call(&f, &seed, n));
		if (n % 20 != 19)
			continue;
		CALL(balances_sum_to_zero(&f, &f.a, "gold", HOLDERS, HOLDERS_N));
		CALL(books_agree(&f));
	}
	/* It was no idle list. */
	EXPECT(fixture_number(&f, "select count(*) from transfer") > 60);
	EXPECT(fixture_number(&f, "select count(distinct kind) from transfer") >= 4);
}

static void s0_02_i8_a_balance_is_its_entries_from_zero(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	unsigned seed = 2;

	CALL(begin(&f, 500));
	for (int n = 0; n < 120; n++)
		CALL(any_call(&f, &seed, n));
	for (size_t i = 0; i < HOLDERS_N; i++) {
		struct entries e = entries_of(&f, &f.a, HOLDERS[i], "gold");
		char address[100];

		(void)snprintf(address, sizeof(address), "%s/gold", HOLDERS[i]);
		EXPECT(e.n > 0);
		/* What was issued is an entry too: nothing was there before the first. */
		EXPECT_INT(e.shown, e.balance);
		CALL(balance_is(&f, &f.a, address, e.balance));
	}
}

/* Sends four kinds of transfers from 64 clients at once; all touch user:1001. */
static void s0_03_each_entry_goes_on_from_the_one_before_under_64_clients(void)
{
	static const char *const BODIES[] = {
		"{\"request_id\":\"a-#\",\"from\":\"system/gold\",\"to\":\"user:1001/gold\","
		"\"amount\":7,\"reason\":300002}",
		"{\"request_id\":\"b-#\",\"from\":\"user:1001/gold\",\"to\":\"user:1002/gold\","
		"\"amount\":3,\"reason\":300004}",
		"{\"request_id\":\"c-#\",\"from\":\"user:1002/gold\",\"to\":\"user:1001/gold\","
		"\"amount\":2,\"reason\":300004}",
		"{\"request_id\":\"d-#\",\"from\":\"user:1001/gold\",\"to\":\"system/gold\","
		"\"amount\":40,\"reason\":300003}",
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct entries e;
	size_t posted = 1;

	CALL(begin(&f, 600));
	for (size_t i = 0; i < sizeof(BODIES) / sizeof(BODIES[0]); i++) {
		struct question q = { f.a.key, "POST", "/v1/transfers", BODIES[i], NULL };
		struct parallel p;
		size_t good;

		parallel_run(&f, &q, 64, &p);
		good = parallel_count(&p, 201, NULL);
		EXPECT_INT(64, good + parallel_count(&p, 409, "\"insufficient_balance\""));
		posted += good;
		parallel_free(&p);
	}
	e = entries_of(&f, &f.a, "user:1001", "gold");
	EXPECT_INT(posted, e.n);
	EXPECT(e.linked);
	EXPECT(e.balance >= 0 && e.balance < 40);
	CALL(balance_is(&f, &f.a, "user:1001/gold", e.balance));
	CALL(books_agree(&f));
}

/* Half of the clients give what the other half gives back. */
static void x_08_opposite_transfers_of_128_clients_all_end(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question ways[2] = {
		{ .method = "POST",
		  .path = "/v1/transfers",
		  .body = T("to-#", "user:1001/gold", "user:1002/gold", "1", "300004") },
		{ .method = "POST",
		  .path = "/v1/transfers",
		  .body = T("back-#", "user:1002/gold", "user:1001/gold", "1", "300004") },
	};
	static struct parallel halves[2];

	CALL(begin(&f, 1000));
	CALL(must_post(&f, f.a.key, "/v1/transfers",
		       "{\"request_id\":\"half\",\"from\":\"user:1001/gold\",\"to\":"
		       "\"user:1002/gold\",\"amount\":500,\"reason\":300004}",
		       201));
	ways[0].key = ways[1].key = f.a.key;
	parallel_run_both(&f, ways, 64, halves);
	for (size_t i = 0; i < 2; i++) {
		EXPECT_INT(64, parallel_count(&halves[i], 201, NULL));
		parallel_free(&halves[i]);
	}
	CALL(balance_is(&f, &f.a, "user:1001/gold", 500));
	CALL(balance_is(&f, &f.a, "user:1002/gold", 500));
	EXPECT(entries_of(&f, &f.a, "user:1001", "gold").linked);
	EXPECT(entries_of(&f, &f.a, "user:1002", "gold").linked);
	CALL(books_agree(&f));
}

/* Every transfer touches system; its row may lag behind, what is shown and proven may not. */
static void x_09_a_hot_control_account_is_proven_at_any_time(void)
{
	static const char GIFT[] = "{\"request_id\":\"%c-#\",\"from\":\"system/gold\",\"to\":"
				   "\"user:10%c#/gold\",\"amount\":5,\"reason\":300002}";
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct entries e;

	CALL(begin(&f, 0));
	for (int round = 0; round < 8; round++) {
		char body[200];
		struct question q = { f.a.key, "POST", "/v1/transfers", body, NULL };
		struct parallel p;

		(void)snprintf(body, sizeof(body), GIFT, 'a' + round, 'a' + round);
		*strrchr(body, '#') = '1';
		parallel_run(&f, &q, 128, &p);
		EXPECT_INT(128, parallel_count(&p, 201, NULL));
		parallel_free(&p);
		CALL(balance_is(&f, &f.a, "system/gold", 1000000 - (round + 1) * 128 * 5));
		CALL(books_agree(&f));
	}
	e = entries_of(&f, &f.a, "system", "gold");
	EXPECT_INT(1 + 8 * 128, e.n);
	EXPECT(e.linked);
}

/* --- sums at the edge --- */

#define MOST "9007199254740991"

static void may_owe_all(const struct fixture *f, const char *holder)
{
	char path[100], body[120];

	(void)snprintf(path, sizeof(path), "/v1/accounts/%s/gold", holder);
	(void)snprintf(body, sizeof(body), "{\"request_id\":\"%s\",\"credit_limit\":" MOST "}",
		       holder);
	CALL(must_post(f, f->a.key, path, body, 200));
}

static void s0_11_i6_x_04_a_sum_that_would_overflow_is_refused(void)
{
	static const char FIRST[] = "{\"request_id\":\"all\",\"from\":\"user:1001/gold\",\"to\":"
				    "\"user:1002/gold\",\"amount\":" MOST ",\"reason\":300004}";
	static const char SECOND[] = "{\"request_id\":\"one\",\"from\":\"user:1003/gold\",\"to\":"
				     "\"user:1002/gold\",\"amount\":1,\"reason\":300004}";
	static const char BELOW[] = "{\"request_id\":\"low\",\"from\":\"user:1001/gold\",\"to\":"
				    "\"user:1003/gold\",\"amount\":1,\"reason\":300004}";
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int64_t rows;

	CALL(begin(&f, 0));
	CALL(may_owe_all(&f, "user:1001"));
	CALL(may_owe_all(&f, "user:1003"));
	CALL(must_post(&f, f.a.key, "/v1/transfers", FIRST, 201));
	CALL(balance_is(&f, &f.a, "user:1001/gold", -9007199254740991));
	CALL(balance_is(&f, &f.a, "user:1002/gold", 9007199254740991));
	rows = fixture_number(&f, "select count(*) from transfer");
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/transfers", SECOND, NULL }, 400,
		     "amount_out_of_range", "amount"));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/transfers", BELOW, NULL }, 409,
		     "insufficient_balance", "amount"));
	EXPECT_INT(rows, fixture_number(&f, "select count(*) from transfer"));
	CALL(balance_is(&f, &f.a, "user:1002/gold", 9007199254740991));
	CALL(balance_is(&f, &f.a, "user:1003/gold", 0));
	CALL(books_agree(&f));
}

static const struct tap_test TESTS[] = {
	TEST(s0_01_x_01_no_call_changes_the_sum),
	TEST(s0_02_i8_a_balance_is_its_entries_from_zero),
	TEST(s0_03_each_entry_goes_on_from_the_one_before_under_64_clients),
	TEST(x_08_opposite_transfers_of_128_clients_all_end),
	TEST(x_09_a_hot_control_account_is_proven_at_any_time),
	TEST(s0_11_i6_x_04_a_sum_that_would_overflow_is_refused),
};

TAP_MAIN(TESTS)
