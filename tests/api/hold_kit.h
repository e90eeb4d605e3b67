/* hold_kit.h - holds of user:1001/gold for the reason 300003, and how tests ask for them. */
#pragma once

#include "app/hold_expire.h"
#include "ledger_kit.h"

#define H(id, amount)                                                                  \
	"{\"request_id\":\"" id "\",\"account\":\"user:1001/gold\",\"amount\":" amount \
	",\"reason\":300003}"
#define CAPTURE(id, amount) \
	"{\"request_id\":\"" id "\",\"to\":\"system/gold\",\"amount\":" amount "}"
#define PART(id, amount) "{\"request_id\":\"" id "\",\"amount\":" amount "}"
#define ALL(id) "{\"request_id\":\"" id "\"}"

static inline void held_is(const struct fixture *f, long long balance, long long held)
{
	struct reply r;

	CALL(ask(f, f->a.key, "GET", "/v1/accounts/user:1001/gold", NULL, &r));
	EXPECT_INT(balance, reply_integer(&r, "balance"));
	EXPECT_INT(held, reply_integer(&r, "held"));
	EXPECT_INT(balance - held, reply_integer(&r, "available"));
	reply_free(&r);
}

/* A hold as an answer shows it. */
static inline void shows(const struct reply *r, const char *status, long long captured,
			 long long released, long long left)
{
	EXPECT_STR("hold", reply_text(r, "object"));
	EXPECT_STR(status, reply_text(r, "status"));
	EXPECT_INT(captured, reply_integer(r, "captured"));
	EXPECT_INT(released, reply_integer(r, "released"));
	EXPECT_INT(left, reply_integer(r, "left"));
}

static inline void hold(const struct fixture *f, const char *body, char id[ID_TEXT])
{
	struct reply r;

	CALL(ask(f, f->a.key, "POST", "/v1/holds", body, &r));
	EXPECT_INT(201, r.wire.status);
	(void)snprintf(id, ID_TEXT, "%s", reply_text(&r, "id"));
	reply_free(&r);
}

static inline void post(const struct fixture *f, const char *id, const char *what, const char *body,
			struct reply *r)
{
	char path[100];

	(void)snprintf(path, sizeof(path), "/v1/holds/%s%s", id, what);
	CALL(ask(f, f->a.key, *what != '\0' ? "POST" : "GET", path, body, r));
}

/* `want` as for must_refuse. */
static inline void refuses(const struct fixture *f, const char *id, const char *what,
			   const char *body, const char *want)
{
	char path[100];

	(void)snprintf(path, sizeof(path), "/v1/holds/%s%s", id, what);
	CALL(must_refuse(f, path, body, want));
}
