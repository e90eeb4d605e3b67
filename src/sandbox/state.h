/* state.h - everything one running sandbox knows, and one request on its way through it. */
#pragma once

#include "base/str.h"
#include "net/client.h"
#include "net/server.h"
#include "sandbox/agenda.h"
#include "sandbox/call_log.h"
#include "sandbox/download.h"
#include "sandbox/fault.h"
#include "sandbox/text.h"
#include "sandbox/trade.h"
#include "sys/arena.h"
#include "sys/clock.h"
#include "sys/rand.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct alipay_keys;
struct crew;
struct qpay_merchant;
struct tls;
struct wechat;

enum { MERCHANTS_MAX = 8, REPLY_FIELDS = 8 };

struct sandbox {
	struct clock *clock;
	struct rand *rand;
	/* Constant after the start, down to the lock. */
	const char *dir; /* of the keys and configurations; the caller's */
	const struct merchant *merchants[MERCHANTS_MAX];
	size_t merchants_n;
	struct alipay_keys *alipay;
	struct qpay_merchant *qq;
	struct tls *tls; /* NULL: plain HTTP */
	struct wechat *wechat;
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
	struct downloads downloads;
	uint64_t notices_made, traces_made;
};

/* One HTTP request being served, all text borrowed. */
struct exchange {
	struct sandbox *s;
	struct str method, path, query, body;
	struct str part;                   /* of the path: what "*" stood for, not decoded */
	const struct net_request *request; /* for its header fields */
	struct arena *arena;
	int64_t now_ms; /* wall clock */
};

/* What to answer. */
struct reply {
	int status;
	const char *type; /* NULL: no body */
	struct text body;
	struct text location; /* of a redirection */
	struct reply_field {
		const char *name;
		struct text value;
	} fields[REPLY_FIELDS];
	size_t fields_n;
	bool broken;      /* no answer at all: the connection breaks */
	int64_t after_ms; /* held back so long */
};

typedef void exchange_serve(struct exchange *x, struct reply *out);

/* The i-th platform, NULL after the last. */
const struct platform *sandbox_platform(size_t i);

/* Adds a merchant at the start. */
void sandbox_add_merchant(struct sandbox *s, const struct merchant *m);

/* Adds a header field to the answer. */
void reply_field(struct reply *out, const char *name, struct str value);
