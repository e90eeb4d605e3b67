/* api.h - the resources of /v1: one array of routes a file. */
#pragma once

#include "app/account.h"
#include "app/list.h"
#include "base/err.h"
#include "http/route.h"

#include <stdint.h>

extern const struct route API_ASSETS[];
extern const struct route API_HOLDER_KINDS[];
extern const struct route API_REASONS[];
extern const struct route API_TRANSFERS[];
extern const struct route API_ACCOUNTS[];
extern const struct route API_ACCOUNT_CHANGES[];
extern const struct route API_PRICES[];
extern const struct route API_NUMBERS[];
extern const struct route API_CHARGES[];
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
extern const struct schema API_TRANSFER, API_ACCOUNT;

/* The account that a path names by {holder} and {asset}. */
MUST_USE enum err api_account_name(const struct http_ask *ask, struct account_name *out);

/* A list's slice from limit, after and before; the position is a text, a number or an id. */
MUST_USE enum err api_page_by_text(const struct http_ask *ask, struct list_ask *out);
MUST_USE enum err api_page_by_number(const struct http_ask *ask, struct list_ask *out);
MUST_USE enum err api_page_by_id(const struct http_ask *ask, enum id_kind kind,
				 struct list_ask *out);
