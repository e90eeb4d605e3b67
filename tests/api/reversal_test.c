/* Reversals: the linked opposite of a transfer, never more than it was. */
#include "app/merchant.h"
#include "books_kit.h"
#include "parallel.h"

#define ALL(id) "{\"request_id\":\"" id "\"}"
#define PART(id, amount) "{\"request_id\":\"" id "\",\"amount\":" amount "}"
#define FORCED(id) "{\"request_id\":\"" id "\",\"force\":true}"
#define SPENT(id, amount)                                                                \
	"{\"request_id\":\"" id "\",\"from\":\"user:1001/gold\",\"to\":\"system/gold\"," \
	"\"amount\":" amount ",\"reason\":300003,\"ref\":\"act-7\"}"

static void reverse_as(const struct fixture *f, const char *key, const char *id, const char *body,
		       struct reply *r)
{
	char path[120];

	(void)snprintf(path, sizeof(path), "/v1/transfers/%s/reverse", id);
	CALL(ask(f, key, "POST", path, body, r));
}

static void reverse(const struct fixture *f, const char *id, const char *body, struct reply *r)
{
	CALL(reverse_as(f, f->a.key, id, body, r));
}

static void refuses(const struct fixture *f, const char *id, const char *body, const char *want)
{
	char path[120];

	(void)snprintf(path, sizeof(path), "/v1/transfers/%s/reverse", id);
	CALL(must_refuse(f, path, body, want));
}

static void s0_09_reversed_in_full_once(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char original[ID_TEXT], text[16];
	struct reply r, again;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(ask(&f, f.a.key, "POST", "/v1/transfers", SPENT("t-1", "30"), &r));
	EXPECT(reply_null(&r, "reverses"));
	(void)snprintf(original, sizeof(original), "%s", reply_text(&r, "id"));
	reply_free(&r);
	CALL(reverse(&f, original, ALL("r-1"), &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT_STR(original, reply_text(&r, "reverses"));
	EXPECT_STR("system/gold", reply_text(&r, "from"));
	EXPECT_STR("user:1001/gold", reply_text(&r, "to"));
	EXPECT_STR("act-7", reply_text(&r, "ref"));
	EXPECT_INT(30, reply_integer(&r, "amount"));
	EXPECT_INT(300003, reply_integer(&r, "reason"));
	EXPECT_INT(50, reply_integer(&r, "to_balance"));
	CALL(reverse(&f, "key:t-1", ALL("r-1"), &again));
	EXPECT_INT(201, again.wire.status);
	EXPECT(wire_field(&again.wire, "Idempotent-Replayed", text, sizeof(text)));
	EXPECT_STR(r.wire.body, again.wire.body);
	reply_free(&again);
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/events?type=transfer.posted&limit=100", NULL, &r));
	EXPECT_STR(original, reply_text(&r, "data.3.data.object.reverses"));
	reply_free(&r);
	CALL(refuses(&f, original, ALL("r-2"), "409 reversal_exceeds_transfer id"));
	CALL(refuses(&f, original, PART("r-1", "30"), "409 conflict request_id"));
	CALL(refuses(&f, "key:r-1", ALL("r-3"), "409 not_reversible id"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 50));
	EXPECT_INT(4, fixture_number(&f, "select count(*) from transfer"));
}

/* What was posted stays as it was; what corrects it names it, and their sum is nothing. */
static void i5_a_correction_is_an_entry_that_names_what_it_corrects(void)
{
	static const char *const METHODS[] = { "PUT", "PATCH", "DELETE" };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char path[80], original[ID_TEXT];
	struct reply before, after;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(must_post(&f, f.a.key, "/v1/transfers", SPENT("t-1", "30"), 201));
	CALL(ask(&f, f.a.key, "GET", "/v1/transfers/key:t-1", NULL, &before));
	(void)snprintf(original, sizeof(original), "%s", reply_text(&before, "id"));
	(void)snprintf(path, sizeof(path), "/v1/transfers/%s", original);
	for (size_t i = 0; i < sizeof(METHODS) / sizeof(METHODS[0]); i++)
		CALL(refused(&f, &(struct question){ f.a.key, METHODS[i], path, NULL, NULL }, 405,
			     "method_not_allowed", ""));
	CALL(reverse(&f, original, ALL("r-1"), &after));
	EXPECT_INT(201, after.wire.status);
	EXPECT_STR(original, reply_text(&after, "reverses"));
	reply_free(&after);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &after));
	EXPECT_STR(before.wire.body, after.wire.body);
	reply_free(&after);
	reply_free(&before);
	EXPECT_INT(0,
		   fixture_number(&f, "select sum(case when c.cause = t.id then 1 end) - 1"
				      " + t.amount - c.amount + abs(t.from_account - c.to_account)"
				      " from transfer t, transfer c where t.request_id = 't-1'"
				      " and c.request_id = 'r-1'"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 50));
	CALL(books_agree(&f));
}

