/* lots_kit.h - gold that expires, got and spent on days that a test chooses. */
#pragma once

#include "app/lot_expire.h"
#include "ledger_kit.h"

#include "base/time.h"

/* The first day of a test, in UTC+8, and how far its noon is ahead of the machine's clock. */
static int64_t lots_midnight, lots_noon;

/* gold that is good for `days`, with plenty in system, on day 0. */
static inline void lots_begin(struct fixture *f, int days)
{
	char body[200];
	int64_t now = f->clock->wall_ms(f->clock);

	lots_midnight = (now + CHINA_MS) / DAY_MS * DAY_MS + DAY_MS - CHINA_MS;
	lots_noon = lots_midnight + DAY_MS / 2 - now;
	fixture_clock(f, lots_noon);
	(void)snprintf(body, sizeof(body),
		       "{\"code\":\"gold\",\"name\":\"金币\",\"kind\":\"points\",\"scale\":0,"
		       "\"expires_days\":%d}",
		       days);
	CALL(must_post(f, f->a.key, "/v1/assets", body, 201));
	CALL(must_post(f, f->a.key, "/v1/reasons", RED_PACKET, 201));
	CALL(must_post(f, f->a.key, "/v1/reasons", SPEND, 201));
	CALL(must_post(f, f->a.key, "/v1/assets/gold/issue",
		       "{\"request_id\":\"issue-1\",\"amount\":1000000}", 201));
}

/* Noon, so many days after the first. */
static inline void lots_day(const struct fixture *f, int day)
{
	fixture_clock(f, lots_noon + day * DAY_MS);
}

static inline void lots_post(const struct fixture *f, const char *request, bool earn, int amount,
			     int status)
{
	char body[300];

	(void)snprintf(body, sizeof(body),
		       "{\"request_id\":\"%s\",\"from\":\"%s/gold\",\"to\":\"%s/gold\","
		       "\"amount\":%d,\"reason\":%d}",
		       request, earn ? "system" : "user:1001", earn ? "user:1001" : "system",
		       amount, earn ? 300002 : 300003);
	CALL(must_post(f, f->a.key, "/v1/transfers", body, status));
}

static inline void lots_earn(const struct fixture *f, const char *request, int amount)
{
	CALL(lots_post(f, request, true, amount, 201));
}

static inline void lots_spend(const struct fixture *f, const char *request, int amount)
{
	CALL(lots_post(f, request, false, amount, 201));
}

/* `want` is "2:100 3:50": what is left, by the last day on which it is good. */
static inline void lots_are(const struct fixture *f, const char *want)
{
	char got[400] = "", name[40];
	size_t n = 0;
	struct reply r;

	CALL(ask(f, f->a.key, "GET", "/v1/accounts/user:1001/gold/lots", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	for (int i = 0;; i++) {
		int64_t end = 0;

		(void)snprintf(name, sizeof(name), "data.%d.expires_at", i);
		if (rfc3339_read(str_of(reply_text(&r, name)), &end) != ERR_OK)
			break;
		(void)snprintf(name, sizeof(name), "data.%d.amount", i);
		str_add(got, sizeof(got), &n, "%s%d:%lld", i > 0 ? " " : "",
			(int)((end - lots_midnight) / DAY_MS) - 1, reply_integer(&r, name));
		EXPECT((end - lots_midnight) % DAY_MS == 0);
	}
	EXPECT_STR(want, got);
	reply_free(&r);
}

/* What is due goes now. */
static inline void lots_expire(const struct fixture *f, int accounts)
{
	struct lot_counts counts;

	EXPECT_ERR(ERR_OK, lot_expire(&f->services, f->a.merchant, INT64_MAX, &counts));
	EXPECT_INT(accounts, counts.accounts);
	EXPECT(!counts.more);
}
