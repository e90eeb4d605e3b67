/* courier_test.c - deliveries over time: the curve and its end, sending again, too many waiting,
 * two couriers, claims. */
#include "webhook_world.h"

#include "core/ledger.h"

enum { HOUR_MS = 3600 * 1000, DAYS_MS = 24 * HOUR_MS };

static struct endpoint shown(struct hooks *h, int64_t id)
{
	struct endpoint_ask ask = hooks_endpoint_ask(h, NULL);
	struct endpoint_answer answer;

	ask.id = id;
	CHECK(store_read(h->world.services.store, MERCHANT, endpoint_show, &ask, &answer) ==
	      ERR_OK);
	return answer.endpoint;
}

static void s0_18_s1_09_tries_grow_apart_then_it_has_failed_and_is_sent_by_hand(void)
{
	static const int64_t AFTER_S[] = { 5,     30,    120,   600,   1800, 3600,
					   10800, 21600, 43200, 86400, 86400 };
	enum { RETRIES = sizeof(AFTER_S) / sizeof(AFTER_S[0]) };
	struct event_resend_ask again = { .app = APP };
	int64_t clock = 0, count = 0, before, due_at;
	struct hooks h;

	hooks_begin(&h);
	receiver_switch(h.receiver, 500);
	(void)hooks_endpoint(&h, "/switch", "order.paid");
	before = world_now(&h.world);
	hooks_say(&h, (struct hooks_event){ 0 });
	for (size_t i = 0; i < RETRIES; i++) {
		UNTIL(world_number(&h.world, "select max(tries) from delivery") == (int64_t)i + 1);
		due_at = world_number(&h.world, "select due_at from delivery");
		/* The published delay and up to a tenth more, from the time of the try. */
		EXPECT(due_at >= before + AFTER_S[i] * 1000);
		EXPECT(due_at <= world_now(&h.world) + AFTER_S[i] * 1100);
		EXPECT_INT(i + 1, receiver_count(h.receiver, "/switch", NULL));
		clock += AFTER_S[i] * 1100;
		world_clock_set(&h.world, clock);
		before = world_now(&h.world);
	}
	UNTIL(world_number(&h.world, "select status from delivery") == 3);
	EXPECT_INT(12, world_number(&h.world, "select tries from delivery"));
	EXPECT_INT(500, world_number(&h.world, "select last_status from delivery"));
	EXPECT_INT(12, receiver_count(h.receiver, "/switch", NULL));

	receiver_switch(h.receiver, 200);
	again.event = world_number(&h.world, "select max(id) from event");
	EXPECT_ERR(ERR_OK,
		   store_write(h.world.services.store, MERCHANT, event_resend, &again, &count));
	EXPECT_INT(1, count);
	UNTIL(world_number(&h.world, "select status from delivery") == 2);
	EXPECT_INT(13, receiver_count(h.receiver, "/switch", NULL));
	hooks_end(&h);
}

/* 1,000 deliveries that wait, as after a long time of failing. */
static enum err fill(struct tx *tx, const void *ask, void *answer)
{
	const struct endpoint *e = ask;

	(void)answer;
	for (int64_t i = 1; i <= ENDPOINT_WAITING_MAX; i++) {
		TX_PUT(tx, 1,
		       "insert into event (merchant_id, id, app_id, type, object, body, "
		       "created_at) "
		       "values ($1, $2, $3, 'order.paid', 1, '{}', 1)",
		       V_I(MERCHANT), V_I(i), V_I(APP));
		TX_PUT(tx, 1,
		       "insert into delivery (merchant_id, id, app_id, event_id, lane, "
		       "endpoint_id, "
		       "status, tries, due_at, created_at) values ($1, $2, $3, $2, $4, $4, 1, 9, "
		       "$5, 1)",
		       V_I(MERCHANT), V_I(i), V_I(APP), V_I(e->id), V_I(tx_now(tx) + DAYS_MS));
	}
	return ERR_OK;
}

