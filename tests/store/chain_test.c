/* chain_test.c - the journal's hashes, recomputed from the rows by the tests' own code, and a word
 * for everything that is changed by hand.
 */
#include "audit.h"
#include "kit.h"

#include "tap.h"

static enum err all_kinds(struct tx *tx, const void *ask, void *answer)
{
	struct posting p = { .reason = 1102,
			     .app = 3,
			     .request_id = "order.1:pay",
			     .amount = 7,
			     .ref = "ref",
			     .memo = "一句中文",
			     .group = 11 };
	struct transfer hold;
	struct account *user, *shop;

	(void)ask;
	(void)answer;
	TRY(tx_account(tx, STR("user:1"), GOLD, &user));
	TRY(tx_account(tx, STR("shop:1"), GOLD, &shop));
	p.from = user;
	p.to = shop;
	p.kind = POSTING_HOLD;
	TRY(tx_post(tx, &p, &hold));
	p.cause = hold.id;
	p.kind = POSTING_CAPTURE;
	p.amount = 4;
	p.request_id = p.ref = "";
	TRY(tx_post(tx, &p, NULL));
	p.kind = POSTING_RELEASE;
	p.amount = 3;
	TRY(tx_post(tx, &p, NULL));
	p.kind = POSTING_REVERSAL;
	p.from = shop;
	p.to = user;
	p.amount = 1;
	p.memo = "";
	return tx_post(tx, &p, NULL);
}

static struct temp_dir some_books(void)
{
	struct temp_dir d = begin(NULL);
	struct move m = { "central", "user:1", 1000, FORCE_ISSUE, NULL, 0, 0 };
	struct moved out = { 0 };

	CHECK(write_move(&m) == ERR_OK);
	CHECK(store_write(store, OTHER, move, &m, &out) == ERR_OK);
	CHECK(store_write(store, MERCHANT, all_kinds, NULL, NULL) == ERR_OK);
	CHECK(store_write(store, OTHER, all_kinds, NULL, NULL) == ERR_OK);
	m = (struct move){ "user:1", "system", 5, FORCE_NONE, "k1", 0, 0 };
	CHECK(write_move(&m) == ERR_OK);
	return d;
}

static void every_batch_hash_is_what_journal_md_says(void)
{
	struct temp_dir d = some_books();
	struct audit *a = audit_begin(d.path);

	EXPECT_STR("", a->fault);
	EXPECT_INT(11, a->transfers);
	EXPECT_INT(5, a->batches);
	audit_end(a);
	EXPECT_INT(1000 - 4 + 1 - 5, balance_of("user:1"));
	again(&d);
	EXPECT_ERR(ERR_OK, issue(1));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

static void copy_file(const char *from, const char *to)
{
	static char bytes[1 << 20];
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");

	EXPECT(in && out);
	size_t n = fread(bytes, 1, sizeof(bytes), in);

	EXPECT(n > 0 && n < sizeof(bytes));
	EXPECT_INT(n, fwrite(bytes, 1, n, out));
	EXPECT_INT(0, fclose(in));
	EXPECT_INT(0, fclose(out));
}

/* A judge who finds nothing proves nothing: each of these must be found. */
static void i7_each_change_by_hand_is_found(void)
{
	static const char *const CHANGES[] = {
		"update transfer set at = at + 1 where kind = 2",
		"update transfer set kind = 5 where kind = 1",
		"update transfer set asset_id = 6 where kind = 2",
		"update transfer set amount = amount + 1 where kind = 3",
		"update transfer set from_balance = from_balance + 1 where kind = 5",
		"update transfer set from_held = 1 where kind = 5",
		"update transfer set from_version = from_version + 1 where kind = 4",
		"update transfer set from_previous = 0 where kind = 4",
		"update transfer set to_balance = to_balance + 1 where kind = 5",
		"update transfer set to_held = 1 where kind = 5",
		"update transfer set to_version = 9 where kind = 5",
		"update transfer set to_previous = 0 where kind = 5",
		"update transfer set batch = 1 where kind = 5",
		"update transfer set cause = 1 where kind = 3",
		"update transfer set app_id = 4 where kind = 2",
		"update transfer set request_id = 'order.2:pay' where kind = 2",
		"update transfer set request_id = null where kind = 2",
		"update transfer set reason = 1103 where kind = 2",
		"update transfer set ref = 'Ref' where kind = 2",
		"update transfer set ref = memo, memo = ref where kind = 2",
		"update transfer set memo = '一句英文' where kind = 2",
		"update transfer set group_id = 12 where kind = 3",
		"update transfer set date = date + 1 where kind = 4",
		"update transfer set merchant_id = 79 where merchant_id = 78",
		"delete from transfer where kind = 5",
		"delete from transfer where id = (select max(id) from transfer)",
		"delete from batch where number = 1",
		"delete from batch where number = 3",
		"update batch set hash = zeroblob(32) where number = 1",
		"update batch set previous = zeroblob(32) where number = 2",
		"update batch set at = at + 1 where number = 2",
		"update batch set count = count + 1 where number = 2",
		"update batch set first_transfer = first_transfer + 1 where number = 2",
		"update batch set format = 2 where number = 2",
		"update account set balance = balance + 1 where holder = 'user:1'",
		"update account set held = 1 where holder = 'user:1'",
		"update account set version = 99 where holder = 'user:1'",
		"update account set last_transfer = 99 where holder = 'user:1'",
		"update account set asset_id = 99 where holder = 'user:1'",
		"delete from account where holder = 'user:1'",
		"update book set batch = batch + 1",
		"update book set chain_head = zeroblob(32)",
		"update book set last_id = 5",
		"delete from transfer where request_id = 'k1'",
	};
	struct temp_dir d = some_books();
	char from[300], to[300];

	store_close(store);
	store = NULL;
	EXPECT_STR("", audit(d.path));
	(void)snprintf(from, sizeof(from), "%s/tael.db", d.path);
	(void)snprintf(to, sizeof(to), "%s/kept.db", d.path);
	for (size_t i = 0; i < sizeof(CHANGES) / sizeof(CHANGES[0]); i++) {
		CALL(copy_file(from, to));
		sql_do(d.path, CHANGES[i]);
		if (audit(d.path)[0] == '\0')
			NOTE("%s", CHANGES[i]);
		EXPECT(audit(d.path)[0] != '\0');
		CALL(copy_file(to, from));
	}
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

static const struct tap_test TESTS[] = {
	TEST(every_batch_hash_is_what_journal_md_says),
	TEST(i7_each_change_by_hand_is_found),
};

int main(int argc, char **argv)
{
	crypto_start();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
