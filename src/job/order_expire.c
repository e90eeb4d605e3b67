/* order_expire.c - an order's time is over, or its closing must go on: the channel is asked first.
 */
#include "job/kinds.h"

#include "app/order_close.h"
#include "sys/log.h"

enum { AGAIN_MS = 30000 };

static enum job_result run(const struct services *s, int64_t merchant, int64_t order,
			   struct job_next *next)
{
	enum order_status status;
	enum err e = order_close(s, merchant, 0, order, &status);

	if (e == ERR_ORDER_PAID || e == ERR_NOT_FOUND || (e == ERR_OK && status == ORDER_CLOSED))
		return JOB_DONE;
	if (e != ERR_OK)
		log_err(LOG_WARN, "order.expire", e);
	return job_again(s, next, AGAIN_MS);
}

const struct job_kind_def KIND_ORDER_EXPIRE = { .kind = JOB_ORDER_EXPIRE,
						.name = "order.expire",
						.run = run };
