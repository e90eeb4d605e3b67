/* state.h - everything one running sandbox knows, and one request on its way through it. */
#pragma once

#include "base/str.h"
#include "net/client.h"
#include "net/server.h"
#include "sandbox/agenda.h"
#include "sandbox/call_log.h"
#include "sandbox/fault.h"
#include "sandbox/keys.h"
#include "sandbox/text.h"
#include "sandbox/trade.h"
#include "sys/arena.h"
#include "sys/clock.h"
#include "sys/rand.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct crew;

struct sandbox {
	struct clock *clock;
	struct rand *rand;
	struct keys keys; /* constant after the start, as are the pointers below */
	struct agenda *agenda;
	struct net_client *client;
	struct net_server *server;
	struct crew *crew;
	const char *url;
	int64_t notice_scale; /* per mille of the platform's schedule */

	pthread_mutex_t lock; /* guards what follows; nobody signs or sends while holding it */
	struct trades trades;
	struct faults faults;
	struct call_log calls;
	uint64_t notices_made, traces_made;
};

/* One HTTP request being served, all text borrowed. */
struct exchange {
	struct sandbox *s;
	struct str method, path, query, body;
	struct arena *arena;
	int64_t now_ms; /* wall clock */
};

/* What to answer. */
struct reply {
	int status;
	const char *type; /* NULL: no body */
	struct text body;
	struct text location; /* of a redirection */
	char trace_id[40];
	bool broken;      /* no answer at all: the connection breaks */
	int64_t after_ms; /* held back so long */
};

typedef void exchange_serve(struct exchange *x, struct reply *out);
