/* route.h - what a route is, and what its functions are given.
 *
 * A resource is one file with one const array of routes, ended by a route without a method:
 *
 *   const struct route API_REASONS[] = {
 *           { .method = "POST", .path = "/v1/reasons", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
 *             .summary = "Adds a reason", .status = 201, .body = &REASON_ASK, .reply = &REASON,
 *             .ask_size = sizeof(struct reason_ask), .answer_size = sizeof(struct reason_answer),
 *             .decode = decode, .act = reason_add, .encode = encode },
 *           { 0 }
 *   };
 *
 * The table feeds the router, authorisation, limits, /openapi.json and docs/api.md.  A kind decides
 * on which thread its functions run and what they may do:
 *
 *   WRITE   decode reads the request into a plain ask (on the loop; above 16 KiB on a worker); act
 * is a closure on the store's writer; encode makes the answer from both.  decode and encode are
 * pure. READ    the same, act being a closure that only reads, run on a reader thread. FLOW    flow
 * runs on a worker and may block: several writes, calls to channels between them. INLINE  flow runs
 * on the loop and must not block.
 *
 * A function that fails has set text and parameter by FAIL_AT; the caller gets a problem reply.
 */
#pragma once

#include "app/idempotency.h"
#include "app/services.h"
#include "base/err.h"
#include "base/id.h"
#include "base/str.h"
#include "http/schema.h"
#include "store/store.h"
#include "sys/arena.h"
#include "sys/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HTTP_BODY_MAX = 64 * 1024,
	HTTP_PARAMS_MAX = 4,
	HTTP_QUERY_MAX = 16,
	HTTP_FIELDS_MAX = 4,
	HTTP_LIST_MAX = 100,
	HTTP_WAIT_MAX_MS = 25000
};

enum route_kind { ROUTE_INLINE, ROUTE_READ, ROUTE_WRITE, ROUTE_FLOW };

/* Which keys may call it. */
enum route_scope {
	SCOPE_NONE,  /* no key is asked for */
	SCOPE_READ,  /* every key */
	SCOPE_WRITE, /* keys with scope full or no_refund */
	SCOPE_REFUND /* keys with scope full: it gives money back */
};

struct http_ask;
struct http_reply;

typedef enum err http_decode(struct http_ask *ask, void *plain);
typedef void http_encode(const struct http_ask *ask, const void *plain, const void *answer,
			 struct http_reply *reply);
typedef enum err http_flow(struct http_ask *ask, struct http_reply *reply);

/* READ: how many ms the request may wait for news of its merchant, counted from its arrival, when
 * this is all there is to answer; 0: answer now.  While it waits, act is run again at each
 * NEWS_EVENTS. */
typedef int64_t http_wait(const struct http_ask *ask, const void *plain, const void *answer);

/* Writes a failure in another form than a problem: a channel's own words. */
typedef void http_refuse(const struct http_ask *ask, const struct outcome *o,
			 struct http_reply *reply);

struct route {
	const char *method; /* "GET" "POST" */
	const char *path;   /* "/v1/orders/{id}/refunds"; a parameter fills a whole segment */
	enum route_kind kind;
	enum route_scope scope;
	int status;            /* of success, unless the encoder sets another; 0: 200 */
	bool decode_on_worker; /* decode is slow (a signature): never on the loop */
	bool open_query;       /* any query: the route reads it as it was sent */
	/* Answers {"object":"list","data":[reply],"has_more"} and takes limit, after, before. */
	bool list;
	/* The list also has "next": the place to go on from, where elements are left out; null:
	 * the beginning. */
	bool next;
	size_t body_max;   /* bytes; 0: HTTP_BODY_MAX with `body` or `media`, else no body */
	const char *media; /* the body's type; NULL: application/json */

	size_t ask_size, answer_size; /* of what decode and act fill; zeroed before */
	http_decode *decode;          /* NULL: nothing to decode */
	store_fn *act;
	http_encode *encode;
	http_flow *flow;
	http_wait *wait;
	http_refuse *refuse; /* NULL: problem+json */

