/* order_test.c - the steps of orders and attempts, and when a channel is asked again. */
#include "core/action.h"
#include "core/order.h"

#include "tap.h"

static void attempts_are_asked_for_on_the_published_schedule(void)
{
	static const int64_t WANT[] = { 5, 10, 20, 30, 60, 120, 180 };
	int64_t now = 1000000, created = now, ends = now + 200 * 1000;

	for (size_t i = 0; i < sizeof(WANT) / sizeof(WANT[0]); i++) {
		now = attempt_next_query(created, ends, now);
		EXPECT_INT(created + WANT[i] * 1000, now);
	}
	now = attempt_next_query(created, ends, now);
	EXPECT_INT(ends + 5000, now);
	now = attempt_next_query(created, ends, now);
	EXPECT_INT(ends + 60000, now);
	now = attempt_next_query(created, ends, now);
	EXPECT_INT(ends + 600000, now);
	EXPECT_INT(-1, attempt_next_query(created, ends, now));
}

static void c7_barcodes_are_asked_for_to_their_end_and_then_cancelled(void)
{
	static const struct {
		int64_t every_s, until_s;
		int queries;
	} CASES[] = { { 5, 60, 12 }, { 10, 45, 5 }, { 10, 300, 30 } };

	for (size_t c = 0; c < sizeof(CASES) / sizeof(CASES[0]); c++) {
		int64_t every = CASES[c].every_s * 1000, until = 1000 + CASES[c].until_s * 1000;
		int64_t now = 1000;

		for (int i = 1; i <= CASES[c].queries; i++) {
			bool last = i == CASES[c].queries;

			EXPECT_INT(last ? until : 1000 + i * every,
				   barcode_next_query(1000, every, until, now));
			/* The same wherever one stands between two of them. */
			EXPECT_INT(last ? until : 1000 + i * every,
				   barcode_next_query(1000, every, until, now + 1));
			now = last ? until : 1000 + i * every;
		}
		EXPECT_INT(-1, barcode_next_query(1000, every, until, now));
		EXPECT_INT(-1, barcode_next_query(1000, every, until, now + 86400000));
	}
}

static void f4_refunds_are_asked_for_until_they_are_final(void)
{
	static const int64_t WANT[] = { 10, 30, 60, 300, 600, 2400, 4200 };
	int64_t now = 5000;

	for (size_t i = 0; i < sizeof(WANT) / sizeof(WANT[0]); i++) {
		now = refund_next_query(5000, now);
		EXPECT_INT(5000 + WANT[i] * 1000, now);
	}
}

static void only_open_orders_in_time_are_paid(void)
{
	struct order o = { .status = ORDER_OPEN, .expires_at = 1000 };

	EXPECT_ERR(ERR_OK, order_payable(&o, 999));
	EXPECT_ERR(ERR_ORDER_CLOSED, order_payable(&o, 1000));
	o.status = ORDER_CLOSING;
	EXPECT_ERR(ERR_ORDER_CLOSED, order_payable(&o, 1));
	o.status = ORDER_CLOSED;
	EXPECT_ERR(ERR_ORDER_CLOSED, order_payable(&o, 1));
	o.status = ORDER_PAID;
	EXPECT_ERR(ERR_ORDER_PAID, order_payable(&o, 1));
}

static void a_superseded_attempt_is_open_but_not_live(void)
{
	static const struct {
		enum attempt_status status;
		bool open, live;
	} CASES[] = {
		{ ATTEMPT_CREATED, true, true },  { ATTEMPT_PENDING, true, true },
		{ ATTEMPT_UNKNOWN, true, true },  { ATTEMPT_SUPERSEDED, true, false },
		{ ATTEMPT_PAID, false, false },   { ATTEMPT_FAILED, false, false },
		{ ATTEMPT_CLOSED, false, false },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct attempt a = { .status = CASES[i].status };

		EXPECT_INT(CASES[i].open, attempt_open(&a));
		EXPECT_INT(CASES[i].live, attempt_live(&a));
	}
}

static void actions_say_what_suits_them_and_whom_they_credit(void)
{
	char holder[HOLDER_MAX + 1];
	struct order o = { .user = "7" };

	EXPECT_ERR(ERR_OK, action_check(&o));
	action_credit(&o, holder);
	EXPECT_STR("system", holder);
	EXPECT_ERR(ERR_OK, str_copy(o.action, sizeof(o.action), STR("wallet.topup")));
	EXPECT_ERR(ERR_OK, action_check(&o));
	action_credit(&o, holder);
	EXPECT_STR("user:7", holder);
	o.user[0] = '\0';
	EXPECT_ERR(ERR_INVALID, action_check(&o));
	EXPECT_ERR(ERR_OK, str_copy(o.user, sizeof(o.user), STR("7")));
	EXPECT_ERR(ERR_OK, str_copy(o.action_args, sizeof(o.action_args), STR("{\"x\":1}")));
	EXPECT_ERR(ERR_INVALID, action_check(&o));
	EXPECT_ERR(ERR_OK, str_copy(o.action, sizeof(o.action), STR("wallet.teleport")));
	EXPECT_ERR(ERR_ACTION_UNKNOWN, action_check(&o));
}

static const struct tap_test TESTS[] = {
	TEST(attempts_are_asked_for_on_the_published_schedule),
	TEST(c7_barcodes_are_asked_for_to_their_end_and_then_cancelled),
	TEST(f4_refunds_are_asked_for_until_they_are_final),
	TEST(only_open_orders_in_time_are_paid),
	TEST(a_superseded_attempt_is_open_but_not_live),
	TEST(actions_say_what_suits_them_and_whom_they_credit),
};

TAP_MAIN(TESTS)
