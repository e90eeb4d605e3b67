/* server_fixture.h - Tael's HTTP server in this process, over a store in a folder of its own, with
 * two merchants that have nothing in common.
 *
 *   CLEANUP(fixture_end) struct fixture f = { 0 };
 *
 *   fixture_begin(&f);
 *   CALL(ask(&f, f.a.key, "POST", "/v1/reasons", "{…}", &r));
 *   EXPECT_INT(201, r.wire.status);
 *   reply_free(&r);
 *
 * Every answer that `ask` gets is held against what its route declares.
 */
#pragma once

#include "api/api.h"
#include "app/api_key.h"
#include "app/asset.h"
#include "app/services.h"
#include "app/vault.h"
#include "base/check.h"
#include "http/openapi.h"
#include "http/problem.h"
#include "http/router.h"
#include "http/server.h"
#include "store/sqlite/sqlite.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include "tap.h"
#include "temp_dir.h"
#include "wire.h"

#include "reply_check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

/* Waits for what other threads do; the test's own time limit ends it. */
#define UNTIL(cond)                             \
	do {                                    \
		while (!(cond))                 \
			(void)poll(NULL, 0, 1); \
	} while (0)

struct party {
	int64_t merchant, app, key_id;
	char key[API_KEY_TEXT], read_key[API_KEY_TEXT], no_refund_key[API_KEY_TEXT];
};

struct fixture {
	struct temp_dir dir;
	char clock_file[300];
	struct clock *clock;
	struct vault *vault;
	struct services services;
	const struct route *const *tables;
	size_t tables_n;
	struct http *http;
	struct router *router;     /* the same routes, to check answers by */
	pthread_mutex_t news_lock; /* `http` is told nothing while it is stopped */
	struct party a, b;
};

/* Tests may change these before fixture_begin. */
static struct http_options fixture_options;
static bool fixture_run_twice;

/* --- rows that the command line makes elsewhere --- */

struct party_ask {
	int64_t merchant;
	const char *name;
};

static inline enum err fixture_add_merchant(struct tx *tx, const void *ask, void *answer)
{
	int64_t *id = answer;

	(void)ask;
	*id = tx_id(tx);
	TX_PUT(tx, 1,
	       "insert into merchant (merchant_id, name, livemode, created_at)"
	       " values ($1, 'a shop', 0, $2)",
	       V_I(*id), V_I(tx_now(tx)));
	asset_make_cny(tx, *id);
	return ERR_OK;
}

static inline enum err fixture_add_app(struct tx *tx, const void *ask, void *answer)
{
	const struct party_ask *a = ask;
	int64_t *id = answer;

	*id = tx_id(tx);
	TX_PUT(tx, 1,
	       "insert into app (merchant_id, id, name, secret, created_at)"
	       " values ($1, $2, $3, $4, $5)",
	       V_I(tx_merchant(tx)), V_I(*id), V_T(a->name), V_B("x", 1), V_I(tx_now(tx)));
	return ERR_OK;
}

struct key_row_ask {
	int64_t app;
	const char *key;
	enum key_scope scope;
};

static inline enum err fixture_add_key_row(struct tx *tx, const void *ask, void *answer)
{
	const struct key_row_ask *a = ask;
	uint8_t hash[SHA256_BYTES];
	int64_t *id = answer;

	*id = tx_id(tx);
	api_key_hash(str_of(a->key), hash);
	TX_PUT(tx, 1,
	       "insert into api_key (merchant_id, id, app_id, hash, hint, scope, created_at)"
	       " values ($1, $2, $3, $4, 'hint', $5, $6)",
	       V_I(tx_merchant(tx)), V_I(*id), V_I(a->app), V_B(hash, sizeof(hash)), V_I(a->scope),
	       V_I(tx_now(tx)));
	tx_tell(tx, NEWS_KEYS);
	return ERR_OK;
}

static inline int64_t fixture_add_app_of(struct fixture *f, int64_t merchant, const char *name)
{
	struct party_ask ask = { merchant, name };
	int64_t id;

	CHECK(store_write(f->services.store, merchant, fixture_add_app, &ask, &id) == ERR_OK);
	return id;
}

static inline int64_t fixture_add_key(struct fixture *f, int64_t merchant, int64_t app,
				      enum key_scope scope, char key[API_KEY_TEXT])
{
	struct key_row_ask ask = { app, key, scope };
	int64_t id;

	api_key_make(merchant, false, f->services.rand, key);
	CHECK(store_write(f->services.store, merchant, fixture_add_key_row, &ask, &id) == ERR_OK);
	if (f->http != NULL)
		CHECK(http_reload_keys(f->http) == ERR_OK);
	return id;
}

