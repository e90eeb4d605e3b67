/* kinds_test.c - the jobs that keep the house: old answers and holds whose time is over. */
#include "app/event_put.h"
#include "app/idempotency.h"
#include "job/kinds.h"
#include "job/scheduler.h"

#include "tap.h"
#include "world.h"

enum { GOLD = 5, DAY = 24 * 3600 * 1000 };

static void wake(void *self, int64_t merchant, unsigned news)
{
	(void)merchant;
	if (news & NEWS_JOBS)
		scheduler_wake(self);
}

static struct scheduler *begin(struct world *w, const struct job_kind_def *const *kinds)
{
	struct scheduler_options o = { .kinds = kinds, .workers = 2 };
	struct scheduler *s;

	CHECK(scheduler_start(&w->services, &o, &s) == ERR_OK);
	store_listen(w->services.store, wake, s);
	return s;
}

static enum err add_merchant(struct tx *tx, const void *ask, void *answer)
{
	(void)ask;
	(void)answer;
	TX_PUT(tx, 1,
	       "insert into merchant (merchant_id, name, livemode, created_at) values ($1, 'm', 0, "
	       "1)",
	       V_I(tx_merchant(tx)));
	TX_PUT(tx, 1,
	       "insert into asset (merchant_id, id, code, name, kind, scale, created_at) "
	       "values ($1, $2, 'gold', 'gold', 2, 0, 1)",
	       V_I(tx_merchant(tx)), V_I(GOLD));
	return ERR_OK;
}

/* --- old answers --- */

struct key_ask {
	int first, last;
	int64_t at;
};

static enum err add_keys(struct tx *tx, const void *ask, void *answer)
{
	const struct key_ask *a = ask;

	(void)answer;
	for (int i = a->first; i <= a->last; i++) {
		char key[16];

		(void)snprintf(key, sizeof(key), "k%d", i);
		TX_PUT(tx, 1,
		       "insert into idempotency_key (merchant_id, app_id, key, digest, created_at) "
		       "values ($1, 1, $2, $3, $4)",
		       V_I(tx_merchant(tx)), V_T(key), V_B("x", 1), V_I(a->at));
	}
	return ERR_OK;
}

static void old_answers_go_and_young_ones_stay(void)
{
	static const struct job_kind_def *const KINDS[] = { &KIND_SWEEP, NULL };
	struct world w;
	struct scheduler *s;
	struct key_ask old, young;

	world_begin(&w);
	CHECK(store_write(w.services.store, MERCHANT, add_merchant, NULL, NULL) == ERR_OK);
	old = (struct key_ask){ 1, 1200, world_now(&w) - IDEMPOTENCY_MS };
	young = (struct key_ask){ 1201, 1210, world_now(&w) - IDEMPOTENCY_MS + DAY };
	CHECK(store_write(w.services.store, MERCHANT, add_keys, &old, NULL) == ERR_OK);
	CHECK(store_write(w.services.store, MERCHANT, add_keys, &young, NULL) == ERR_OK);
	s = begin(&w, KINDS);
	UNTIL(world_number(&w, "select count(*) from idempotency_key") == 10);
	/* It comes again by itself, and a second start makes no second one. */
	UNTIL(world_number(&w, "select due_at > created_at from job"));
	scheduler_stop(s);
	s = begin(&w, KINDS);
	world_clock_set(&w, 2 * (int64_t)DAY);
	UNTIL(world_number(&w, "select count(*) from idempotency_key") == 0);
	scheduler_stop(s);
	EXPECT_INT(1, world_number(&w, "select count(*) from job"));
	world_end(&w);
}

/* --- holds --- */

struct held {
	int64_t hold, expires_in;
};

static enum err hold_gold(struct tx *tx, const void *ask, void *answer)
{
	const struct held *a = ask;
	struct account *central, *user;
	struct transfer row;
	int64_t *id = answer;

	TRY(tx_account(tx, STR("central"), GOLD, &central));
	TRY(tx_account(tx, STR("user:7"), GOLD, &user));
	TRY(tx_post(tx,
		    &(struct posting){ .kind = POSTING_TRANSFER,
				       .force = FORCE_ISSUE,
				       .from = central,
				       .to = user,
				       .amount = 500,
				       .reason = 1001,
				       .request_id = "",
				       .ref = "",
				       .memo = "" },
		    NULL));
	TRY(tx_post(tx,
		    &(struct posting){ .kind = POSTING_HOLD,
				       .from = user,
				       .amount = 300,
				       .reason = 300001,
				       .request_id = "",
				       .ref = "",
				       .memo = "" },
		    &row));
	*id = row.id;
	TX_PUT(tx, 1,
	       "insert into hold (merchant_id, id, account_id, amount, captured, expires_at, "
	       "app_id, "
	       "reason, created_at) values ($1, $2, $3, 300, 0, $4, 9, 300001, $5)",
	       V_I(tx_merchant(tx)), V_I(row.id), V_I(user->id), V_I(tx_now(tx) + a->expires_in),
	       V_I(tx_now(tx)));
	/* Due at once: the job finds out itself when its time is over. */
	job_put(tx, JOB_HOLD_EXPIRE, row.id, tx_now(tx), 0, 0);
	return ERR_OK;
}

static enum err read_user(struct tx *tx, const void *ask, void *answer)
{
	struct account *user;

	(void)ask;
	TRY(tx_account(tx, STR("user:7"), GOLD, &user));
	*(struct account *)answer = *user;
	return ERR_OK;
}

static void a_hold_is_given_back_when_its_time_is_over(void)
{
	static const struct job_kind_def *const KINDS[] = { &KIND_HOLD_EXPIRE, NULL };
	struct held ask = { .expires_in = 600000 };
	struct account user;
	struct world w;
	struct scheduler *s;
	int64_t id;

	world_begin(&w);
	CHECK(store_write(w.services.store, MERCHANT, add_merchant, NULL, NULL) == ERR_OK);
	s = begin(&w, KINDS);
	CHECK(store_write(w.services.store, MERCHANT, hold_gold, &ask, &id) == ERR_OK);
	UNTIL(world_number(&w, "select due_at - created_at from job") == 600000);
	CHECK(store_read(w.services.store, MERCHANT, read_user, NULL, &user) == ERR_OK);
	EXPECT_INT(300, user.held);
	world_clock_set(&w, 600000);
	UNTIL(world_number(&w, "select count(*) from job") == 0);
	CHECK(store_read(w.services.store, MERCHANT, read_user, NULL, &user) == ERR_OK);
	EXPECT_INT(0, user.held);
	EXPECT_INT(500, user.balance);
	EXPECT_INT(300, world_number(&w, "select released from hold"));
	EXPECT_INT(1, world_number(&w, "select count(*) from event where type = 'hold.expired' and "
				       "app_id = 9 and body like '%\"account\":\"user:7/gold\"%'"));
	scheduler_stop(s);
	world_end(&w);
}

static const struct tap_test TESTS[] = {
	TEST(old_answers_go_and_young_ones_stay),
	TEST(a_hold_is_given_back_when_its_time_is_over),
};

TAP_MAIN(TESTS)
