/* attempt_row.c - attempts and their legs in their tables. */
#include "app/order_row.h"

#include "base/check.h"

#include <string.h>

#define ATTEMPT_COLUMNS                                                                           \
	"id, order_id, app_id, method, status, channel_account, number, channel_fen, auth_hash, " \
	"openid, client_ip, return_url, action_type, error_code, error_text, queries, "           \
	"cancelled_at, created_at, expires_at, ended_at"

static bool read_attempt(struct rows *r, struct attempt *a);
static enum err read_legs(struct tx *tx, struct attempt *a);
static void leg_insert(struct tx *tx, const struct attempt *a, size_t position);

enum err attempt_get(struct tx *tx, int64_t id, struct attempt *out)
{
	struct rows r;
	bool found;

	TX_GET(tx, &r, "select " ATTEMPT_COLUMNS " from attempt where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	found = read_attempt(&r, out);
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_NOT_FOUND, "there is no such attempt");
	return read_legs(tx, out);
}

enum err attempt_get_by_number(struct tx *tx, int64_t channel_account, const char *number,
			       struct attempt *out, bool *found)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select " ATTEMPT_COLUMNS " from attempt "
	       "where merchant_id = $1 and channel_account = $2 and number = $3",
	       V_I(tx_merchant(tx)), V_I(channel_account), V_T(number));
	*found = read_attempt(&r, out);
	TRY(rows_end(&r));
	return *found ? read_legs(tx, out) : ERR_OK;
}

static bool read_attempt(struct rows *r, struct attempt *a)
{
	struct str hash;

	if (!rows_next(r))
		return false;
	*a = (struct attempt){
		.id = row_i(r, 0),
		.order = row_i(r, 1),
		.app = row_i(r, 2),
		.status = (enum attempt_status)row_i(r, 4),
		.channel_account = row_i(r, 5),
		.channel_fen = row_i(r, 7),
		.action_type = (int)row_i(r, 12),
		.queries = row_i(r, 15),
		.cancelled_at = row_i(r, 16),
		.created_at = row_i(r, 17),
		.expires_at = row_i(r, 18),
		.ended_at = row_i(r, 19),
	};
	row_text(r, 3, a->method, sizeof(a->method));
	row_text(r, 6, a->number, sizeof(a->number));
	hash = row_s(r, 8);
	CHECK(hash.n == 0 || hash.n == sizeof(a->auth_hash));
	if (hash.n > 0)
		memcpy(a->auth_hash, hash.p, hash.n);
	row_text(r, 9, a->openid, sizeof(a->openid));
	row_text(r, 10, a->client_ip, sizeof(a->client_ip));
	row_text(r, 11, a->return_url, sizeof(a->return_url));
	row_text(r, 13, a->error_code, sizeof(a->error_code));
	row_text(r, 14, a->error_text, sizeof(a->error_text));
	return true;
}

static enum err read_legs(struct tx *tx, struct attempt *a)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select l.kind, l.account_id, l.asset_id, l.amount, l.worth, l.hold_id, "
	       "l.refunding_amount, l.refunding_worth, l.refunded_amount, l.refunded_worth, "
	       "a.holder, s.code from leg l "
	       "join account a on a.merchant_id = l.merchant_id and a.id = l.account_id "
	       "join asset s on s.merchant_id = l.merchant_id and s.id = l.asset_id "
	       "where l.merchant_id = $1 and l.attempt_id = $2 order by l.position",
	       V_I(tx_merchant(tx)), V_I(a->id));
	while (rows_next(&r)) {
		struct leg *l = &a->legs[a->legs_n];

		CHECK(a->legs_n++ < LEGS_MAX);
		*l = (struct leg){
			.kind = (enum leg_kind)row_i(&r, 0),
			.account = row_i(&r, 1),
			.asset = row_i(&r, 2),
			.amount = row_i(&r, 3),
			.worth = row_i(&r, 4),
			.hold = row_i(&r, 5),
			.refunding_amount = row_i(&r, 6),
			.refunding_worth = row_i(&r, 7),
			.refunded_amount = row_i(&r, 8),
			.refunded_worth = row_i(&r, 9),
		};
		row_text(&r, 10, l->holder, sizeof(l->holder));
		row_text(&r, 11, l->asset_code, sizeof(l->asset_code));
	}
	return rows_end(&r);
}