static void g9_with_a_thousand_waiting_the_cursor_waits_and_others_do_not(void)
{
	struct hooks h;
	struct endpoint_answer dead;
	struct endpoint e;
	int64_t clock = 0;

	hooks_begin(&h);
	receiver_switch(h.receiver, 500);
	dead = hooks_endpoint(&h, "/switch", "order.*");
	CHECK(store_write(h.world.services.store, MERCHANT, fill, &dead.endpoint, NULL) == ERR_OK);
	(void)hooks_endpoint(&h, "/ok", "order.*");
	hooks_say(&h, (struct hooks_event){ .count = 300 });
	UNTIL(receiver_count(h.receiver, "/ok", NULL) == 300);
	/* One try at a time, further and further apart; no row is added, no event passed over. */
	for (int64_t failing = 1; failing <= 4; failing++) {
		UNTIL(shown(&h, dead.endpoint.id).failing == failing);
		e = shown(&h, dead.endpoint.id);
		EXPECT_INT(dead.endpoint.cursor, e.cursor);
		EXPECT_INT(ENDPOINT_WAITING_MAX, e.waiting);
		EXPECT_INT(failing, receiver_count(h.receiver, "/switch", NULL));
		EXPECT(e.retry_at > 0);
		clock += e.retry_at - world_now(&h.world) + 1000;
		if (failing == 4)
			receiver_switch(h.receiver, 200);
		world_clock_set(&h.world, clock);
	}
	/* It is well again: everything that waited is sent now, and the rest follows. */
	UNTIL(receiver_count(h.receiver, "/switch", NULL) == 4 + 1000 + 300);
	UNTIL(shown(&h, dead.endpoint.id).waiting == 0);
	UNTIL(shown(&h, dead.endpoint.id).cursor ==
	      world_number(&h.world, "select max(id) from event"));
	EXPECT_INT(0, shown(&h, dead.endpoint.id).failing);
	EXPECT_INT(300, receiver_count(h.receiver, "/ok", NULL));
	hooks_end(&h);
}

static void g10_after_the_last_try_a_range_is_sent_again(void)
{
	struct hooks h;
	struct endpoint_answer e;
	struct resend_ask ask = { .app = APP, .until = INT64_MAX };
	struct resend_answer answer;

	hooks_begin(&h);
	receiver_switch(h.receiver, 500);
	e = hooks_endpoint(&h, "/switch", "order.paid");
	hooks_say(&h, (struct hooks_event){ .count = 3 });
	UNTIL(world_number(&h.world, "select count(*) from delivery where tries = 1") == 3);
	UNTIL(shown(&h, e.endpoint.id).cursor ==
	      world_number(&h.world, "select max(id) from event"));
	world_do(&h.world, "update delivery set status = 3, tries = 12, ended_at = 1");
	receiver_switch(h.receiver, 200);
	ask.endpoint = e.endpoint.id;
	ask.after = e.endpoint.id;
	EXPECT_ERR(ERR_OK,
		   store_write(h.world.services.store, MERCHANT, endpoint_resend, &ask, &answer));
	EXPECT_INT(3, answer.count);
	UNTIL(world_number(&h.world, "select count(*) from delivery where status = 2") == 3);
	hooks_end(&h);
}

static void g13_an_orders_own_url_is_told_and_told_again(void)
{
	struct hooks h;
	struct event_resend_ask again = { .app = APP };
	char url[NOTIFY_URL_MAX + 1];
	struct came c;
	int64_t count = 0;

	hooks_begin(&h);
	hooks_url(&h, "/ok?no=1", url);
	hooks_say(&h, (struct hooks_event){ .notify_url = url });
	hooks_say(&h, (struct hooks_event){ 0 }); /* another order, without */
	UNTIL(receiver_count(h.receiver, "/ok?no=1", NULL) == 1);
	c = receiver_get(h.receiver, "/ok?no=1", 0);
	EXPECT(hooks_signed_by(&c, APP_SECRET, c.timestamp));
	UNTIL(world_number(&h.world, "select status from delivery") == 2);
	EXPECT_INT(1, world_number(&h.world, "select count(*) from delivery"));

	again.event = world_number(&h.world, "select min(id) from event");
	EXPECT_ERR(ERR_OK,
		   store_write(h.world.services.store, MERCHANT, event_resend, &again, &count));
	EXPECT_INT(1, count);
	UNTIL(receiver_count(h.receiver, "/ok?no=1", c.id) == 2);
	EXPECT_INT(2, h.receiver->came_n);
	hooks_end(&h);
}

