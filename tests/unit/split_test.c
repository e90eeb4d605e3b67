/* split_test.c - what wallets are worth, and how a refund goes back over the legs. */
#include "core/split.h"

#include "sys/rand.h"

#include "tap.h"

static struct leg leg(int64_t amount, int64_t worth)
{
	return (struct leg){ .kind = LEG_WALLET, .amount = amount, .worth = worth };
}

static void wallets_are_worth_whole_fen_within_their_share(void)
{
	static const struct {
		struct pay_rate rate;
		int64_t amount, order, worth;
		enum err want;
	} CASES[] = {
		{ { 1, 1, 50 }, 200, 1000, 200, ERR_OK },
		{ { 100, 1, 100 }, 500, 1000, 5, ERR_OK },
		{ { 1, 1, 50 }, 500, 1000, 500, ERR_OK },
		{ { 1, 1, 50 }, 501, 1000, 0, ERR_WALLET_SHARE },
		{ { 1, 1, 100 }, 1001, 1000, 0, ERR_WALLET_COVER },
		{ { 100, 1, 100 }, 150, 1000, 0, ERR_WALLET_COVER },
		{ { 100, 1, 100 }, 0, 1000, 0, ERR_WALLET_COVER },
		{ { 0, 0, 100 }, 100, 1000, 0, ERR_WALLET_COVER },
		{ { 1, AMOUNT_MAX, 100 }, AMOUNT_MAX, AMOUNT_MAX, 0, ERR_WALLET_COVER },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		int64_t worth = 0;

		printf("# case %zu\n", i);
		EXPECT_ERR(CASES[i].want,
			   wallet_worth(&CASES[i].rate, CASES[i].amount, CASES[i].order, &worth));
		EXPECT_INT(CASES[i].worth, worth);
	}
}

static void e7_ties_go_to_the_first_leg(void)
{
	struct leg legs[2] = { leg(333, 333), leg(667, 667) };
	struct refund_part parts[2];

	EXPECT_ERR(ERR_OK, refund_split(legs, 2, 500, parts));
	EXPECT_INT(167, parts[0].worth);
	EXPECT_INT(333, parts[1].worth);
}

static void f12_refunds_of_nothing_and_of_too_much(void)
{
	struct leg legs[1] = { leg(100, 100) };
	struct refund_part parts[1] = { { -1, -1 } };

	EXPECT_ERR(ERR_AMOUNT_RANGE, refund_split(legs, 1, 0, parts));
	EXPECT_ERR(ERR_AMOUNT_RANGE, refund_split(legs, 1, -1, parts));
	EXPECT_ERR(ERR_REFUND_EXCEEDS_PAID, refund_split(legs, 1, 101, parts));
	legs[0].refunding_worth = 60;
	EXPECT_ERR(ERR_REFUND_EXCEEDS_PAID, refund_split(legs, 1, 41, parts));
	EXPECT_ERR(ERR_OK, refund_split(legs, 1, 40, parts));
}

/* Takes one refund off the legs; false when a part is more than what is left. */
static bool take(struct leg *legs, size_t n, int64_t fen, const struct refund_part *parts)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (parts[i].worth < 0 || parts[i].amount < 0 ||
		    parts[i].worth > leg_left_worth(&legs[i]) ||
		    parts[i].amount > leg_left_amount(&legs[i]))
			return false;
		legs[i].refunded_worth += parts[i].worth;
		legs[i].refunded_amount += parts[i].amount;
		sum += parts[i].worth;
	}
	return sum == fen;
}

static void e7_any_refunds_clear_every_leg_to_zero(void)
{
	struct rand *rand = rand_seeded(20261122);

	for (int round = 0; round < 10000; round++) {
		struct refund_part parts[LEGS_MAX];
		struct leg legs[LEGS_MAX];
		size_t n = 1 + (size_t)rand_below(rand, LEGS_MAX);
		int64_t left = 0;

		for (size_t i = 0; i < n; i++) {
			legs[i] = leg(1 + (int64_t)rand_below(rand, 100000),
				      1 + (int64_t)rand_below(rand, 1000));
			left += legs[i].worth;
		}
		while (left > 0) {
			int64_t fen = 1 + (int64_t)rand_below(rand, (uint64_t)left);

			EXPECT_ERR(ERR_OK, refund_split(legs, n, fen, parts));
			EXPECT(take(legs, n, fen, parts));
			left -= fen;
		}
		for (size_t i = 0; i < n; i++) {
			EXPECT_INT(0, leg_left_worth(&legs[i]));
			EXPECT_INT(0, leg_left_amount(&legs[i]));
		}
	}
	rand_free(rand);
}

static const struct tap_test TESTS[] = {
	TEST(wallets_are_worth_whole_fen_within_their_share),
	TEST(e7_ties_go_to_the_first_leg),
	TEST(f12_refunds_of_nothing_and_of_too_much),
	TEST(e7_any_refunds_clear_every_leg_to_zero),
};

TAP_MAIN(TESTS)
