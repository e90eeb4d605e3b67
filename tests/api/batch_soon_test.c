/* Transfers kept for soon: done once, and the same group when they are sent again. */
#include "batch_kit.h"
#include "parallel.h"

#include "app/idempotency.h"
#include "app/sweep.h"

#define KEPT "select count(*) from transfer_group where body is not null and results is not null"
#define GROUPS "select count(*) from transfer_group"

static void s0_08_kept_for_soon_it_is_done_once_across_a_restart(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char *body = batch_body("{\"atomic\":false,\"async\":true,\"transfers\":[", 2000, 1000,
				T("odd", "user:poor/gold", "system/gold", "5", "300003"));
	char group[ID_TEXT], path[80];
	struct scheduler *s;
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(batch_post(&f, body, &r));
	free(body);
	EXPECT_INT(202, r.wire.status);
	EXPECT_STR("pending", reply_text(&r, "status"));
	EXPECT_INT(0, reply_integer(&r, "count"));
	(void)snprintf(group, sizeof(group), "%s", reply_text(&r, "id"));
	reply_free(&r);
	(void)snprintf(path, sizeof(path), "/v1/groups/%s", group);
	EXPECT_INT(0, fixture_number(&f, POSTED));
	fixture_stop(&f);
	store_close(f.services.store);
	fixture_open(&f, false);
	fixture_serve(&f);
	s = batch_jobs(&f);
	CALL(batch_wait(&f, group, &r));
	EXPECT_STR("done", reply_text(&r, "status"));
	EXPECT_INT(1999, reply_integer(&r, "count"));
	EXPECT_STR("b-00000", reply_text(&r, "results.0.request_id"));
	EXPECT_INT(999999, reply_integer(&r, "results.0.from_balance"));
	EXPECT_STR("insufficient_balance", reply_text(&r, "results.1000.error.code"));
	EXPECT_STR("transfers[1000].amount", reply_text(&r, "results.1000.error.param"));
	EXPECT_INT(1000000 - 1999, reply_integer(&r, "results.1999.from_balance"));
	reply_free(&r);
	CALL(ask(&f, f.b.key, "GET", path, NULL, &r));
	EXPECT_INT(404, r.wire.status);
	reply_free(&r);
	/* Whoever runs it again finds it done. */
	EXPECT_ERR(ERR_OK, group_run(&f.services, f.a.merchant,
				     fixture_number(&f, "select id from transfer_group")));
	scheduler_stop(s);
	EXPECT_INT(1999, fixture_number(&f, POSTED));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from job"));
	CALL(books_agree(&f));
}

static void what_a_group_was_asked_is_forgotten_after_72_hours(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char group[ID_TEXT];
	struct scheduler *s;
	struct reply r;
	bool more = true;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	s = batch_jobs(&f);
	for (int i = 0; i < 12; i++) {
		char *body = batch_soon(i);

		CALL(batch_post(&f, body, &r));
		free(body);
		(void)snprintf(group, sizeof(group), "%s", reply_text(&r, "id"));
		reply_free(&r);
		CALL(batch_wait(&f, group, &r));
		reply_free(&r);
	}
	scheduler_stop(s);
	EXPECT_ERR(ERR_OK, sweep_groups(&f.services, &more));
	EXPECT(!more);
	EXPECT_INT(12, fixture_number(&f, KEPT));
	fixture_clock(&f, IDEMPOTENCY_MS + 60000);
	EXPECT_ERR(ERR_OK, sweep_groups(&f.services, &more));
	EXPECT(!more);
	EXPECT_INT(0, fixture_number(&f, KEPT));
	CALL(batch_wait(&f, group, &r));
	EXPECT_STR("done", reply_text(&r, "status"));
	EXPECT(reply_null(&r, "results"));
	reply_free(&r);
	EXPECT_INT(11 + 12, fixture_number(&f, POSTED));
	CALL(books_agree(&f));
}

static void s0_08_kept_for_soon_and_refused_it_says_where(void)
{
	static const char BODY[] = "{\"async\":true,\"transfers\":[" T(
		"1", "system/gold", "user:b/gold", "7",
		"300002") "," T("2", "user:b/gold", "system/gold", "8", "300003") "]}";
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char group[ID_TEXT];
	struct scheduler *s;
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	s = batch_jobs(&f);
	CALL(batch_post(&f, BODY, &r));
	(void)snprintf(group, sizeof(group), "%s", reply_text(&r, "id"));
	reply_free(&r);
	CALL(batch_wait(&f, group, &r));
	EXPECT_STR("refused", reply_text(&r, "status"));
	EXPECT_STR("insufficient_balance", reply_text(&r, "error.code"));
	EXPECT_STR("transfers[1].amount", reply_text(&r, "error.param"));
	EXPECT(reply_null(&r, "results"));
	reply_free(&r);
	scheduler_stop(s);
	EXPECT_INT(0, fixture_number(&f, POSTED));
	EXPECT_INT(0,
		   fixture_number(&f, "select count(*) from request_key where key in ('1', '2')"));
	CALL(books_agree(&f));
}

/* Sends a body that is kept for soon: its group, and whether it was there. */
static void keep(const struct fixture *f, const char *body, bool replayed, char group[ID_TEXT])
{
	char text[40];
	struct reply r;

	CALL(batch_post(f, body, &r));
	EXPECT_INT(202, r.wire.status);
	EXPECT(wire_field(&r.wire, "Idempotent-Replayed", text, sizeof(text)) == replayed);
	(void)snprintf(group, ID_TEXT, "%s", reply_text(&r, "id"));
	reply_free(&r);
}