static inline void fixture_add_party(struct fixture *f, struct party *p)
{
	CHECK(store_write(f->services.store, 0, fixture_add_merchant, NULL, &p->merchant) ==
	      ERR_OK);
	p->app = fixture_add_app_of(f, p->merchant, "shop");
	p->key_id = fixture_add_key(f, p->merchant, p->app, KEY_FULL, p->key);
	(void)fixture_add_key(f, p->merchant, p->app, KEY_READ, p->read_key);
	(void)fixture_add_key(f, p->merchant, p->app, KEY_NO_REFUND, p->no_refund_key);
}

/* --- begin and end --- */

static inline void fixture_hear(void *self, int64_t merchant, unsigned news)
{
	struct fixture *f = self;

	(void)pthread_mutex_lock(&f->news_lock);
	if (f->http != NULL)
		http_news(f->http, merchant, news);
	(void)pthread_mutex_unlock(&f->news_lock);
}

static inline void fixture_serve(struct fixture *f)
{
	struct http_options o = fixture_options;
	struct http *h = NULL;

	o.listen = "127.0.0.1:0";
	o.tables = f->tables;
	o.tables_n = f->tables_n;
	o.quiet = true;
	CHECK(http_start(&o, &f->services, &h) == ERR_OK);
	(void)pthread_mutex_lock(&f->news_lock);
	f->http = h;
	(void)pthread_mutex_unlock(&f->news_lock);
}

/* May have been called before. */
static inline void fixture_stop(struct fixture *f)
{
	struct http *h;

	(void)pthread_mutex_lock(&f->news_lock);
	h = f->http;
	f->http = NULL;
	(void)pthread_mutex_unlock(&f->news_lock);
	CHECK(http_stop(h));
}

static inline void fixture_open(struct fixture *f, bool create)
{
	struct sqlite_options o = { .dir = f->dir.path,
				    .clock = f->clock,
				    .create = create,
				    .run_twice = !create && fixture_run_twice };

	CHECK(sqlite_store_open(&o, &f->services.store) == ERR_OK);
	store_listen(f->services.store, fixture_hear, f);
}

static inline void fixture_add_router(struct fixture *f)
{
	const struct route *all[64];
	size_t n = 0;

	CHECK(f->tables_n < sizeof(all) / sizeof(all[0]));
	for (; n < f->tables_n; n++)
		all[n] = f->tables[n];
	all[n++] = STATUS_ROUTES;
	f->router = router_new(all, n);
}

static inline void fixture_begin_with(struct fixture *f, const struct route *const *tables,
				      size_t tables_n)
{
	static const uint8_t KEY[VAULT_KEY_BYTES] = { 1, 2, 3 };

	crypto_start();
	log_to(2, LOG_ERROR);
	*f = (struct fixture){ .dir = temp_dir_make(), .tables = tables, .tables_n = tables_n };
	(void)pthread_mutex_init(&f->news_lock, NULL);
	(void)snprintf(f->clock_file, sizeof(f->clock_file), "%s/clock", f->dir.path);
	CHECK(clock_mapped(f->clock_file, &f->clock) == ERR_OK);
	f->vault = vault_of_key(KEY, rand_system());
	f->services.clock = f->clock;
	f->services.rand = rand_system();
	f->services.vault = f->vault;
	f->services.run = id_next(0, f->clock->wall_ms(f->clock), 0);
	fixture_open(f, true);
	fixture_add_party(f, &f->a);
	fixture_add_party(f, &f->b);
	if (fixture_run_twice) {
		store_close(f->services.store);
		fixture_open(f, false);
	}
	fixture_add_router(f);
	fixture_serve(f);
}

/* For CLEANUP; does nothing before fixture_begin. */
static inline void fixture_end(struct fixture *f)
{
	if (f->services.store == NULL)
		return;
	fixture_stop(f);
	router_free(f->router);
	store_close(f->services.store);
	vault_free(f->vault);
	clock_free(f->clock);
	(void)pthread_mutex_destroy(&f->news_lock);
	temp_dir_remove(&f->dir);
}

/* With all of /v1. */
static inline void fixture_begin(struct fixture *f)
{
	fixture_begin_with(f, API_TABLES, API_TABLES_N);
}

/* The clock of store and server, `ms` ahead of the machine's. */
static inline void fixture_clock(const struct fixture *f, int64_t ms)
{
	uint8_t bytes[8];
	int fd = open(f->clock_file, O_WRONLY);

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)ms >> (8 * i));
	CHECK(fd >= 0 && pwrite(fd, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes));
	CHECK(close(fd) == 0);
}

/* --- looking into the store --- */

static inline enum err fixture_number_read(struct tx *tx, const void *ask, void *answer)
{
	struct rows r;

	tx_get(tx, &r, ask, NULL, 0);
	*(int64_t *)answer = rows_next(&r) ? row_i(&r, 0) : INT64_MIN;
	return rows_end(&r);
}

