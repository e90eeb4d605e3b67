/* Holds: set aside, captured in parts, given back, never more than was held. */
#include "hold_kit.h"
#include "parallel.h"

/* What the holds add up to must be what their account holds. */
#define LEFT "select coalesce(sum(amount - captured - released), 0) from hold where status = 1"

static void s0_10_held_in_full_and_captured_in_one_step(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char id[ID_TEXT], path[100];
	struct reply r, shown;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/holds", H("h-0", "51"), NULL },
		     409, "insufficient_balance", "amount"));
	CALL(hold(&f, H("h-1", "50"), id));
	CALL(held_is(&f, 50, 50));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/holds", H("h-2", "1"), NULL },
		     409, "insufficient_balance", "amount"));
	CALL(post(&f, id, "/capture", CAPTURE("c-1", "50"), &r));
	EXPECT_INT(201, r.wire.status);
	CALL(shows(&r, "captured", 50, 0, 0));
	EXPECT_INT(2, reply_integer(&r, "version"));
	(void)snprintf(path, sizeof(path), "/v1/transfers/%s", reply_text(&r, "transfer"));
	CALL(ask(&f, f.a.key, "GET", path, NULL, &shown));
	EXPECT_INT(50, reply_integer(&shown, "amount"));
	EXPECT_STR("c-1", reply_text(&shown, "request_id"));
	EXPECT_STR("user:1001/gold", reply_text(&shown, "from"));
	EXPECT_STR("system/gold", reply_text(&shown, "to"));
	EXPECT_INT(300003, reply_integer(&shown, "reason"));
	reply_free(&shown);
	reply_free(&r);
	CALL(held_is(&f, 0, 0));
	CALL(refuses(&f, id, "/release", ALL("x-1"), "409 hold_not_open id"));
	CALL(refuses(&f, id, "/capture", CAPTURE("x-2", "1"), "409 hold_not_open id"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from job where kind = 5"));
}

static void s0_10_given_back_once(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char id[ID_TEXT], text[16];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(hold(&f, H("h-1", "30"), id));
	CALL(post(&f, id, "/release", ALL("u-1"), &r));
	EXPECT_INT(201, r.wire.status);
	CALL(shows(&r, "released", 0, 30, 0));
	EXPECT(reply_null(&r, "transfer"));
	reply_free(&r);
	CALL(held_is(&f, 50, 0));
	/* The same request is no second one. */
	CALL(post(&f, id, "/release", ALL("u-1"), &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT(wire_field(&r.wire, "Idempotent-Replayed", text, sizeof(text)));
	reply_free(&r);
	CALL(refuses(&f, id, "/release", ALL("u-2"), "409 hold_not_open id"));
	CALL(refuses(&f, id, "/release", PART("u-1", "30"), "409 conflict request_id"));
	CALL(held_is(&f, 50, 0));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from transfer where kind = 4"));
}

static void s0_10_64_parallel_holds_of_more_than_there_is(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/holds", H("p-#", "1"), NULL };
	struct parallel p;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	q.key = f.a.key;
	parallel_run(&f, &q, 64, &p);
	EXPECT_INT(50, parallel_count(&p, 201, NULL));
	EXPECT_INT(14, parallel_count(&p, 409, "\"insufficient_balance\""));
	parallel_free(&p);
	CALL(held_is(&f, 50, 50));
	EXPECT_INT(50, fixture_number(&f, LEFT));
}

/* Ten holds of 7 of 50: the eighth does not fit any more. */
static void s0_10_the_hold_that_exceeds_the_balance_is_refused(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/holds", H("k-#", "7"), NULL };
	struct parallel p;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	q.key = f.a.key;
	parallel_run(&f, &q, 10, &p);
	EXPECT_INT(7, parallel_count(&p, 201, NULL));
	EXPECT_INT(3, parallel_count(&p, 409, "\"insufficient_balance\""));
	parallel_free(&p);
	CALL(held_is(&f, 50, 49));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/transfers",
					 "{\"request_id\":\"t\",\"from\":\"user:1001/gold\","
					 "\"to\":\"system/gold\",\"amount\":2,\"reason\":300003}",
					 NULL },
		     409, "insufficient_balance", "amount"));
}