static void one_dead_origin_does_not_delay_other_orders(void)
{
	struct hooks h;
	char dead[NOTIFY_URL_MAX + 1], good[NOTIFY_URL_MAX + 1];

	hooks_begin(&h);
	(void)snprintf(dead, sizeof(dead), "http://localhost:%d/hang", h.receiver->port);
	hooks_url(&h, "/ok", good);
	for (int i = 0; i < 40; i++)
		hooks_say(&h, (struct hooks_event){ .notify_url = dead });
	UNTIL(receiver_count(h.receiver, "/hang", NULL) == 1);
	for (int i = 0; i < 40; i++)
		hooks_say(&h, (struct hooks_event){ .notify_url = good });
	UNTIL(receiver_count(h.receiver, "/ok", NULL) == 40);
	EXPECT_INT(1, receiver_count(h.receiver, "/hang", NULL));
	hooks_end(&h);
}

static void k10_two_couriers_send_each_event_once(void)
{
	struct hooks h;
	struct services other;
	struct courier *second;

	hooks_begin(&h);
	other = h.world.services;
	other.run = id_next(0, world_now(&h.world), 9); /* as on another node */
	(void)hooks_endpoint(&h, "/ok", "*");
	CHECK(courier_start(&other, &second) == ERR_OK);
	for (int i = 0; i < 50; i++) {
		hooks_say(&h, (struct hooks_event){ 0 });
		courier_news(second, MERCHANT);
	}
	UNTIL(world_number(&h.world, "select cursor = (select max(id) from event) from endpoint"));
	courier_stop(second);
	EXPECT_INT(50, receiver_count(h.receiver, "/ok", NULL));
	hooks_end(&h);
}

static void what_is_stopped_in_between_is_sent_after_the_start(void)
{
	struct hooks h;

	hooks_begin(&h);
	(void)hooks_endpoint(&h, "/ok", "*");
	for (int i = 0; i < 20; i++) {
		hooks_say(&h, (struct hooks_event){ .count = 10 });
		if (i % 5 == 0) {
			hooks_halt(&h);
			EXPECT_INT(0, world_number(
					      &h.world,
					      "select count(*) from job where claim is not null"));
			hooks_run(&h);
		}
	}
	UNTIL(world_number(&h.world, "select cursor = (select max(id) from event) from endpoint"));
	EXPECT_INT(200, receiver_count(h.receiver, "/ok", NULL));
	hooks_end(&h);
}

static void a_disabled_endpoint_stands_still_and_goes_on(void)
{
	struct hooks h;
	struct endpoint_answer e, changed;
	struct endpoint_ask ask;

	hooks_begin(&h);
	e = hooks_endpoint(&h, "/ok", "*");
	(void)hooks_endpoint(&h, "/ok-other", "*");
	ask = hooks_endpoint_ask(&h, NULL);
	ask.id = e.endpoint.id;
	ask.enabled = 0;
	EXPECT_ERR(ERR_OK,
		   store_write(h.world.services.store, MERCHANT, endpoint_set, &ask, &changed));
	hooks_say(&h, (struct hooks_event){ .count = 5 });
	UNTIL(receiver_count(h.receiver, "/ok-other", NULL) == 5);
	EXPECT_INT(0, receiver_count(h.receiver, "/ok", NULL));
	ask.enabled = 1;
	EXPECT_ERR(ERR_OK,
		   store_write(h.world.services.store, MERCHANT, endpoint_set, &ask, &changed));
	UNTIL(receiver_count(h.receiver, "/ok", NULL) == 5);
	hooks_end(&h);
}

/* --- transfers --- */

static enum err add_gold(struct tx *tx, const void *ask, void *answer)
{
	(void)ask;
	(void)answer;
	TX_PUT(tx, TX_ANY,
	       "insert into asset (merchant_id, id, code, name, kind, scale, created_at) "
	       "values ($1, 5, 'gold', 'gold', 2, 0, 1) on conflict do nothing",
	       V_I(tx_merchant(tx)));
	return ERR_OK;
}

static enum err post(struct tx *tx, const void *ask, void *answer)
{
	struct account *from, *to;