void attempt_insert(struct tx *tx, const struct attempt *a)
{
	static const uint8_t NONE[32];
	bool coded = memcmp(a->auth_hash, NONE, sizeof(NONE)) != 0;

	TX_PUT(tx, 1,
	       "insert into attempt (merchant_id, id, order_id, app_id, method, status, "
	       "channel_account, number, channel_fen, auth_hash, openid, client_ip, return_url, "
	       "created_at, expires_at, ended_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
	       "$11, $12, $13, $14, $15, $16)",
	       V_I(tx_merchant(tx)), V_I(a->id), V_I(a->order), V_I(a->app), V_T(a->method),
	       V_I(a->status), V_ID(a->channel_account), V_OPT(a->number), V_I(a->channel_fen),
	       coded ? V_B(a->auth_hash, sizeof(a->auth_hash)) : V_NULL, V_OPT(a->openid),
	       V_OPT(a->client_ip), V_OPT(a->return_url), V_I(a->created_at), V_I(a->expires_at),
	       V_ID(a->ended_at));
	for (size_t i = 0; i < a->legs_n; i++)
		leg_insert(tx, a, i);
}

static void leg_insert(struct tx *tx, const struct attempt *a, size_t position)
{
	const struct leg *l = &a->legs[position];

	TX_PUT(tx, 1,
	       "insert into leg (merchant_id, attempt_id, position, kind, account_id, asset_id, "
	       "amount, worth, hold_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	       V_I(tx_merchant(tx)), V_I(a->id), V_I((int64_t)position), V_I(l->kind),
	       V_I(l->account), V_I(l->asset), V_I(l->amount), V_I(l->worth), V_ID(l->hold));
}

void attempt_update(struct tx *tx, const struct attempt *a)
{
	TX_PUT(tx, 1,
	       "update attempt set status = $3, error_code = $4, error_text = $5, queries = $6, "
	       "cancelled_at = $7, ended_at = $8 where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(a->id), V_I(a->status), V_OPT(a->error_code),
	       V_OPT(a->error_text), V_I(a->queries), V_ID(a->cancelled_at), V_ID(a->ended_at));
}

void attempt_action_put(struct tx *tx, int64_t attempt, int action_type, struct str action,
			struct str form)
{
	TX_PUT(tx, 1,
	       "update attempt set action_type = $3, action = $4, action_form = $5 "
	       "where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(attempt), V_I(action_type), V_S(action), V_S(form));
}

void leg_update(struct tx *tx, int64_t attempt, size_t position, const struct leg *l)
{
	TX_PUT(tx, 1,
	       "update leg set hold_id = $4, refunding_amount = $5, refunding_worth = $6, "
	       "refunded_amount = $7, refunded_worth = $8 "
	       "where merchant_id = $1 and attempt_id = $2 and position = $3",
	       V_I(tx_merchant(tx)), V_I(attempt), V_I((int64_t)position), V_ID(l->hold),
	       V_I(l->refunding_amount), V_I(l->refunding_worth), V_I(l->refunded_amount),
	       V_I(l->refunded_worth));
}

enum err attempts_open(struct tx *tx, int64_t order, int64_t *ids, size_t max, size_t *n)
{
	struct rows r;

	*n = 0;
	TX_GET(tx, &r,
	       "select id from attempt where merchant_id = $1 and order_id = $2 "
	       "and status in (1, 2, 6, 7) order by id",
	       V_I(tx_merchant(tx)), V_I(order));
	while (rows_next(&r)) {
		if (*n < max)
			ids[(*n)++] = row_i(&r, 0);
	}
	return rows_end(&r);
}