/* The first column of a query without binds, e.g. "select count(*) from transfer". */
static inline int64_t fixture_number(const struct fixture *f, const char *query)
{
	int64_t n = 0;

	CHECK(store_read(f->services.store, f->a.merchant, fixture_number_read, query, &n) ==
	      ERR_OK);
	return n;
}

static inline enum err fixture_do_write(struct tx *tx, const void *ask, void *answer)
{
	(void)answer;
	tx_put(tx, TX_ANY, ask, NULL, 0);
	return ERR_OK;
}

/* A statement without binds, in merchant a's book. */
static inline void fixture_do(const struct fixture *f, const char *statement)
{
	CHECK(store_write(f->services.store, f->a.merchant, fixture_do_write, statement, NULL) ==
	      ERR_OK);
}

/* --- asking --- */

struct question {
	const char *key;                  /* NULL: no Authorization field */
	const char *method, *path, *body; /* body NULL: none */
	const char *fields;               /* further lines, each ending in \r\n; NULL: none */
};

/* Writes the request's bytes into a new text; *n its length. */
static inline char *question_text(const struct question *q, size_t *n)
{
	size_t body_n = q->body != NULL ? strlen(q->body) : 0;
	char *text = malloc(body_n + 4096);
	int head;

	CHECK(text != NULL);
	head = snprintf(text, 4096, "%s %s HTTP/1.1\r\nHost: tael\r\n%s%s%s%s", q->method, q->path,
			q->key != NULL ? "Authorization: Bearer " : "",
			q->key != NULL ? q->key : "", q->key != NULL ? "\r\n" : "",
			q->fields != NULL ? q->fields : "");
	CHECK(head > 0 && head < 3900);
	if (q->body != NULL)
		head += snprintf(text + head, 100,
				 "Content-Type: application/json\r\nContent-Length: %zu\r\n",
				 body_n);
	head += snprintf(text + head, 4, "\r\n");
	memcpy(text + head, q->body != NULL ? q->body : "", body_n + 1);
	*n = (size_t)head + body_n;
	return text;
}

/* One request on a connection of its own.  Any thread; checks nothing. */
static inline bool send_question(const struct fixture *f, const struct question *q,
				 struct wire_answer *out)
{
	struct wire w = wire_open(http_url(f->http));
	size_t n;
	char *text = question_text(q, &n);
	bool ok = w.fd >= 0 && wire_send(&w, text, n) &&
		  wire_read_as(&w, out, strcmp(q->method, "HEAD") == 0);

	free(text);
	wire_close(&w);
	return ok;
}

/* One request; its answer is parsed and held against the route's declaration. */
static inline void ask_with(const struct fixture *f, const struct question *q, struct reply *out)
{
	*out = (struct reply){ .json = NULL };
	EXPECT(send_question(f, q, &out->wire));
	reply_parse(out);
	CALL(reply_check(f->router, q->method, q->path, out));
}

static inline void ask(const struct fixture *f, const char *key, const char *method,
		       const char *path, const char *body, struct reply *out)
{
	ask_with(f, &(struct question){ key, method, path, body, NULL }, out);
}

/* An answer that must be a problem with this status, code and parameter ("" for none). */
static inline void is_refusal(const struct reply *r, int status, const char *code,
			      const char *param)
{
	if (r->wire.status == status && strcmp(reply_text(r, "code"), code) == 0 &&
	    strcmp(reply_text(r, "param"), param) == 0)
		return;
	printf("# got %d %s\n# expected %d %s at \"%s\"\n", r->wire.status, r->wire.body, status,
	       code, param);
	tap_failed = true;
}

/* A request that must be refused so. */
static inline void refused(const struct fixture *f, const struct question *q, int status,
			   const char *code, const char *param)
{
	struct reply r;

	CALL(ask_with(f, q, &r));
	is_refusal(&r, status, code, param);
	if (tap_failed)
		printf("# after %s %s %.200s\n", q->method, q->path,
		       q->body != NULL ? q->body : "");
	reply_free(&r);
}

/* The same for bytes that no well-behaved client sends; method and path are what they ask for. */
static inline void refused_bytes(const struct fixture *f, const char *method, const char *path,
				 struct str bytes, int status, const char *code)
{
	struct wire w = wire_open(http_url(f->http));
	struct reply r = { .json = NULL };
	bool ok = w.fd >= 0 && wire_send(&w, bytes.p, bytes.n) && wire_read(&w, &r.wire);

	wire_close(&w);
	EXPECT(ok);
	reply_parse(&r);
	CALL(reply_check(f->router, method, path, &r));
	CALL(is_refusal(&r, status, code, ""));
	reply_free(&r);
}
