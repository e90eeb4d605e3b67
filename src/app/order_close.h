/* order_close.h - closes an order: at the channel first, here only when nothing can be paid
 * unwatched. */
#pragma once

#include "app/services.h"
#include "core/order.h"

/* A flow: blocks.  *status is the order's afterwards: ORDER_CLOSED, or ORDER_CLOSING while a
 * channel has not confirmed; the order's job goes on with it.  ERR_ORDER_PAID: it is paid, perhaps
 * found out just now. ERR_NOT_FOUND. */
MUST_USE enum err order_close(const struct services *s, int64_t merchant, int64_t app,
			      int64_t order, enum order_status *status);

/* Asks the channel about every open attempt and takes down what it says.  ERR_NOT_FOUND; a channel
 * that does not answer is no failure. */
MUST_USE enum err order_sync(const struct services *s, int64_t merchant, int64_t app,
			     int64_t order);
