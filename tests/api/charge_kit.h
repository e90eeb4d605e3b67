/* charge_kit.h - what tests of charges do first: a price, a reason, money on the app's account. */
#pragma once

#include "app/charge.h"

#include "ledger_kit.h"

#define WEBSERVER "{\"code\":\"webserver\",\"name\":\"网页服务器\",\"unit_price\":100}"
#define DATABASE "{\"code\":\"db\",\"name\":\"数据库\",\"unit_price\":250}"
#define USE                                                                                 \
	"{\"code\":300010,\"name\":\"使用\",\"name_en\":\"use\",\"from\":\"app\",\"to\":" \
	"\"system\"}"
#define RECHARGE                                                                             \
	"{\"code\":300011,\"name\":\"充值\",\"name_en\":\"recharge\",\"from\":\"system\"," \
	"\"to\":\"app\"}"
#define CHARGE(id, items) \
	"{\"request_id\":\"" id "\",\"items\":[" items "],\"reason\":300010,\"memo\":\"m\"}"
#define ITEM(price, quantity) "{\"price\":\"" price "\",\"quantity\":" quantity "}"

/* "app:app_…/cny" */
static inline void app_account(int64_t app, char out[HOLDER_MAX + 8])
{
	charge_holder(app, out);
	(void)snprintf(out + strlen(out), 8, "/cny");
}

static inline void recharge(const struct fixture *f, const struct party *p, int64_t app,
			    const char *request_id, int fen)
{
	char account[HOLDER_MAX + 8], body[400];

	app_account(app, account);
	(void)snprintf(body, sizeof(body),
		       "{\"request_id\":\"%s\",\"from\":\"system/cny\",\"to\":\"%s\","
		       "\"amount\":%d,\"reason\":300011}",
		       request_id, account, fen);
	CALL(must_post(f, p->key, "/v1/transfers", body, 201));
}

/* Prices webserver (100 fen) and db (250), reasons 300010 and 300011, and `fen` for the app. */
static inline void charges_begin(const struct fixture *f, const struct party *p, int fen)
{
	CALL(must_post(f, p->key, "/v1/prices", WEBSERVER, 201));
	CALL(must_post(f, p->key, "/v1/prices", DATABASE, 201));
	CALL(must_post(f, p->key, "/v1/reasons", USE, 201));
	CALL(must_post(f, p->key, "/v1/reasons", RECHARGE, 201));
	CALL(must_post(f, p->key, "/v1/assets/cny/issue",
		       "{\"request_id\":\"money\",\"amount\":100000000}", 201));
	if (fen > 0)
		CALL(recharge(f, p, p->app, "first-money", fen));
}

static inline void app_has(const struct fixture *f, const struct party *p, long long fen)
{
	char account[HOLDER_MAX + 8];

	app_account(p->app, account);
	CALL(balance_is(f, p, account, fen));
}

/* Charges so many of db. */
static inline void post_charge(const struct fixture *f, const char *id, int quantity)
{
	char body[200];

	(void)snprintf(body, sizeof(body),
		       "{\"request_id\":\"%s\",\"items\":[{\"price\":\"db\",\"quantity\":%d}],"
		       "\"reason\":300010}",
		       id, quantity);
	CALL(must_post(f, f->a.key, "/v1/charges", body, 201));
}
