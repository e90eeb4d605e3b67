/* Looking far back at an account: by its marks, however much it did since. */
#include "app/history.h"
#include "app/transfer.h"
#include "base/id.h"
#include "base/time.h"

#include "ledger_kit.h"

#define ENTRIES "/v1/accounts/user:1/gold/entries?"

enum { FAR = 4000, A_TURN = 100, AS_DATA = 600 };

/* user:1's transfers, oldest first. */
struct far {
	int64_t id, amount; /* with its sign */
};

/* Gives and takes, one by one. */
static enum err post_a_turn(struct tx *tx, const void *ask, void *answer)
{
	struct posting p = { .kind = POSTING_TRANSFER,
			     .force = FORCE_FACT,
			     .reason = 1103,
			     .request_id = "",
			     .ref = "",
			     .memo = "" };
	struct account *user, *channel;
	struct far *far = answer;
	struct asset asset;
	struct transfer t;

	(void)ask;
	TRY(asset_get(tx, STR("gold"), &asset));
	TRY(tx_account(tx, STR("channel:main"), asset.id, &channel));
	TRY(tx_account(tx, STR("user:1"), asset.id, &user));
	for (int i = 0; i < A_TURN; i++) {
		bool gives = i % 5 == 4;

		p.from = gives ? user : channel;
		p.to = gives ? channel : user;
		p.amount = 1 + i % 7;
		TRY(tx_post(tx, &p, &t));
		far[i] = (struct far){ t.id, gives ? -p.amount : p.amount };
	}
	return ERR_OK;
}

/* And many as data. */
static void post_as_data(const struct fixture *f, struct far *far)
{
	static char keys[AS_DATA][16];
	static struct post_result results[AS_DATA];
	static struct post posts[AS_DATA];
	const struct posts all = {
		.rules = transfer_rules, .posts = posts, .n = AS_DATA, .results = results
	};

	for (int i = 0; i < AS_DATA; i++) {
		(void)snprintf(keys[i], sizeof(keys[i]), "far-%d", i);
		posts[i] = (struct post){ .app = f->a.app,
					  .request_id = str_of(keys[i]),
					  .from = STR("system"),
					  .to = STR("user:1"),
					  .asset = STR("gold"),
					  .amount = 1 + i % 3,
					  .reason = 300002 };
	}
	EXPECT_ERR(ERR_OK, store_write(f->services.store, f->a.merchant, tx_transfers, &all, NULL));
	for (int i = 0; i < AS_DATA; i++) {
		EXPECT_INT(ERR_OK, results[i].code);
		far[i] = (struct far){ results[i].id, posts[i].amount };
	}
}

/* Each turn is a commit of its own, and mostly a millisecond of its own. */
static void post_far(const struct fixture *f, struct far *far)
{
	for (int i = 0; i < FAR;) {
		if (i == 2 * A_TURN) {
			CALL(post_as_data(f, far + i));
			i += AS_DATA;
		} else {
			EXPECT_ERR(ERR_OK, store_write(f->services.store, f->a.merchant,
						       post_a_turn, NULL, far + i));
			i += A_TURN;
		}
	}
}

/* Looks for the newest below *ask. */
static enum err seek_below(struct tx *tx, const void *ask, void *answer)
{
	struct history_seek *s = answer;
	struct account *user;
	struct asset asset;

	TRY(asset_get(tx, STR("gold"), &asset));
	TRY(tx_account(tx, STR("user:1"), asset.id, &user));
	*s = (struct history_seek){ .account = user->id,
				    .bound = *(const int64_t *)ask,
				    .at = user->last_transfer,
				    .version = user->version };
	return history_seek(tx, s);
}

static void however_far_back_a_look_takes_few_steps(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	static struct far far[FAR];
	int64_t most = 0;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(post_far(&f, far));
	for (int i = 0; i < FAR; i += i % 1024 < 1020 ? 51 : 1) {
		struct history_seek s;

		EXPECT_ERR(ERR_OK,
			   store_read(f.services.store, f.a.merchant, seek_below, &far[i].id, &s));
		EXPECT_INT(i > 0 ? far[i - 1].id : 0, s.at);
		EXPECT(s.steps <= HISTORY_SEEK_STEPS && HISTORY_SEEK_STEPS < 1100);
		most = s.steps > most ? s.steps : most;
	}
	NOTE("%lld steps at most", (long long)most);
	/* Right above a mark it goes down nearly to the one before. */
	EXPECT(most > 900);
}

static void the_balance_far_back_is_the_sum_until_then(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	static struct far far[FAR];
	char path[200], at[RFC3339_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(post_far(&f, far));
	for (int place = 0; place <= 10; place++) {
		int64_t ms = id_ms(far[place * (FAR - 1) / 10].id), sum = 0, version = 0;

		for (int i = 0; i < FAR && id_ms(far[i].id) <= ms; i++) {
			sum += far[i].amount;
			version++;
		}
		rfc3339_write(ms, at);
		(void)snprintf(path, sizeof(path), "/v1/accounts/user:1/gold?at=%s", at);
		CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
		EXPECT_INT(200, r.wire.status);
		EXPECT_INT(sum, reply_integer(&r, "balance"));
		EXPECT_INT(version, reply_integer(&r, "version"));
		reply_free(&r);
		/* Entries until then begin with the last of them. */
		rfc3339_write(ms + 1, at);
		(void)snprintf(path, sizeof(path), ENTRIES "limit=1&until=%s", at);
		CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
		EXPECT_INT(sum, reply_integer(&r, "data.0.balance"));
		reply_free(&r);
	}
}

static const struct tap_test TESTS[] = {
	TEST(however_far_back_a_look_takes_few_steps),
	TEST(the_balance_far_back_is_the_sum_until_then),
};

TAP_MAIN(TESTS)
