#include "cli/parts.h"

#include "channel/alipay/alipay.h"

/* clang-format off */
const struct channel *const CHANNELS[] = {
	&ALIPAY,
	NULL,
};

const struct route *const ROUTE_TABLES[] = {
	NULL,
};
const size_t ROUTE_TABLES_N = sizeof(ROUTE_TABLES) / sizeof(ROUTE_TABLES[0]) - 1;

const struct job_kind_def *const JOB_KINDS[] = {
	NULL,
};
/* clang-format on */