static void s0_09_reversed_in_parts_up_to_its_amount(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(must_post(&f, f.a.key, "/v1/transfers", SPENT("t-1", "30"), 201));
	CALL(reverse(&f, "key:t-1", PART("r-1", "10"), &r));
	EXPECT_INT(10, reply_integer(&r, "amount"));
	reply_free(&r);
	CALL(refuses(&f, "key:t-1", PART("r-2", "21"), "409 reversal_exceeds_transfer amount"));
	CALL(reverse(&f, "key:t-1", PART("r-2", "15"), &r));
	EXPECT_INT(201, r.wire.status);
	reply_free(&r);
	CALL(reverse(&f, "key:t-1", ALL("r-3"), &r));
	EXPECT_INT(5, reply_integer(&r, "amount"));
	reply_free(&r);
	CALL(refuses(&f, "key:t-1", PART("r-4", "1"), "409 reversal_exceeds_transfer id"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 50));
	EXPECT_INT(30, fixture_number(&f, "select reversed from reversal"));
}

static void s0_09_64_parallel_parts_never_exceed_it(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/transfers/key:t-1/reverse", PART("p-#", "1"),
			      NULL };
	struct parallel p;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(must_post(&f, f.a.key, "/v1/transfers", SPENT("t-1", "30"), 201));
	q.key = f.a.key;
	parallel_run(&f, &q, 64, &p);
	EXPECT_INT(30, parallel_count(&p, 201, NULL));
	EXPECT_INT(34, parallel_count(&p, 409, "\"reversal_exceeds_transfer\""));
	parallel_free(&p);
	CALL(balance_is(&f, &f.a, "user:1001/gold", 50));
	EXPECT_INT(30, fixture_number(&f, "select count(*) from transfer where kind = 5"));
}

