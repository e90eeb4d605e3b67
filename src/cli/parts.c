#include "cli/parts.h"

#include "channel/alipay/alipay.h"
#include "channel/qq/qq.h"
#include "channel/wechat/wechat.h"
#include "job/kinds.h"

#include <stddef.h>

/* clang-format off */
const struct channel *const CHANNELS[] = {
	&ALIPAY,
	&WECHAT,
	&QQ,
	NULL,
};

const struct job_kind_def *const JOB_KINDS[] = {
	&KIND_ORDER_EXPIRE,
	&KIND_ATTEMPT_FOLLOW,
	&KIND_REFUND_FOLLOW,
	&KIND_HOLD_EXPIRE,
	&KIND_GROUP_POST,
	&KIND_SWEEP,
	&KIND_CLEARING,
	&KIND_LOT_EXPIRE,
	&KIND_CERTIFICATES,
	NULL,
};
/* clang-format on */
