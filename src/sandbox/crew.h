/* crew.h - the threads that serve requests, so that signing never holds up the loop. */
#pragma once

#include "base/err.h"
#include "net/server.h"

#include <stdbool.h>
#include <stddef.h>

struct crew;

/* Called on a thread of the crew; must answer the request. */
typedef void crew_work(void *self, struct net_request *r);

MUST_USE enum err crew_start(size_t threads, crew_work *work, void *self, struct crew **out);

/* Hands a request over; false when the crew has ended: the caller answers.  Never blocks. */
bool crew_take(struct crew *c, struct net_request *r);

/* Serves what it has taken, then ends its threads.  NULL-safe. */
void crew_halt(struct crew *c);

/* After crew_halt.  NULL-safe. */
void crew_free(struct crew *c);