	(void)ask;
	(void)answer;
	TRY(tx_account(tx, STR("central"), 5, &from));
	TRY(tx_account(tx, STR("system"), 5, &to));
	return tx_post(tx,
		       &(struct posting){ .kind = POSTING_TRANSFER,
					  .force = FORCE_ISSUE,
					  .from = from,
					  .to = to,
					  .amount = 700,
					  .reason = 1001,
					  .request_id = "i-1",
					  .ref = "",
					  .memo = "" },
		       NULL);
}

static void a_transfer_is_sent_to_who_names_it(void)
{
	struct hooks h;
	struct came c;

	hooks_begin(&h);
	(void)hooks_endpoint(&h, "/ok-all", "*");
	(void)hooks_endpoint(&h, "/ok-named", "transfer.posted order.paid");
	CHECK(store_write(h.world.services.store, MERCHANT, add_gold, NULL, NULL) == ERR_OK);
	CHECK(store_write(h.world.services.store, MERCHANT, post, NULL, NULL) == ERR_OK);
	UNTIL(receiver_count(h.receiver, "/ok-named", NULL) == 1);
	c = receiver_get(h.receiver, "/ok-named", 0);
	EXPECT(strstr(c.body, "\"type\":\"transfer.posted\"") != NULL);
	EXPECT(strstr(c.body, "\"from\":\"central/gold\",\"to\":\"system/gold\"") != NULL);
	EXPECT(strstr(c.body, "\"amount\":700,\"reason\":1001") != NULL);
	hooks_say(&h, (struct hooks_event){ 0 });
	UNTIL(receiver_count(h.receiver, "/ok-all", NULL) == 1);
	c = receiver_get(h.receiver, "/ok-all", 0);
	EXPECT(strstr(c.body, "order.paid") != NULL);
	hooks_end(&h);
}

static void a_parked_merchant_is_left_alone(void)
{
	struct hooks h;

	hooks_begin(&h);
	hooks_halt(&h);
	(void)hooks_endpoint(&h, "/ok", "*");
	for (int i = 1; i <= JOB_CLAIMS_MAX; i++) {
		struct job_claim ask = { .key = { MERCHANT, JOB_DELIVERY, 0 },
					 .now_ms = world_now(&h.world),
					 .claim = i,
					 .run = h.world.services.run + i,
					 .lease_ms = HOUR_MS,
					 .make = true };
		enum job_claimed claimed;

		CHECK(job_claim(&h.world.services, &ask, &claimed) == ERR_OK);
		EXPECT_INT(JOB_CLAIMED, claimed);
	}
	h.world.services.run += 10;
	hooks_run(&h);
	hooks_say(&h, (struct hooks_event){ 0 });
	UNTIL(world_number(&h.world, "select parked from job") == 1);
	hooks_say(&h, (struct hooks_event){ 0 });
	hooks_halt(&h);
	EXPECT_INT(0, h.receiver->came_n);
	world_do(&h.world, "update job set parked = 0, claims = 0");
	hooks_run(&h);
	UNTIL(receiver_count(h.receiver, "/ok", NULL) == 2);
	hooks_end(&h);
}

static void nothing_is_sent_unsigned(void)
{
	struct hooks h;

	hooks_begin(&h);
	(void)hooks_endpoint(&h, "/ok", "*");
	world_do(&h.world, "update endpoint set secret = x'00112233'");
	hooks_say(&h, (struct hooks_event){ 0 });
	UNTIL(world_number(&h.world, "select count(*) from delivery where tries = 1 and "
				     "last_error like '%secret%'") == 1);
	EXPECT_INT(0, h.receiver->came_n);
	hooks_end(&h);
}

static const struct tap_test TESTS[] = {
	TEST(s0_18_s1_09_tries_grow_apart_then_it_has_failed_and_is_sent_by_hand),
	TEST(g9_with_a_thousand_waiting_the_cursor_waits_and_others_do_not),
	TEST(g10_after_the_last_try_a_range_is_sent_again),
	TEST(g13_an_orders_own_url_is_told_and_told_again),
	TEST(one_dead_origin_does_not_delay_other_orders),
	TEST(k10_two_couriers_send_each_event_once),
	TEST(what_is_stopped_in_between_is_sent_after_the_start),
	TEST(a_disabled_endpoint_stands_still_and_goes_on),
	TEST(a_transfer_is_sent_to_who_names_it),
	TEST(a_parked_merchant_is_left_alone),
	TEST(nothing_is_sent_unsigned),
};

TAP_MAIN(TESTS)