/* --- one hold, pulled at from all sides --- */

struct puller {
	struct parallel_one call;
	struct question question;
	char path[100], body[120];
};

static void *expire_again_and_again(void *arg)
{
	const struct fixture *f = arg;
	int64_t hold = fixture_number(f, "select id from hold"), again_at;

	for (int i = 0; i < 8; i++)
		CHECK(hold_expire(&f->services, f->a.merchant, hold, &again_at) == ERR_OK);
	return NULL;
}

/* Captures of 3, releases of 2 and the hold's end, of 100, all at once. */
static void s0_10_pulled_at_from_all_sides_it_sums_to_its_amount(void)
{
	enum { PULLERS = 60 };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct puller *pull = calloc(PULLERS, sizeof(*pull));
	pthread_t expirer;
	char id[ID_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 100));
	CALL(hold(&f, H("h-1", "100"), id));
	for (int i = 0; i < PULLERS; i++) {
		struct puller *p = &pull[i];

		(void)snprintf(p->path, sizeof(p->path), "/v1/holds/%s/%s", id,
			       i % 2 != 0 ? "capture" : "release");
		if (i % 2 != 0)
			(void)snprintf(p->body, sizeof(p->body), CAPTURE("p-%d", "3"), i);
		else
			(void)snprintf(p->body, sizeof(p->body), PART("p-%d", "2"), i);
		p->call.f = &f;
		p->call.question = (struct question){ f.a.key, "POST", p->path, p->body, NULL };
		CHECK(pthread_create(&p->call.thread, NULL, parallel_send, &p->call) == 0);
		/* Its time is over while the others are at it. */
		if (i == PULLERS / 3) {
			fixture_do(&f, "update hold set expires_at = 1");
			CHECK(pthread_create(&expirer, NULL, expire_again_and_again, &f) == 0);
		}
	}
	(void)pthread_join(expirer, NULL);

	int64_t captured = 0, released = 0;

	for (int i = 0; i < PULLERS; i++) {
		(void)pthread_join(pull[i].call.thread, NULL);
		EXPECT(pull[i].call.ok);
		EXPECT(pull[i].call.answer.status == 201 || pull[i].call.answer.status == 409);
		if (pull[i].call.answer.status == 201)
			*(i % 2 != 0 ? &captured : &released) += i % 2 != 0 ? 3 : 2;
		wire_answer_free(&pull[i].call.answer);
	}
	free(pull);
	CALL(post(&f, id, "", NULL, &r));
	EXPECT_INT(captured, reply_integer(&r, "captured"));
	EXPECT_INT(100, reply_integer(&r, "captured") + reply_integer(&r, "released"));
	EXPECT(reply_integer(&r, "released") >= released);
	EXPECT_STR("expired", reply_text(&r, "status"));
	reply_free(&r);
	CALL(held_is(&f, 100 - captured, 0));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from event where type = 'hold.expired'"));
	EXPECT_INT(captured, fixture_number(&f, "select coalesce(sum(amount), 0) from transfer"
						" where kind = 3"));
	EXPECT_INT(100 - captured,
		   fixture_number(&f, "select sum(amount) from transfer where kind = 4"));
}

