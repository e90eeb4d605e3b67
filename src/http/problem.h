/* problem.h - failures as RFC 9457 problem+json; kinds of failure become HTTP statuses here, once.
 */
#pragma once

#include "base/err.h"
#include "http/route.h"

int problem_status(enum err e);

/* Seconds to wait before a repeat makes sense; 0: a repeat does not help. */
int problem_retry_after(enum err e);

/* {"type","title","status","detail","code","param","request_id"}.  What went wrong inside the
 * server stays in the log: its detail is the title. */
void problem_write(const struct outcome *o, int64_t request_id, struct http_reply *reply);

/* The members of a problem, for the documents. */
extern const struct schema PROBLEM;
