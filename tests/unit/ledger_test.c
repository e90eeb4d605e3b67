/* ledger_test.c - the rules of double entry. */
#include "core/ledger.h"

#include "sys/rand.h"

#include "tap.h"

static struct account account(enum holder_rule rule, int64_t balance)
{
	return (struct account){ .id = 1, .asset = 5, .rule = rule, .balance = balance };
}

static void nobody_gives_what_is_not_there(void)
{
	static const struct {
		enum holder_rule rule;
		int64_t balance, held, credit, amount;
		enum posting_force force;
		bool frozen;
		enum err want;
	} CASES[] = {
		{ RULE_MEMBER, 10, 0, 0, 10, FORCE_NONE, false, ERR_OK },
		{ RULE_MEMBER, 10, 0, 0, 11, FORCE_NONE, false, ERR_INSUFFICIENT },
		{ RULE_MEMBER, 10, 5, 0, 6, FORCE_NONE, false, ERR_INSUFFICIENT },
		{ RULE_MEMBER, 10, 0, 5, 15, FORCE_NONE, false, ERR_OK },
		{ RULE_MEMBER, 10, 0, 5, 16, FORCE_NONE, false, ERR_INSUFFICIENT },
		{ RULE_MEMBER, 10, 0, 0, 11, FORCE_FACT, false, ERR_OK },
		{ RULE_MEMBER, 10, 0, 0, 1, FORCE_NONE, true, ERR_FROZEN },
		{ RULE_MEMBER, 10, 0, 0, 1, FORCE_FACT, true, ERR_OK },
		{ RULE_SYSTEM, 0, 0, 0, 1, FORCE_NONE, false, ERR_INSUFFICIENT },
		{ RULE_SYSTEM, 0, 0, 0, 1, FORCE_FACT, false, ERR_OK },
		{ RULE_CENTRAL, 0, 0, 0, 1, FORCE_ISSUE, false, ERR_OK },
		{ RULE_OUTSIDE, 0, 0, 0, 1, FORCE_NONE, false, ERR_OK },
		{ RULE_EXPIRED, 0, 0, 0, 1, FORCE_NONE, false, ERR_INSUFFICIENT },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct account from = account(CASES[i].rule, CASES[i].balance);
		struct account to = account(RULE_MEMBER, 0);
		bool fine = CASES[i].want == ERR_OK;

		printf("# case %zu\n", i);
		from.held = CASES[i].held;
		from.credit_limit = CASES[i].credit;
		from.frozen = CASES[i].frozen;
		EXPECT_ERR(CASES[i].want, ledger_apply(POSTING_TRANSFER, CASES[i].force, &from, &to,
						       CASES[i].amount));
		EXPECT_INT(CASES[i].balance - (fine ? CASES[i].amount : 0), from.balance);
		EXPECT_INT(fine ? CASES[i].amount : 0, to.balance);
		EXPECT_INT(fine, from.version);
	}
}

static void s0_11_i6_balances_stay_exact_and_within_their_range(void)
{
	struct account from = account(RULE_OUTSIDE, -AMOUNT_MAX + 1), to = account(RULE_MEMBER, 0);

	EXPECT_ERR(ERR_OK, ledger_apply(POSTING_TRANSFER, FORCE_NONE, &from, &to, 1));
	EXPECT_INT(-AMOUNT_MAX, from.balance);
	EXPECT_ERR(ERR_AMOUNT_RANGE, ledger_apply(POSTING_TRANSFER, FORCE_NONE, &from, &to, 1));
	from.balance = 0;
	to.balance = AMOUNT_MAX;
	EXPECT_ERR(ERR_AMOUNT_RANGE, ledger_apply(POSTING_TRANSFER, FORCE_FACT, &from, &to, 1));
	EXPECT_INT(AMOUNT_MAX, to.balance);
	EXPECT_ERR(ERR_AMOUNT_RANGE, ledger_apply(POSTING_TRANSFER, FORCE_FACT, &from, &to, 0));
	EXPECT_ERR(ERR_AMOUNT_RANGE,
		   ledger_apply(POSTING_TRANSFER, FORCE_FACT, &from, &to, AMOUNT_MAX + 1));
}

