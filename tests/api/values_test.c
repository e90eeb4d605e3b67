/* Values below the ledger's routes: digests, slices, names of accounts, who moves what. */
#include "app/account.h"
#include "app/list.h"
#include "app/request_key.h"
#include "core/transfer.h"
#include "sys/crypto.h"

#include "tap.h"

/* Each field with its type and length: nothing can slide from one into the next. */
static struct digest digest_of(const char *what, const char *a, const char *b, int64_t n)
{
	struct digest_run *d = digest_begin(what);

	digest_text(d, a);
	digest_text(d, b);
	digest_integer(d, n);
	return digest_end(d);
}

static void two_asks_share_no_digest(void)
{
	crypto_start();

	const struct digest all[] = {
		digest_of("t", "ab", "c", 1),  digest_of("t", "a", "bc", 1),
		digest_of("t", "abc", "", 1),  digest_of("t", "", "abc", 1),
		digest_of("t", "ab", "c", -1), digest_of("t", "ab", "c", 256),
		digest_of("ta", "b", "c", 1),
	};
	const size_t n = sizeof(all) / sizeof(all[0]);
	struct digest again = digest_of("t", "ab", "c", 1);

	EXPECT(memcmp(&again, &all[0], sizeof(again)) == 0);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			EXPECT(memcmp(&all[i], &all[j], sizeof(all[i])) != 0);
}

static void keys_have_an_alphabet_and_a_length(void)
{
	char text[REQUEST_KEY_MAX + 2];

	memset(text, 'k', sizeof(text) - 1);
	text[REQUEST_KEY_MAX + 1] = '\0';
	EXPECT_ERR(ERR_KEY_FORM, request_key_check(text, "request_id"));
	EXPECT_STR("request_id", err_param());
	EXPECT_ERR(ERR_OK, request_key_check(text + 1, "request_id"));
	EXPECT_ERR(ERR_OK, request_key_check("AZaz09._:-", "request_id"));
	EXPECT_ERR(ERR_KEY_FORM, request_key_check("", "request_id"));
	EXPECT_ERR(ERR_KEY_FORM, request_key_check("a/b", "request_id"));
	EXPECT_ERR(ERR_KEY_FORM, request_key_check("七", "request_id"));
}

static void a_slice_keeps_its_limit_and_its_order(void)
{
	struct list_ask ask = { .limit = 3 };
	int forward[] = { 1, 2, 3, 4 }, backward[] = { 9, 8, 7, 6 }, few[] = { 9, 8 };
	size_t n = 4;

	EXPECT(list_close(&ask, forward, sizeof(int), &n));
	EXPECT(n == 3 && forward[0] == 1 && forward[2] == 3);
	ask.backward = true;
	n = 4;
	EXPECT(list_close(&ask, backward, sizeof(int), &n));
	EXPECT(n == 3 && backward[0] == 7 && backward[1] == 8 && backward[2] == 9);
	n = 2;
	EXPECT(!list_close(&ask, few, sizeof(int), &n));
	EXPECT(n == 2 && few[0] == 8 && few[1] == 9);
	n = 0;
	EXPECT(!list_close(&ask, few, sizeof(int), &n));
}

static void s0_07_names_of_accounts_are_read_or_refused(void)
{
	static const char *const WRONG[] = { "",
					     "/",
					     "user:1",
					     "user:1/",
					     "/gold",
					     "user/gold",
					     "user:0/gold",
					     "shop:0/gold",
					     "system:1/gold",
					     "user:1/g/h",
					     "user:1 /gold" };
	struct account_name name;

	EXPECT_ERR(ERR_OK, account_name_read(STR("user:a.B_9@x-1/gold_2"), "from", &name));
	EXPECT_STR("user:a.B_9@x-1", name.holder);
	EXPECT_STR("gold_2", name.asset);
	EXPECT_ERR(ERR_OK, account_name_read(STR("system/cny"), "from", &name));
	EXPECT_ERR(ERR_OK, account_name_read(STR("user:00/gold"), "from", &name));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++) {
		printf("# %s\n", WRONG[i]);
		EXPECT_ERR(ERR_INVALID, account_name_read(str_of(WRONG[i]), "from", &name));
		EXPECT_STR("from", err_param());
	}
}

static void merchants_move_members_and_system_only(void)
{
	static const struct {
		const char *from, *to, *fault; /* fault NULL: allowed */
	} CASES[] = {
		{ "user", "user", NULL },         { "user", "system", NULL },
		{ "system", "shop", NULL },       { "user", "central", NULL },
		{ "system", "central", NULL },    { "central", "user", "from" },
		{ "channel", "user", "from" },    { "user", "channel", "to" },
		{ "payout", "user", "from" },     { "user", "payout", "to" },
		{ "fee", "user", "from" },        { "user", "fee", "to" },
		{ "suspense", "user", "from" },   { "user", "suspense", "to" },
		{ "expired", "user", "from" },    { "user", "expired", "to" },
		{ "central", "channel", "from" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		enum err want = CASES[i].fault == NULL ? ERR_OK : ERR_FORBIDDEN;

		printf("# %s to %s\n", CASES[i].from, CASES[i].to);
		EXPECT_ERR(want, transfer_allowed(str_of(CASES[i].from), str_of(CASES[i].to)));
		if (want != ERR_OK)
			EXPECT_STR(CASES[i].fault, err_param());
	}
}

static const struct tap_test TESTS[] = {
	TEST(two_asks_share_no_digest),
	TEST(keys_have_an_alphabet_and_a_length),
	TEST(a_slice_keeps_its_limit_and_its_order),
	TEST(s0_07_names_of_accounts_are_read_or_refused),
	TEST(merchants_move_members_and_system_only),
};

TAP_MAIN(TESTS)
