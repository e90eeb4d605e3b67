#include "api/api.h"

/* In the order of docs/api.md. */
/* clang-format off */
const struct route *const API_TABLES[] = {
	API_ASSETS,
	API_HOLDER_KINDS,
	API_REASONS,
	API_TRANSFERS,
	API_REVERSALS,
	API_ACCOUNTS,
	API_ACCOUNT_CHANGES,
	API_HOLDS,
	API_PRICES,
	API_NUMBERS,
	API_CHARGES,
	API_CHARGE_STATEMENT,
	API_ORDERS,
	API_ORDER_PAY,
	API_TIMELINE,
	API_REFUNDS,
	API_WEBHOOK_ENDPOINTS,
	API_EVENTS,
	API_NOTIFY,
};
/* clang-format on */
const size_t API_TABLES_N = sizeof(API_TABLES) / sizeof(API_TABLES[0]);