	const char *summary;        /* one line without full stop */
	const struct schema *query; /* the fields a query may have; others are refused */
	const struct schema *body;
	const struct schema *reply;
	const struct schema *instead; /* what it may answer instead, with status 200 */
};

/* Who calls. */
struct http_caller {
	int64_t merchant, app, key; /* 0 before authentication and where no key is asked for */
	bool livemode;
	bool full; /* the key's scope is full */
};

struct http_ask {
	const struct route *route;
	const struct services *services;
	struct arena *arena; /* the request's: gone when it is over */
	struct http_caller caller;
	struct str body;
	int64_t request_id; /* ID_REQUEST */
	struct idempotency
		idempotency; /* what the Idempotency-Key names; key "" when none was sent */
	int64_t resume;      /* FLOW: the object an unfinished request with this key made; 0 none */

	/* for the functions below */
	struct net_request *net;
	struct http *http;
	const struct str *params;
	struct field *query;
	size_t query_n;
};

/* --- reading the request; failures name the parameter --- */

/* A path parameter, decoded; CHECKs that the route has it. */
struct str http_param(const struct http_ask *ask, const char *name);
/* ERR_NOT_FOUND when it is not an id of that kind: it names nothing. */
MUST_USE enum err http_param_id(const struct http_ask *ask, const char *name, enum id_kind kind,
				int64_t *id);

/* Fields of the query; *out is left alone when the field is absent.  ERR_INVALID. */
bool http_query_has(const struct http_ask *ask, const char *name);
MUST_USE enum err http_query_text(const struct http_ask *ask, const char *name, char *out,
				  size_t cap);
MUST_USE enum err http_query_integer(const struct http_ask *ask, const char *name, int64_t lo,
				     int64_t hi, int64_t *out);
MUST_USE enum err http_query_id(const struct http_ask *ask, const char *name, enum id_kind kind,
				int64_t *id);

/* A slice of a list.  Elements come in ascending order of what they are listed by. */
struct http_page {
	int64_t limit; /* 1..HTTP_LIST_MAX, default 20 */
	bool backward; /* `before` was given: the last ones before it, still in ascending order */
	struct str position; /* the value of after or before; "" for the beginning */
};
MUST_USE enum err http_query_page(const struct http_ask *ask, struct http_page *page);

/* A caller's own number in a body: 1-64 of A-Z a-z 0-9 . _ : -, else the fault is ERR_KEY_FORM. */
void http_jin_key(struct jin *r, const char *key, char out[REQUEST_KEY_MAX + 1]);
/* A name for people: one line. */
void http_jin_line(struct jin *r, const char *key, enum jin_need need, char *out, size_t cap);

/* The path and the query as they were sent, neither decoded. */
struct str http_path_sent(const struct http_ask *ask);
struct str http_query_sent(const struct http_ask *ask);

/* A header field; "" if absent.  The number of times it was sent. */
struct str http_header(const struct http_ask *ask, const char *name);
size_t http_header_n(const struct http_ask *ask, const char *name);

/* Now by the injected clock, ms since 1970. */
int64_t http_now(const struct http_ask *ask);

/* --- writing the answer --- */

struct http_field {
	const char *name;
	struct str value; /* borrowed from the request's arena or for ever */
};

struct http_reply {
	int status;       /* 0: the route's */
	const char *type; /* NULL: application/json */
	bool replayed;    /* "Idempotent-Replayed: true" */
	struct jout body;
	struct http_field fields[HTTP_FIELDS_MAX];
	size_t fields_n;
};

/* CHECKs that there is room. */
void http_reply_field(struct http_reply *reply, const char *name, struct str value);

/* Every object begins with {"id"?,"object","livemode"}: opens it at the root or inside an array. id
 * 0: the object has none. */
void http_object(const struct http_ask *ask, struct jout *w, int kind, int64_t id,
		 const char *object);

/* {"object":"list","data":[ … then http_list_end writes ],"has_more":…} */
void http_list(struct jout *w);
void http_list_end(struct jout *w, bool has_more);

/* Plain text or a page instead of JSON. */
void http_reply_text(struct http_reply *reply, const char *type, struct str text);
