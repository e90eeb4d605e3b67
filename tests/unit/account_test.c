/* account_test.c - what a merchant decides about an account: freezes, limits, closing. */
#include "core/ledger.h"

#include "tap.h"

#define LIMIT 100

static struct account account(enum holder_rule rule, int64_t balance)
{
	return (struct account){ .id = 1, .asset = 5, .rule = rule, .balance = balance };
}

static void s0_06_what_is_given_to_an_account_with_settings(void)
{
	static const struct {
		struct account_settings settings;
		int64_t balance, amount;
		enum posting_kind kind;
		enum posting_force force;
		enum err want;
	} CASES[] = {
		{ { 0 }, 0, AMOUNT_MAX, POSTING_TRANSFER, FORCE_NONE, ERR_OK },
		{ { .frozen = FREEZE_OUT }, 0, 1, POSTING_TRANSFER, FORCE_NONE, ERR_OK },
		{ { .frozen = FREEZE_BOTH }, 0, 1, POSTING_TRANSFER, FORCE_NONE, ERR_FROZEN },
		{ { .frozen = FREEZE_BOTH }, 0, 1, POSTING_TRANSFER, FORCE_ISSUE, ERR_FROZEN },
		{ { .frozen = FREEZE_BOTH }, 0, 1, POSTING_CAPTURE, FORCE_NONE, ERR_FROZEN },
		{ { .frozen = FREEZE_BOTH }, 0, 1, POSTING_TRANSFER, FORCE_FACT, ERR_OK },
		{ { .frozen = FREEZE_BOTH }, 0, 1, POSTING_CAPTURE, FORCE_FACT, ERR_OK },
		{ { .closed = true }, 0, 1, POSTING_TRANSFER, FORCE_NONE, ERR_CLOSED },
		{ { .closed = true }, 0, 1, POSTING_REVERSAL, FORCE_NONE, ERR_CLOSED },
		{ { .closed = true }, 0, 1, POSTING_TRANSFER, FORCE_FACT, ERR_OK },
		{ { .max_balance = LIMIT }, 99, 1, POSTING_TRANSFER, FORCE_NONE, ERR_OK },
		{ { .max_balance = LIMIT },
		  99,
		  2,
		  POSTING_TRANSFER,
		  FORCE_NONE,
		  ERR_BALANCE_LIMIT },
		{ { .max_balance = LIMIT },
		  0,
		  AMOUNT_MAX,
		  POSTING_TRANSFER,
		  FORCE_NONE,
		  ERR_BALANCE_LIMIT },
		{ { .max_balance = LIMIT }, -5, 105, POSTING_TRANSFER, FORCE_NONE, ERR_OK },
		{ { .max_balance = LIMIT },
		  500,
		  1,
		  POSTING_TRANSFER,
		  FORCE_NONE,
		  ERR_BALANCE_LIMIT },
		{ { .max_balance = LIMIT }, 99, 2, POSTING_TRANSFER, FORCE_FACT, ERR_OK },
		{ { .max_balance = AMOUNT_MAX },
		  0,
		  AMOUNT_MAX,
		  POSTING_TRANSFER,
		  FORCE_NONE,
		  ERR_OK },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct account from = account(RULE_OUTSIDE, 0);
		struct account to = account(RULE_MEMBER, CASES[i].balance);
		bool fine = CASES[i].want == ERR_OK;

		printf("# case %zu\n", i);
		from.held = CASES[i].amount;
		to.max_balance = CASES[i].settings.max_balance;
		to.frozen = CASES[i].settings.frozen;
		to.closed = CASES[i].settings.closed;
		EXPECT_ERR(CASES[i].want, ledger_apply(CASES[i].kind, CASES[i].force, &from, &to,
						       CASES[i].amount));
		EXPECT_STR(fine ? "" : "to", fine ? "" : err_param());
		EXPECT_INT(fine ? -CASES[i].amount : 0, from.balance);
		EXPECT_INT(CASES[i].balance + (fine ? CASES[i].amount : 0), to.balance);
		EXPECT_INT(fine, to.version);
	}
}