static void two_accounts_of_one_asset(void)
{
	struct account a = account(RULE_MEMBER, 10), b = account(RULE_MEMBER, 0);

	EXPECT_ERR(ERR_SAME_ACCOUNT, ledger_apply(POSTING_TRANSFER, FORCE_NONE, &a, &a, 1));
	b.asset = 6;
	EXPECT_ERR(ERR_INVALID, ledger_apply(POSTING_TRANSFER, FORCE_NONE, &a, &b, 1));
	EXPECT_INT(10, a.balance);
}

static void s0_10_holds_count_as_spent_and_never_draw_on_credit(void)
{
	struct account a = account(RULE_MEMBER, 10), b = account(RULE_MEMBER, 0);

	a.credit_limit = 5;
	EXPECT_ERR(ERR_INSUFFICIENT, ledger_apply(POSTING_HOLD, FORCE_NONE, &a, NULL, 11));
	EXPECT_ERR(ERR_OK, ledger_apply(POSTING_HOLD, FORCE_NONE, &a, NULL, 8));
	EXPECT_INT(7, account_available(&a));
	EXPECT_ERR(ERR_INSUFFICIENT, ledger_apply(POSTING_HOLD, FORCE_NONE, &a, NULL, 3));
	EXPECT_ERR(ERR_OK, ledger_apply(POSTING_CAPTURE, FORCE_NONE, &a, &b, 5));
	EXPECT_ERR(ERR_OK, ledger_apply(POSTING_RELEASE, FORCE_NONE, &a, NULL, 3));
	EXPECT_INT(5, a.balance);
	EXPECT_INT(0, a.held);
	EXPECT_INT(5, b.balance);
	EXPECT_INT(4 - 1, a.version);
}

static void x_01_whatever_is_posted_adds_up_to_nothing(void)
{
	struct rand *rand = rand_seeded(7);
	struct account all[4] = { account(RULE_CENTRAL, 0), account(RULE_SYSTEM, 0),
				  account(RULE_MEMBER, 0), account(RULE_OUTSIDE, 0) };

	for (int i = 0; i < 100000; i++) {
		struct account *from = &all[rand_below(rand, 4)], *to = &all[rand_below(rand, 4)];
		enum posting_force force = (enum posting_force)rand_below(rand, 3);
		int64_t sum = 0;

		(void)!ledger_apply(POSTING_TRANSFER, force, from, to,
				    (int64_t)rand_below(rand, AMOUNT_MAX / 8));
		for (int k = 0; k < 4; k++)
			sum += all[k].balance;
		EXPECT_INT(0, sum);
	}
	rand_free(rand);
}

static void s0_07_holders_are_read_strictly(void)
{
	static const char *const GOOD[] = { "user:1001", "system", "central", "shop:a.b_c@d-e",
					    "channel:main" };
	static const char *const BAD[] = { "",     "user",     "user:",  "User:1",  "system:0",
					   "1u:1", "user:a/b", "user:é", "user: 1", ":1" };
	char kind[HOLDER_KIND_MAX + 1];

	for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++)
		EXPECT_ERR(ERR_OK, holder_read(str_of(GOOD[i]), kind));
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		EXPECT_ERR(ERR_INVALID, holder_read(str_of(BAD[i]), kind));
}

static const struct tap_test TESTS[] = {
	TEST(nobody_gives_what_is_not_there),
	TEST(s0_11_i6_balances_stay_exact_and_within_their_range),
	TEST(two_accounts_of_one_asset),
	TEST(s0_10_holds_count_as_spent_and_never_draw_on_credit),
	TEST(x_01_whatever_is_posted_adds_up_to_nothing),
	TEST(s0_07_holders_are_read_strictly),
};

TAP_MAIN(TESTS)
