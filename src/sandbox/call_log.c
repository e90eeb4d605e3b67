#include "sandbox/call_log.h"

#include "base/check.h"

void call_log_add(struct call_log *log, const struct logged_call *call)
{
	log->at[log->n++ % CALLS_KEPT] = *call;
}

const struct logged_call *call_log_at(const struct call_log *log, size_t i)
{
	CHECK(i < log->n && i < CALLS_KEPT);
	return &log->at[(log->n - 1 - i) % CALLS_KEPT];
}