static void s0_06_what_an_account_with_settings_gives(void)
{
	static const struct {
		struct account_settings settings;
		enum posting_kind kind;
		enum posting_force force;
		enum err want;
	} CASES[] = {
		{ { .frozen = FREEZE_OUT }, POSTING_TRANSFER, FORCE_NONE, ERR_FROZEN },
		{ { .frozen = FREEZE_BOTH }, POSTING_TRANSFER, FORCE_NONE, ERR_FROZEN },
		{ { .frozen = FREEZE_OUT }, POSTING_HOLD, FORCE_NONE, ERR_FROZEN },
		{ { .frozen = FREEZE_OUT }, POSTING_TRANSFER, FORCE_FACT, ERR_OK },
		/* What was set aside before the freeze is still owed. */
		{ { .frozen = FREEZE_BOTH }, POSTING_CAPTURE, FORCE_NONE, ERR_OK },
		{ { .frozen = FREEZE_BOTH }, POSTING_RELEASE, FORCE_NONE, ERR_OK },
		{ { .closed = true }, POSTING_TRANSFER, FORCE_NONE, ERR_CLOSED },
		{ { .closed = true }, POSTING_HOLD, FORCE_NONE, ERR_CLOSED },
		{ { .closed = true, .frozen = FREEZE_OUT },
		  POSTING_TRANSFER,
		  FORCE_NONE,
		  ERR_CLOSED },
		{ { .closed = true }, POSTING_TRANSFER, FORCE_FACT, ERR_OK },
		{ { .max_balance = LIMIT }, POSTING_TRANSFER, FORCE_NONE, ERR_OK },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		bool two = CASES[i].kind != POSTING_HOLD && CASES[i].kind != POSTING_RELEASE;
		struct account from = account(RULE_MEMBER, 10), to = account(RULE_SYSTEM, 0);

		printf("# case %zu\n", i);
		from.held = two && CASES[i].kind != POSTING_CAPTURE ? 0 : 5;
		from.max_balance = CASES[i].settings.max_balance;
		from.frozen = CASES[i].settings.frozen;
		from.closed = CASES[i].settings.closed;
		EXPECT_ERR(CASES[i].want,
			   ledger_apply(CASES[i].kind, CASES[i].force, &from, two ? &to : NULL, 5));
		EXPECT_INT(CASES[i].want == ERR_OK, from.version);
	}
}

static void only_members_accounts_have_settings(void)
{
	static const enum holder_rule OTHERS[] = { RULE_CENTRAL, RULE_OUTSIDE, RULE_SYSTEM,
						   RULE_OPERATED, RULE_EXPIRED };
	struct account a = account(RULE_MEMBER, 3);

	EXPECT_ERR(ERR_OK, account_settable(&a));
	for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
		a.rule = OTHERS[i];
		EXPECT_ERR(ERR_FORBIDDEN, account_settable(&a));
		EXPECT_STR("holder", err_param());
	}
}

static void only_an_account_that_has_nothing_is_closed(void)
{
	struct account a = account(RULE_MEMBER, 0);

	EXPECT_ERR(ERR_OK, account_closable(&a));
	a.balance = -1;
	EXPECT_ERR(ERR_NOT_EMPTY, account_closable(&a));
	a.balance = 0;
	a.held = 1;
	EXPECT_ERR(ERR_NOT_EMPTY, account_closable(&a));
}

static void settings_and_version_are_told(void)
{
	struct account a = account(RULE_MEMBER, 0);
	struct account_settings s;

	a.credit_limit = 1;
	a.max_balance = 2;
	a.frozen = FREEZE_BOTH;
	a.closed = true;
	a.version = 7;
	a.changes = 4;
	s = account_settings(&a);
	EXPECT_INT(1, s.credit_limit);
	EXPECT_INT(2, s.max_balance);
	EXPECT(s.frozen == FREEZE_BOTH && s.closed);
	EXPECT_INT(11, account_version(&a));
}

/* Millions of them are kept in memory. */
static void an_account_stays_small(void)
{
	EXPECT(sizeof(struct account) <= 160);
}

static const struct tap_test TESTS[] = {
	TEST(s0_06_what_is_given_to_an_account_with_settings),
	TEST(s0_06_what_an_account_with_settings_gives),
	TEST(only_members_accounts_have_settings),
	TEST(only_an_account_that_has_nothing_is_closed),
	TEST(settings_and_version_are_told),
	TEST(an_account_stays_small),
};

TAP_MAIN(TESTS)