/* 64 clients take 1 each of a hold of 50. */
static void s0_10_64_parallel_captures_of_one_hold(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char id[ID_TEXT], path[100];
	struct question q = { NULL, "POST", path, CAPTURE("p-#", "1"), NULL };
	struct parallel p;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 80));
	CALL(hold(&f, H("h-1", "50"), id));
	(void)snprintf(path, sizeof(path), "/v1/holds/%s/capture", id);
	q.key = f.a.key;
	parallel_run(&f, &q, 64, &p);
	EXPECT_INT(50, parallel_count(&p, 201, NULL));
	EXPECT_INT(14, parallel_count(&p, 409, "\"hold_not_open\""));
	parallel_free(&p);
	CALL(held_is(&f, 30, 0));
	EXPECT_INT(51, fixture_number(&f, "select version from hold"));
	EXPECT_INT(50, fixture_number(&f, "select count(*) from event where type = "
					  "'hold.captured'"));
}

/* --- pre-deduct, confirm, cancel --- */

static void s2_09_deducted_before_and_confirmed_in_parts(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char id[ID_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 100));
	CALL(hold(&f, H("h-1", "60"), id));
	CALL(post(&f, id, "/capture", CAPTURE("c-1", "25"), &r));
	CALL(shows(&r, "open", 25, 0, 35));
	reply_free(&r);
	CALL(held_is(&f, 75, 35));
	CALL(post(&f, "key:h-1", "/release", PART("u-1", "5"), &r));
	CALL(shows(&r, "open", 25, 5, 30));
	reply_free(&r);
	CALL(refuses(&f, id, "/capture", CAPTURE("c-2", "31"), "409 hold_not_open amount"));
	/* No amount: all that is left. */
	CALL(post(&f, "key:h-1", "/capture", "{\"request_id\":\"c-3\",\"to\":\"system/gold\"}",
		  &r));
	CALL(shows(&r, "captured", 55, 5, 0));
	EXPECT_INT(4, reply_integer(&r, "version"));
	reply_free(&r);
	CALL(held_is(&f, 45, 0));
	/* A repeat moves nothing and names the same transfer. */
	CALL(post(&f, id, "/capture", CAPTURE("c-1", "25"), &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT_INT(1, fixture_number(&f, "select count(*) from transfer where kind = 3 and "
					 "request_id = 'c-1'"));
	EXPECT(!reply_null(&r, "transfer"));
	reply_free(&r);
	CALL(held_is(&f, 45, 0));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from event where type = "
					 "'hold.captured' and body like '%\"left\":%'"));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from event where type = "
					 "'hold.released'"));
}

static void s2_09_deducted_before_and_cancelled(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char id[ID_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 100));
	CALL(hold(&f, H("h-1", "60"), id));
	CALL(post(&f, "key:h-1", "/release", ALL("u-1"), &r));
	CALL(shows(&r, "released", 0, 60, 0));
	EXPECT_STR(id, reply_text(&r, "id"));
	reply_free(&r);
	CALL(held_is(&f, 100, 0));
	CALL(refuses(&f, id, "/capture", CAPTURE("c-1", "1"), "409 hold_not_open id"));
}

/* The cancel overtakes what it cancels. */
static void s2_08_a_hold_cancelled_before_it_came_never_comes(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char text[16];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 100));
	for (int i = 0; i < 3; i++) {
		CALL(post(&f, "key:late", "/release", ALL("u-1"), &r));
		EXPECT_INT(200, r.wire.status);
		EXPECT_STR("cancellation", reply_text(&r, "object"));
		EXPECT_STR("late", reply_text(&r, "request_id"));
		EXPECT(wire_field(&r.wire, "Idempotent-Replayed", text, sizeof(text)) == (i > 0));
		reply_free(&r);
	}
	CALL(post(&f, "key:late", "/release", ALL("u-2"), &r));
	EXPECT_INT(200, r.wire.status);
	reply_free(&r);
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/holds", H("late", "10"), NULL },
		     409, "cancelled", "request_id"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/transfers",
					 "{\"request_id\":\"late\",\"from\":\"user:1001/gold\","
					 "\"to\":\"system/gold\",\"amount\":2,\"reason\":300003}",
					 NULL },
		     409, "cancelled", "request_id"));
	/* A number that cancelled is used up, and is no hold. */
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/holds", H("u-1", "10"), NULL },
		     409, "conflict", "request_id"));
	CALL(refuses(&f, "key:u-1", "/release", ALL("u-3"), "404 not_found id"));
	CALL(refuses(&f, "key:other", "/release", ALL("u-1"), "409 conflict request_id"));
	CALL(refuses(&f, "key:same", "/release", ALL("same"), "409 conflict request_id"));
	CALL(refuses(&f, "key:more", "/release", ALL("late"), "409 cancelled request_id"));
	/* What is captured must be there. */
	CALL(refuses(&f, "key:late", "/capture", CAPTURE("c-1", "1"), "404 not_found id"));
	CALL(refuses(&f, "key:never", "/capture", CAPTURE("c-1", "1"), "404 not_found id"));
	CALL(held_is(&f, 100, 0));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from hold"));
}

