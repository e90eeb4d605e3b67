/* admit.c - may this request go on?  Everything that can be said before its body is taken. */
#include "http/call.h"

#include "base/codec.h"

#include <strings.h>
#include <string.h>

/* Bodies of requests that nobody vouches for, all together. */
enum { OPEN_BYTES_MAX = 8 * 1024 * 1024 };

static enum err find_route(struct call *c);
static enum err authenticate(struct call *c);
static enum err check_scope(enum route_scope scope, enum key_scope key);
static enum err read_query(struct call *c);
static bool query_has(const struct route *route, struct str name);
static enum err read_key(struct call *c);
static size_t body_max(const struct route *route);
static enum err check_media(struct call *c);
static bool media_is(struct str field, const char *media);
static enum err take_body(struct call *c);

enum err call_admit(struct call *c)
{
	TRY(find_route(c));
	TRY(authenticate(c));
	/* Who is being stopped still hears whether it is ready, and lives. */
	if (atomic_load(&c->ask.http->stopping) && c->ask.route->kind != ROUTE_INLINE)
		FAIL(ERR_STOPPING, "the server is stopping; nothing was done");
	TRY(read_query(c));
	TRY(read_key(c));
	return take_body(c);
}

static enum err find_route(struct call *c)
{
	struct net_request *r = c->ask.net;
	enum err e = router_find(c->ask.http->router, net_method(r), net_path(r), c->ask.arena,
				 &c->match);

	c->ask.route = c->match.route;
	c->ask.params = c->match.params;
	return e;
}

static enum err authenticate(struct call *c)
{
	struct keyring *keyring = c->ask.http->keyring;
	struct clock *clock = c->ask.services->clock;

	if (c->ask.route->scope == SCOPE_NONE)
		return ERR_OK;
	if (http_header_n(&c->ask, "Authorization") > 1)
		FAIL(ERR_UNAUTHENTICATED, "more than one Authorization field");
	TRY(keyring_find(keyring, http_header(&c->ask, "Authorization"), &c->key));
	c->ask.caller = (struct http_caller){ .merchant = c->key.merchant,
					      .app = c->key.app,
					      .key = c->key.id,
					      .livemode = c->key.livemode,
					      .full = c->key.scope == KEY_FULL };
	TRY(keyring_spend(keyring, &c->key, clock->mono_ms(clock), &c->retry_after));
	return check_scope(c->ask.route->scope, c->key.scope);
}

static enum err check_scope(enum route_scope scope, enum key_scope key)
{
	if (key == KEY_READ && scope != SCOPE_READ)
		FAIL(ERR_FORBIDDEN, "this key may only read");
	if (key == KEY_NO_REFUND && scope == SCOPE_REFUND)
		FAIL(ERR_FORBIDDEN, "this key may not refund");
	return ERR_OK;
}

static enum err read_query(struct call *c)
{
	struct str text = net_query(c->ask.net);
	struct http_ask *ask = &c->ask;

	if (text.n == 0 || ask->route->open_query)
		return ERR_OK;
	ask->query = arena_alloc(ask->arena, HTTP_QUERY_MAX * sizeof(*ask->query));
	TRY(form_read(text, arena_alloc(ask->arena, text.n + 1), ask->query, HTTP_QUERY_MAX,
		      &ask->query_n));
	for (size_t i = 0; i < ask->query_n; i++) {
		char name[ERR_PARAM_MAX];

		if (query_has(ask->route, ask->query[i].name))
			continue;
		if (!str_is_text(ask->query[i].name))
			FAIL(ERR_INVALID, "a field of the query has no readable name");
		str_copy_cut(name, sizeof(name), ask->query[i].name);
		FAIL_AT(ERR_INVALID, name, "this route has no query field called so");
	}
	return ERR_OK;
}

static bool query_has(const struct route *route, struct str name)
{
	if (route->list &&
	    (str_is(name, "limit") || str_is(name, "after") || str_is(name, "before")))
		return true;
	if (route->query == NULL)
		return false;
	for (const struct member *m = route->query->members; m->name != NULL; m++)
		if (str_is(name, m->name))
			return true;
	return false;
}

static enum err read_key(struct call *c)
{
	static const char FIELD[] = "Idempotency-Key";
	struct idempotency *i = &c->ask.idempotency;
	size_t n = http_header_n(&c->ask, FIELD);

	if (n == 0 || c->ask.route->scope == SCOPE_NONE || !str_is(net_method(c->ask.net), "POST"))
		return ERR_OK;
	if (n > 1)
		FAIL_AT(ERR_KEY_FORM, FIELD, "more than one %s", FIELD);
	if (str_copy(i->key, sizeof(i->key), http_header(&c->ask, FIELD)) != ERR_OK)
		i->key[0] = '\0';
	i->app = c->ask.caller.app;
	return request_key_check(i->key, FIELD);
}

static size_t body_max(const struct route *route)
{
	if (route->body_max > 0)
		return route->body_max;
	return route->body != NULL || route->media != NULL ? HTTP_BODY_MAX : 0;
}

static enum err take_body(struct call *c)
{
	struct net_request *r = c->ask.net;
	int64_t length = net_content_length(r);
	size_t max = body_max(c->ask.route);
	bool post = strcmp(c->ask.route->method, "POST") == 0;

	if (length == 0)
		return net_take(r, 0);
	if (!post)
		FAIL(ERR_INVALID, "a %s request has no body", c->ask.route->method);
	/* A POST that needs no members may still say "{}". */
	if (max == 0)
		max = 1024;
	if (length < 0)
		FAIL(ERR_LENGTH_REQUIRED, "a body needs a Content-Length");
	if (length > (int64_t)max)
		FAIL(ERR_TOO_LARGE, "the body has %lld bytes, this route takes %zu",
		     (long long)length, max);
	TRY(check_media(c));
	if (c->ask.route->scope == SCOPE_NONE) {
		int64_t before = atomic_fetch_add(&c->ask.http->open_bytes, length);

		c->open_bytes = length;
		if (before + length > OPEN_BYTES_MAX)
			FAIL(ERR_BUSY, "too many bodies at once");
	}
	return net_take(r, max);
}

static enum err check_media(struct call *c)
{
	const char *media = c->ask.route->media;

	if (media == NULL)
		media = "application/json";
	if (strcmp(media, "*/*") ==
	    0) /* each channel has its own; it is checked where it is read */
		return ERR_OK;
	if (http_header_n(&c->ask, "Content-Type") != 1 ||
	    !media_is(http_header(&c->ask, "Content-Type"), media))
		FAIL(ERR_MEDIA_TYPE, "send the body with Content-Type: %s", media);
	return ERR_OK;
}

/* "application/json" in any letter case, alone or with parameters; of those a charset must be UTF-8
 * where the body is JSON. */
static bool media_is(struct str field, const char *media)
{
	static const char CHARSET[] = "charset=";
	struct str parameters, value, type = str_trim(str_cut(field, ';', &parameters));

	if (type.n != strlen(media) || strncasecmp(type.p, media, type.n) != 0)
		return false;
	parameters = str_trim(parameters);
	if (strcmp(media, "application/json") != 0 || parameters.n < sizeof(CHARSET) - 1 ||
	    strncasecmp(parameters.p, CHARSET, sizeof(CHARSET) - 1) != 0)
		return true;
	value = str_skip(parameters, sizeof(CHARSET) - 1);
	return (value.n == 5 && strncasecmp(value.p, "utf-8", 5) == 0) ||
	       (value.n == 7 && strncasecmp(value.p, "\"utf-8\"", 7) == 0);
}