/* The gift was spent before it is taken back. */
static void s0_09_below_zero_only_when_it_is_allowed(void)
{
	static const bool YES = true;
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct merchant_change allow = { .forced_reversal = &YES };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(must_post(&f, f.a.key, "/v1/transfers", SPENT("t-1", "40"), 201));
	CALL(refuses(&f, "key:first", ALL("r-1"), "409 insufficient_balance amount"));
	CALL(refuses(&f, "key:first", FORCED("r-1"), "403 forbidden force"));
	allow.id = f.a.merchant;
	EXPECT_ERR(ERR_OK, merchant_set(&f.services, &allow));
	/* Allowed, but not asked for; asked for, but not by every key. */
	CALL(refuses(&f, "key:first", ALL("r-1"), "409 insufficient_balance amount"));
	CALL(refused(&f,
		     &(struct question){ f.a.no_refund_key, "POST",
					 "/v1/transfers/key:first/reverse", FORCED("r-1"), NULL },
		     403, "forbidden", "force"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 10));
	CALL(reverse(&f, "key:first", FORCED("r-1"), &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT_INT(-40, reply_integer(&r, "from_balance"));
	reply_free(&r);
	CALL(balance_is(&f, &f.a, "user:1001/gold", -40));
	/* Even so it is once. */
	CALL(refuses(&f, "key:first", FORCED("r-2"), "409 reversal_exceeds_transfer id"));
	CALL(reverse_as(&f, f.a.no_refund_key, "key:t-1", PART("r-3", "5"), &r));
	EXPECT_INT(201, r.wire.status);
	reply_free(&r);
	CALL(balance_is(&f, &f.a, "user:1001/gold", -35));
}

/* What system has given on cannot be taken from it, with force neither. */
static void s0_09_system_gives_what_it_has(void)
{
	static const bool YES = true;
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct merchant_change allow = { .forced_reversal = &YES };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	allow.id = f.a.merchant;
	EXPECT_ERR(ERR_OK, merchant_set(&f.services, &allow));
	CALL(refuses(&f, "key:issue-1", FORCED("r-1"), "409 insufficient_balance amount"));
	CALL(reverse(&f, "key:issue-1", PART("r-1", "999950"), &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT_STR("central/gold", reply_text(&r, "to"));
	reply_free(&r);
	CALL(balance_is(&f, &f.a, "system/gold", 0));
	CALL(balance_is(&f, &f.a, "central/gold", -50));
}

static void s0_09_a_capture_is_reversed_and_a_hold_is_not(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r, shown;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(must_post(&f, f.a.key, "/v1/holds",
		       "{\"request_id\":\"h-1\",\"account\":\"user:1001/gold\",\"amount\":30,"
		       "\"reason\":300003}",
		       201));
	CALL(ask(&f, f.a.key, "POST", "/v1/holds/key:h-1/capture",
		 "{\"request_id\":\"c-1\",\"to\":\"system/gold\",\"amount\":20}", &r));
	CALL(ask(&f, f.a.key, "GET", "/v1/transfers/key:c-1", NULL, &shown));
	EXPECT_STR(reply_text(&r, "id"), reply_text(&shown, "hold"));
	reply_free(&shown);
	reply_free(&r);
	CALL(must_post(&f, f.a.key, "/v1/holds/key:h-1/release", PART("u-1", "5"), 201));
	CALL(refuses(&f, "key:h-1", ALL("r-1"), "404 not_found id"));
	CALL(refuses(&f, "key:u-1", ALL("r-1"), "404 not_found id"));
	CALL(reverse(&f, "key:c-1", ALL("r-1"), &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT(reply_null(&r, "hold"));
	reply_free(&r);
	CALL(balance_is(&f, &f.a, "user:1001/gold", 50));
	EXPECT_INT(5, fixture_number(&f, "select amount - captured - released from hold"));
}

static enum err post_own(struct tx *tx, const void *ask_, void *answer)
{
	struct posting p = { .kind = POSTING_TRANSFER, .force = FORCE_FACT, .amount = 7 };
	struct transfer row;
	struct asset asset;

	(void)ask_;
	TRY(asset_get(tx, STR("gold"), &asset));
	TRY(tx_account(tx, STR("user:1001"), asset.id, &p.from));
	TRY(tx_account(tx, STR("system"), asset.id, &p.to));
	p.reason = 1102;
	p.request_id = p.ref = p.memo = "";
	TRY(tx_post(tx, &p, &row));
	*(int64_t *)answer = row.id;
	return ERR_OK;
}

static enum err add_charge(struct tx *tx, const void *ask_, void *answer)
{
	(void)answer;
	TX_PUT(tx, 1,
	       "insert into charge (merchant_id, id, app_id, amount)"
	       " select merchant_id, object, app_id, 1 from request_key"
	       " where merchant_id = $1 and key = $2",
	       V_I(tx_merchant(tx)), V_T((const char *)ask_));
	return ERR_OK;
}

static void s0_09_taels_own_and_charges_are_not_reversed(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char text[ID_TEXT];
	int64_t id = 0;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, post_own, NULL, &id));
	id_write(ID_TRANSFER, id, text);
	CALL(refuses(&f, text, ALL("r-1"), "409 not_reversible id"));
	CALL(must_post(&f, f.a.key, "/v1/transfers", SPENT("t-1", "1"), 201));
	EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, add_charge, "t-1", NULL));
	CALL(refuses(&f, "key:t-1", ALL("r-1"), "409 not_reversible id"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from reversal"));
}

static void s0_06_x_02_refused_reversals_write_nothing(void)
{
	static const struct {
		const char *id, *body, *want;
	} WRONG[] = {
		{ "key:t-1", PART("w", "0"), "400 amount_out_of_range amount" },
		{ "key:t-1", PART("w", "31"), "409 reversal_exceeds_transfer amount" },
		{ "key:t-1", "{}", "400 invalid_request request_id" },
		{ "key:t-1", "{\"request_id\":\"w\",\"force\":1}", "400 invalid_request force" },
		{ "key:t-1", "{\"request_id\":\"w\",\"to\":\"user:1/gold\"}",
		  "400 invalid_request to" },
		{ "key:t-1", ALL("a b"), "400 invalid_key request_id" },
		{ "key:t-1", ALL("first"), "409 conflict request_id" },
		{ "key:t-1", ALL("t-1"), "409 conflict request_id" },
		{ "key:never", ALL("never"), "409 conflict request_id" },
		{ "tr_0000000000001", ALL("w"), "404 not_found id" },
		{ "hold_0000000000001", ALL("w"), "404 not_found id" },
		{ "key:", ALL("w"), "404 not_found id" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(must_post(&f, f.a.key, "/v1/transfers", SPENT("t-1", "30"), 201));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refuses(&f, WRONG[i].id, WRONG[i].body, WRONG[i].want));
	EXPECT_INT(3, fixture_number(&f, "select count(*) from transfer"));
	EXPECT_INT(3, fixture_number(&f, "select count(*) from request_key where app_id <> 0"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from reversal"));
}

static void s2_08_a_transfer_reversed_before_it_came_never_comes(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question late = { NULL, "POST", "/v1/transfers", SPENT("late", "30"), NULL };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	for (int i = 0; i < 2; i++) {
		CALL(reverse(&f, "key:late", ALL("r-1"), &r));
		EXPECT_INT(200, r.wire.status);
		EXPECT_STR("cancellation", reply_text(&r, "object"));
		EXPECT_STR("late", reply_text(&r, "request_id"));
		reply_free(&r);
	}
	late.key = f.a.key;
	CALL(refused(&f, &late, 409, "cancelled", "request_id"));
	CALL(refuses(&f, "key:late", PART("r-1", "3"), "409 conflict request_id"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 50));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from transfer"));
}

static void a1_a_reversal_run_twice_is_done_once(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_run_twice = true;
	fixture_begin(&f);
	fixture_run_twice = false;
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(must_post(&f, f.a.key, "/v1/transfers", SPENT("t-1", "30"), 201));
	CALL(reverse(&f, "key:t-1", PART("r-1", "10"), &r));
	EXPECT_INT(201, r.wire.status);
	reply_free(&r);
	CALL(balance_is(&f, &f.a, "user:1001/gold", 30));
	EXPECT_INT(10, fixture_number(&f, "select reversed from reversal"));
}

static const struct tap_test TESTS[] = {
	TEST(s0_09_reversed_in_full_once),
	TEST(i5_a_correction_is_an_entry_that_names_what_it_corrects),
	TEST(s0_09_reversed_in_parts_up_to_its_amount),
	TEST(s0_09_64_parallel_parts_never_exceed_it),
	TEST(s0_09_below_zero_only_when_it_is_allowed),
	TEST(s0_09_system_gives_what_it_has),
	TEST(s0_09_a_capture_is_reversed_and_a_hold_is_not),
	TEST(s0_09_taels_own_and_charges_are_not_reversed),
	TEST(s0_06_x_02_refused_reversals_write_nothing),
	TEST(s2_08_a_transfer_reversed_before_it_came_never_comes),
	TEST(a1_a_reversal_run_twice_is_done_once),
};

TAP_MAIN(TESTS)