/* Half of them cancel, half of them hold, under one number: either it never comes, for all of them,
 * or it came once and was given back once. */
static void s2_08_cancel_and_hold_race_to_one_end(void)
{
	enum { ROUNDS = 12, CLIENTS = 8 };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct parallel *p = calloc(2, sizeof(*p));
	int64_t came = 0;

	CHECK(p != NULL);
	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 100));
	for (int round = 0; round < ROUNDS; round++) {
		char path[40], cancel[60], make[200];
		/* Now the one begins, now the other. */
		int cancels = round % 2, makes = 1 - cancels;
		struct question both[2];

		both[cancels] = (struct question){ f.a.key, "POST", path, cancel, NULL };
		both[makes] = (struct question){ f.a.key, "POST", "/v1/holds", make, NULL };
		(void)snprintf(path, sizeof(path), "/v1/holds/key:r-%d/release", round);
		(void)snprintf(cancel, sizeof(cancel), ALL("c-%d-#"), round);
		(void)snprintf(make, sizeof(make), H("r-%d", "10"), round);
		parallel_run_both(&f, both, CLIENTS, p);
		if (parallel_count(&p[makes], 201, NULL) > 0) {
			EXPECT_INT(CLIENTS, parallel_count(&p[makes], 201, NULL));
			EXPECT_INT(CLIENTS - 1,
				   parallel_count(&p[makes], 201, "Idempotent-Replayed"));
			EXPECT_INT(1, parallel_count(&p[cancels], 201, "\"released\""));
			EXPECT_INT(CLIENTS - 1,
				   parallel_count(&p[cancels], 409, "\"hold_not_open\""));
			came++;
		} else {
			EXPECT_INT(CLIENTS, parallel_count(&p[cancels], 200, "\"cancellation\""));
			EXPECT_INT(CLIENTS, parallel_count(&p[makes], 409, "\"cancelled\""));
		}
		parallel_free(&p[cancels]);
		parallel_free(&p[makes]);
		CALL(held_is(&f, 100, 0));
	}
	free(p);
	NOTE("%d of %d holds came before their cancels", (int)came, ROUNDS);
	EXPECT_INT(came, fixture_number(&f, "select count(*) from hold"));
}

static const struct tap_test TESTS[] = {
	TEST(s0_10_held_in_full_and_captured_in_one_step),
	TEST(s0_10_given_back_once),
	TEST(s0_10_64_parallel_holds_of_more_than_there_is),
	TEST(s0_10_the_hold_that_exceeds_the_balance_is_refused),
	TEST(s0_10_pulled_at_from_all_sides_it_sums_to_its_amount),
	TEST(s0_10_64_parallel_captures_of_one_hold),
	TEST(s2_09_deducted_before_and_confirmed_in_parts),
	TEST(s2_09_deducted_before_and_cancelled),
	TEST(s2_08_a_hold_cancelled_before_it_came_never_comes),
	TEST(s2_08_cancel_and_hold_race_to_one_end),
};

TAP_MAIN(TESTS)
