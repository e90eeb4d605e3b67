/* attempt_follow.h - finds out what became of an attempt, and ends it where it must end. */
#pragma once

#include "app/order_row.h"
#include "app/services.h"

enum follow_goal {
	FOLLOW_WATCH, /* ask; send again what was never confirmed; close what is past its end */
	FOLLOW_CLOSE  /* its order is to close: close it at the channel unless it is paid */
};

/* Blocks.  ERR_OK: asked, and what the channel said is taken down (which may be that it is not
 * known). ERR_NOT_FOUND: no such attempt.  Errors of the store and of the account's keys. */
MUST_USE enum err attempt_follow(const struct services *s, int64_t merchant, int64_t attempt,
				 enum follow_goal goal);