static void s0_08_kept_for_soon_and_sent_again_it_is_the_same_group(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char *body = batch_soon(1), first[ID_TEXT], again[ID_TEXT];
	struct scheduler *s;
	struct reply r;
	bool more;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(keep(&f, body, false, first));
	CALL(keep(&f, body, true, again));
	EXPECT_STR(first, again);
	EXPECT_INT(1, fixture_number(&f, GROUPS));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from job"));
	/* Another merchant's is its own. */
	CALL(must_post(&f, f.b.key, BATCH, body, 202));
	EXPECT_INT(2, fixture_number(&f, GROUPS));
	s = batch_jobs(&f);
	CALL(batch_wait(&f, first, &r));
	reply_free(&r);
	CALL(batch_post(&f, body, &r));
	EXPECT_STR(first, reply_text(&r, "id"));
	EXPECT_STR("done", reply_text(&r, "status"));
	EXPECT_INT(12, reply_integer(&r, "count"));
	reply_free(&r);
	/* What it was is forgotten with its results; its transfers are not. */
	fixture_clock(&f, IDEMPOTENCY_MS + 60000);
	EXPECT_ERR(ERR_OK, sweep_groups(&f.services, &more));
	CALL(keep(&f, body, false, again));
	EXPECT(strcmp(first, again) != 0);
	CALL(batch_wait(&f, again, &r));
	EXPECT_STR("done", reply_text(&r, "status"));
	EXPECT_INT(0, reply_integer(&r, "count"));
	reply_free(&r);
	scheduler_stop(s);
	free(body);
	EXPECT_INT(12, fixture_number(&f, POSTED));
	CALL(books_agree(&f));
}

/* What was refused may be tried again with the same body. */
static void s0_08_kept_for_soon_and_refused_it_may_be_sent_again(void)
{
	static const char *const BODIES[] = {
		"{\"async\":true,\"transfers\":[" T("p-1", "user:poor/gold", "system/gold", "5",
						    "300003") "]}",
		"{\"async\":true,\"atomic\":false,\"transfers\":[" T(
			"q-1", "system/gold", "user:b/gold", "7",
			"300002") "," T("q-2", "user:poor/gold", "system/gold", "5", "300003") "]}",
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char first[2][ID_TEXT], again[ID_TEXT];
	struct scheduler *s;
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	s = batch_jobs(&f);
	for (int i = 0; i < 2; i++) {
		CALL(keep(&f, BODIES[i], false, first[i]));
		CALL(batch_wait(&f, first[i], &r));
		reply_free(&r);
	}
	CALL(must_post(&f, f.a.key, "/v1/transfers",
		       T("gift", "system/gold", "user:poor/gold", "10", "300002"), 201));
	for (int i = 0; i < 2; i++) {
		CALL(keep(&f, BODIES[i], false, again));
		EXPECT(strcmp(first[i], again) != 0);
		CALL(batch_wait(&f, again, &r));
		EXPECT_STR("done", reply_text(&r, "status"));
		EXPECT_INT(1, reply_integer(&r, "count"));
		reply_free(&r);
		CALL(keep(&f, BODIES[i], true, first[i]));
		EXPECT_STR(again, first[i]);
	}
	scheduler_stop(s);
	CALL(balance_is(&f, &f.a, "user:poor/gold", 0));
	CALL(balance_is(&f, &f.a, "user:b/gold", 7));
	CALL(books_agree(&f));
}

static void s0_08_kept_for_soon_by_32_at_once_it_is_one_group(void)
{
	static const struct question QUESTION = {
		.method = "POST",
		.path = BATCH,
		.body = "{\"async\":true,\"transfers\":[" T("1", "system/gold", "user:b/gold", "7",
							    "300002") "]}",
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = QUESTION;
	struct parallel p;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	q.key = f.a.key;
	parallel_run(&f, &q, 32, &p);
	EXPECT_INT(32, parallel_count(&p, 202, NULL));
	EXPECT_INT(31, parallel_count(&p, 202, "Idempotent-Replayed"));
	parallel_free(&p);
	EXPECT_INT(1, fixture_number(&f, GROUPS));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from job"));
}

static void no_more_than_32_groups_wait(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	for (int i = 0; i <= GROUP_PENDING_MAX; i++) {
		char *body = batch_soon(i);

		if (i < GROUP_PENDING_MAX)
			CALL(must_post(&f, f.a.key, BATCH, body, 202));
		else
			CALL(batch_refused(&f, body, 503, "busy", ""));
		free(body);
	}
	EXPECT_INT(GROUP_PENDING_MAX, fixture_number(&f, "select count(*) from transfer_group"));
}

static const struct tap_test TESTS[] = {
	TEST(s0_08_kept_for_soon_it_is_done_once_across_a_restart),
	TEST(what_a_group_was_asked_is_forgotten_after_72_hours),
	TEST(s0_08_kept_for_soon_and_refused_it_says_where),
	TEST(s0_08_kept_for_soon_and_sent_again_it_is_the_same_group),
	TEST(s0_08_kept_for_soon_and_refused_it_may_be_sent_again),
	TEST(s0_08_kept_for_soon_by_32_at_once_it_is_one_group),
	TEST(no_more_than_32_groups_wait),
};

TAP_MAIN(TESTS)
