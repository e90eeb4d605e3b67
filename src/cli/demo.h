/* demo.h - the parts of `tael demo`: a sandbox, a server with a fresh store, and a shop beside
 * them. */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "net/client.h"
#include "net/server.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { DEMO_EVENTS_MAX = 32 };

/* --- processes: this very program, with other arguments --- */

/* One that goes on: waits until it has printed {"listening":"…"}. */
struct demo_process {
	pid_t pid; /* 0: none */
	int out;   /* its standard output */
	char url[256];
};

/* args ends with NULL; what the process logs goes to `log`. */
MUST_USE enum err demo_start(const char *log, const char *const *args, struct demo_process *p);
void demo_stop(struct demo_process *p); /* SIGTERM, and waits */

/* One that ends: its standard output into out[cap].  ERR_INTERNAL when it fails. */
MUST_USE enum err demo_run(const char *log, const char *const *args, char *out, size_t cap);

/* --- the shop: receives webhooks and checks their signatures --- */

struct demo_shop {
	struct net_server *server;
	pthread_mutex_t lock;
	pthread_cond_t told;
	char secret[128]; /* whsec_…; set before the first event */
	char types[DEMO_EVENTS_MAX][48];
	size_t n;
};

MUST_USE enum err demo_shop_open(struct demo_shop *shop);
void demo_shop_close(struct demo_shop *shop);

/* Waits until an event of this type came with a right signature; false after ten seconds. */
bool demo_shop_told(struct demo_shop *shop, const char *type);

/* --- calls --- */

struct demo {
	char dir[256], data[300], log[300];
	struct net_client *client;
	struct demo_process sandbox, server;
	struct demo_shop shop;
	char merchant[32], key[128];
	bool keep;
};

/* A call to the API with the test key, or to the sandbox; the answer's body is the caller's to
 * free. ERR_INTERNAL, with the body, when the status is not 2xx. */
MUST_USE enum err demo_api(struct demo *d, const char *method, const char *path, const char *body,
			   char **answer);
MUST_USE enum err demo_sandbox(struct demo *d, const char *path, const char *body, char **answer);

/* The text or number of a member of an answer, also of an inner object ("action.qrcode"). */
MUST_USE enum err demo_text(const char *json, const char *path, char *out, size_t cap);
MUST_USE enum err demo_integer(const char *json, const char *path, int64_t *out);

/* Prints text as a QR code of half blocks. */
void demo_qr(const char *text);
