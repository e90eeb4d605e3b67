/* Transfers asked for together: all or none, or each by itself, in order, once. */
#include "batch_kit.h"

static void s0_08_a_batch_that_fails_at_item_4000_moves_nothing(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char *body = batch_body("{\"transfers\":[", GROUP_MAX, 3999,
				T("odd", "user:poor/gold", "system/gold", "5", "300003"));
	int64_t keys;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	keys = fixture_number(&f, "select count(*) from request_key");
	CALL(batch_refused(&f, body, 409, "insufficient_balance", "transfers[3999].amount"));
	free(body);
	EXPECT_INT(0, fixture_number(&f, POSTED));
	EXPECT_INT(keys, fixture_number(&f, "select count(*) from request_key"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from transfer_group"));
	CALL(balance_is(&f, &f.a, "system/gold", 1000000));
	CALL(books_agree(&f));
}

static void s0_08_by_themselves_only_item_4000_is_refused(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char *body = batch_body("{\"atomic\":false,\"transfers\":[", GROUP_MAX, 3999,
				T("odd", "user:poor/gold", "system/gold", "5", "300003"));
	struct reply r, again;
	char text[40];

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(batch_post(&f, body, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT(!wire_field(&r.wire, "Idempotent-Replayed", text, sizeof(text)));
	EXPECT_STR("insufficient_balance", reply_text(&r, "results.3999.error.code"));
	EXPECT_STR("transfers[3999].amount", reply_text(&r, "results.3999.error.param"));
	EXPECT_INT(409, reply_integer(&r, "results.3999.error.status"));
	EXPECT_STR("b-03998", reply_text(&r, "results.3998.request_id"));
	EXPECT_STR("b-07999", reply_text(&r, "results.7999.request_id"));
	EXPECT_INT(1000000 - 7999, reply_integer(&r, "results.7999.from_balance"));
	EXPECT_INT(7999, fixture_number(&f, POSTED));
	EXPECT_INT(7999, fixture_number(&f, "select count from transfer_group"));
	CALL(batch_post(&f, body, &again));
	EXPECT_STR(r.wire.body, again.wire.body);
	EXPECT_INT(7999, fixture_number(&f, POSTED));
	reply_free(&again);
	reply_free(&r);
	free(body);
	CALL(balance_is(&f, &f.a, "user:u7/gold", 80));
	CALL(books_agree(&f));
}

static void a_batch_has_1_to_8000_items_and_2_mib(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char *many = batch_body("{\"transfers\":[", GROUP_MAX + 1, SIZE_MAX, "");
	char *large = malloc(GROUP_BODY_MAX + 2);

	EXPECT(large != NULL);
	memset(large, ' ', GROUP_BODY_MAX + 1);
	large[GROUP_BODY_MAX + 1] = '\0';
	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(batch_refused(&f, many, 400, "invalid_request", "transfers"));
	CALL(batch_refused(&f, large, 413, "body_too_large", ""));
	CALL(batch_refused(&f, "{\"transfers\":[]}", 400, "invalid_request", "transfers"));
	CALL(batch_refused(&f, "{}", 400, "invalid_request", "transfers"));
	EXPECT_INT(0, fixture_number(&f, POSTED));
	free(large);
	free(many);
}

static void a_form_error_in_an_item_refuses_the_batch_by_its_name(void)
{
	static const struct {
		const char *item, *code, *param;
	} BAD[] = {
		{ "7", "invalid_request", "transfers[1]" },
		{ "{}", "invalid_request", "transfers[1].request_id" },
		{ T("x y", "system/gold", "user:1/gold", "1", "300002"), "invalid_key",
		  "transfers[1].request_id" },
		{ T("x", "system/gold", "user:1/gold", "0", "300002"), "amount_out_of_range",
		  "transfers[1].amount" },
		{ T("x", "system/gold", "user:1/gold", "1.0", "300002"), "amount_out_of_range",
		  "transfers[1].amount" },
		{ T("x", "system/gold", "user:1/gold", "1e3", "300002"), "amount_out_of_range",
		  "transfers[1].amount" },
		{ T("x", "system/gold", "user:1/gold", "-0", "300002"), "amount_out_of_range",
		  "transfers[1].amount" },
		{ T("x", "system/gold", "user:1/gold", "99999999999999999999", "300002"),
		  "amount_out_of_range", "transfers[1].amount" },
		{ T("x", "system/gold", "user:1/gold", "\"1\"", "300002"), "amount_out_of_range",
		  "transfers[1].amount" },
		{ T("x", "system", "user:1/gold", "1", "300002"), "invalid_request",
		  "transfers[1].from" },
		{ T("x", "system/gold", "user:0/gold", "1", "300002"), "invalid_request",
		  "transfers[1].to" },
		{ T("x", "system/gold", "user:1/cny", "1", "300002"), "invalid_request",
		  "transfers[1].to" },
		{ T("x", "system/gold", "user:1/gold", "1", "300002,\"extra\":1"),
		  "invalid_request", "transfers[1].extra" },
		{ T("x", "system/gold", "user:1/gold", "1", "300002,\"amount\":1"), "invalid_json",
		  "" },
		{ T("x", "system/gold", "user:1/gold", "1", "300002,\"memo\":\"\\u0001\""),
		  "invalid_request", "transfers[1].memo" },
		{ "{\"request_id\":\"x\"", "invalid_json", "" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		char *body = batch_body("{\"atomic\":false,\"transfers\":[", 3, 1, BAD[i].item);

		CALL(batch_refused(&f, body, 400, BAD[i].code, BAD[i].param));
		free(body);
	}
	EXPECT_INT(0, fixture_number(&f, POSTED));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from transfer_group"));
}

static void a_later_item_sees_those_before_it(void)
{
	static const char BODY[] =
		"{\"transfers\":[" T("1", "system/gold", "user:b/gold", "7", "300002") "," T(
			"2", "user:b/gold", "system/gold", "7", "300003") "]}";
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(batch_post(&f, BODY, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_INT(7, reply_integer(&r, "results.0.to_balance"));
	EXPECT_INT(0, reply_integer(&r, "results.1.from_balance"));
	reply_free(&r);
	CALL(balances_sum_to_zero(&f, &f.a, "gold",
				  (const char *const[]){ "central", "system", "user:b" }, 3));
	CALL(books_agree(&f));
}

static void a_request_id_twice_in_a_batch_is_the_same_or_a_conflict(void)
{
	static const char BODY[] = "{\"atomic\":false,\"transfers\":[" T(
		"1", "system/gold", "user:b/gold", "7",
		"300002") "," T("1", "system/gold", "user:b/gold", "7",
				"300002") "," T("1", "system/gold", "user:b/gold", "8",
						"300002") "]}";
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(batch_post(&f, BODY, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_STR(reply_text(&r, "results.0.id"), reply_text(&r, "results.1.id"));
	EXPECT_STR("conflict", reply_text(&r, "results.2.error.code"));
	EXPECT_STR("transfers[2].request_id", reply_text(&r, "results.2.error.param"));
	reply_free(&r);
	EXPECT_INT(1, fixture_number(&f, POSTED));
	CALL(balance_is(&f, &f.a, "user:b/gold", 7));
}

static void a_repeated_batch_answers_the_same(void)
{
	static const char *const KEY[] = { NULL, "Idempotency-Key: k-1\r\n" };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char *body = batch_body("{\"transfers\":[", 250, SIZE_MAX, "");
	struct reply first, r;
	char text[40];

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(ask_with(&f, &(struct question){ f.a.key, "POST", BATCH, body, KEY[1] }, &first));
	EXPECT_INT(200, first.wire.status);
	EXPECT(strncmp(reply_text(&first, "group"), "grp_", 4) == 0);
	for (size_t i = 0; i < 2; i++) {
		CALL(ask_with(&f, &(struct question){ f.a.key, "POST", BATCH, body, KEY[i] }, &r));
		EXPECT_INT(200, r.wire.status);
		EXPECT_STR(first.wire.body, r.wire.body);
		EXPECT(wire_field(&r.wire, "Idempotent-Replayed", text, sizeof(text)));
		reply_free(&r);
	}
	reply_free(&first);
	free(body);
	EXPECT_INT(250, fixture_number(&f, POSTED));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from transfer_group"));
}

static void a_groups_transfers_are_listed_in_order(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char *body = batch_body("{\"transfers\":[", 150, SIZE_MAX, ""), path[120], at[ID_TEXT];
	struct reply r;
	char group[ID_TEXT];

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 5));
	CALL(batch_post(&f, body, &r));
	(void)snprintf(group, sizeof(group), "%s", reply_text(&r, "group"));
	reply_free(&r);
	free(body);
	(void)snprintf(path, sizeof(path), "/v1/groups/%s", group);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_STR("done", reply_text(&r, "status"));
	EXPECT_INT(150, reply_integer(&r, "count"));
	EXPECT(reply_null(&r, "results"));
	reply_free(&r);
	(void)snprintf(path, sizeof(path), "/v1/groups/%s/transfers?limit=100", group);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_STR("b-00000", reply_text(&r, "data.0.request_id"));
	EXPECT_STR("b-00099", reply_text(&r, "data.99.request_id"));
	EXPECT(reply_bool(&r, "has_more"));
	(void)snprintf(at, sizeof(at), "%s", reply_text(&r, "data.99.id"));
	reply_free(&r);
	(void)snprintf(path, sizeof(path), "/v1/groups/%s/transfers?limit=100&after=%s", group, at);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_STR("b-00100", reply_text(&r, "data.0.request_id"));
	EXPECT_STR("b-00149", reply_text(&r, "data.49.request_id"));
	EXPECT(!reply_bool(&r, "has_more"));
	reply_free(&r);
	(void)snprintf(path, sizeof(path), "/v1/groups/%s/transfers?limit=2&before=%s", group, at);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_STR("b-00097", reply_text(&r, "data.0.request_id"));
	EXPECT_STR("b-00098", reply_text(&r, "data.1.request_id"));
	reply_free(&r);
	/* Before one that came later are its last. */
	CALL(ask(&f, f.a.key, "POST", "/v1/transfers",
		 T("later", "system/gold", "user:1/gold", "1", "300002"), &r));
	(void)snprintf(at, sizeof(at), "%s", reply_text(&r, "id"));
	reply_free(&r);
	(void)snprintf(path, sizeof(path), "/v1/groups/%s/transfers?limit=2&before=%s", group, at);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_STR("b-00148", reply_text(&r, "data.0.request_id"));
	EXPECT_STR("b-00149", reply_text(&r, "data.1.request_id"));
	EXPECT(reply_bool(&r, "has_more"));
	reply_free(&r);
}

static const struct tap_test TESTS[] = {
	TEST(s0_08_a_batch_that_fails_at_item_4000_moves_nothing),
	TEST(s0_08_by_themselves_only_item_4000_is_refused),
	TEST(a_batch_has_1_to_8000_items_and_2_mib),
	TEST(a_form_error_in_an_item_refuses_the_batch_by_its_name),
	TEST(a_later_item_sees_those_before_it),
	TEST(a_request_id_twice_in_a_batch_is_the_same_or_a_conflict),
	TEST(a_repeated_batch_answers_the_same),
	TEST(a_groups_transfers_are_listed_in_order),
};

TAP_MAIN(TESTS)
