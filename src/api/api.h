/* api.h - the resources of /v1: one array of routes a file. */
#pragma once

#include "app/account.h"
#include "app/history.h"
#include "app/list.h"
#include "base/err.h"
#include "base/time.h"
#include "http/route.h"

#include <stdint.h>

extern const struct route API_ASSETS[];
extern const struct route API_HOLDER_KINDS[];
extern const struct route API_REASONS[];
extern const struct route API_TRANSFERS[];
extern const struct route API_GROUPS[];
extern const struct route API_REVERSALS[];
extern const struct route API_TRANSFER_LIST[];
extern const struct route API_ACCOUNTS[];
extern const struct route API_ACCOUNT_CHANGES[];
extern const struct route API_ENTRIES[];
extern const struct route API_ACCOUNT_STATEMENT[];
extern const struct route API_LOTS[];
extern const struct route API_PRICES[];
extern const struct route API_NUMBERS[];
extern const struct route API_CHARGES[];
extern const struct route API_HOLDS[];
extern const struct route API_RATES[];
extern const struct route API_CONVERSIONS[];
extern const struct route API_CHARGE_STATEMENT[];
extern const struct route API_CLEARINGS[];
extern const struct route API_ORDERS[];
extern const struct route API_ORDER_PAY[];
extern const struct route API_TIMELINE[];
extern const struct route API_REFUNDS[];
extern const struct route API_WEBHOOK_ENDPOINTS[];
extern const struct route API_EVENTS[];
extern const struct route API_NOTIFY[];

/* All of them. */
extern const struct route *const API_TABLES[];
extern const size_t API_TABLES_N;

/* The objects that several routes answer with. */
extern const struct schema API_TRANSFER, API_ACCOUNT, API_ENTRY, API_TRANSFER_ASK;

/* The slice, reason, since and until of a query over entries. */
MUST_USE enum err api_history_filter(const struct http_ask *ask, struct history_ask *a);

/* The account that a path names by {holder} and {asset}. */
MUST_USE enum err api_account_name(const struct http_ask *ask, struct account_name *out);

/* What {id} in a path names: *id, or, with *id 0, key:<request_id>.  ERR_NOT_FOUND at "id". */
MUST_USE enum err api_id_or_key(const struct http_ask *ask, enum id_kind kind, int64_t *id,
				char key[REQUEST_KEY_MAX + 1]);

/* The answer of a route that gives back what a key never made: {"object":"cancellation"}, 200. */
extern const struct schema API_CANCELLATION;
void api_cancellation(const struct http_ask *ask, const char *key, struct http_reply *reply);

/* A list's slice from limit, after and before; the position is a text, a number, a moment or an id.
 */
MUST_USE enum err api_page_by_text(const struct http_ask *ask, struct list_ask *out);
MUST_USE enum err api_page_by_number(const struct http_ask *ask, struct list_ask *out);
MUST_USE enum err api_page_by_time(const struct http_ask *ask, struct list_ask *out);
MUST_USE enum err api_page_by_id(const struct http_ask *ask, enum id_kind kind,
				 struct list_ask *out);
/* A moment in the query, as ms since 1970; *out is left alone when it is not there. */
MUST_USE enum err api_query_time(const struct http_ask *ask, const char *name, int64_t *out);

/* A day of UTC+8 in the query, "2026-11-22", and when it begins.  `text` is the day that holds when
 * it is not there, "" none. */
MUST_USE enum err api_query_day(const struct http_ask *ask, const char *name, char text[DATE_TEXT],
				int64_t *begin_ms);
