/* order_schemas.h - what orders, attempts and refunds look like, for the routes that answer with
 * them. */
#pragma once

#include "http/schema.h"

extern const struct schema API_ORDER;
extern const struct schema API_ATTEMPT;
extern const struct schema API_REFUND;
