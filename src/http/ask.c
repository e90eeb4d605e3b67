/* ask.c - what a route's functions read of the request and write of the answer (http/route.h). */
#include "http/call.h"

#include "base/check.h"
#include "base/codec.h"

#include <string.h>

struct str http_param(const struct http_ask *ask, const char *name)
{
	struct str rest = str_of(ask->route->path);
	size_t n = 0;

	while (rest.n > 0) {
		struct str segment = str_cut(rest, '/', &rest);

		if (segment.n == 0 || segment.p[0] != '{')
			continue;
		if (str_is((struct str){ segment.p + 1, segment.n - 2 }, name))
			return ask->params[n];
		n++;
	}
	CHECK(!"the route has no such parameter");
	return STR("");
}

enum err http_param_id(const struct http_ask *ask, const char *name, enum id_kind kind, int64_t *id)
{
	if (id_read(kind, http_param(ask, name), id) != ERR_OK)
		FAIL_AT(ERR_NOT_FOUND, name, "%s in the path is not an id of the form %s_…", name,
			id_prefix(kind));
	return ERR_OK;
}

static const struct field *find(const struct http_ask *ask, const char *name)
{
	return form_find(ask->query, ask->query_n, name);
}

struct str http_path_sent(const struct http_ask *ask)
{
	return net_path(ask->net);
}

struct str http_query_sent(const struct http_ask *ask)
{
	return net_query(ask->net);
}

bool http_query_has(const struct http_ask *ask, const char *name)
{
	return find(ask, name) != NULL;
}

enum err http_query_text(const struct http_ask *ask, const char *name, char *out, size_t cap)
{
	const struct field *f = find(ask, name);

	if (f == NULL)
		return ERR_OK;
	if (f->value.n == 0 || f->value.n >= cap || !str_is_text(f->value))
		FAIL_AT(ERR_INVALID, name, "%s must be 1-%zu bytes of UTF-8 text", name, cap - 1);
	return str_copy(out, cap, f->value);
}

enum err http_query_integer(const struct http_ask *ask, const char *name, int64_t lo, int64_t hi,
			    int64_t *out)
{
	const struct field *f = find(ask, name);

	if (f != NULL && str_integer(f->value, lo, hi, out) != ERR_OK)
		FAIL_AT(ERR_INVALID, name, "%s must be an integer from %lld to %lld", name,
			(long long)lo, (long long)hi);
	return ERR_OK;
}

enum err http_query_id(const struct http_ask *ask, const char *name, enum id_kind kind, int64_t *id)
{
	const struct field *f = find(ask, name);

	if (f != NULL && id_read(kind, f->value, id) != ERR_OK)
		FAIL_AT(ERR_INVALID, name, "%s must be an id of the form %s_…", name,
			id_prefix(kind));
	return ERR_OK;
}

enum err http_query_page(const struct http_ask *ask, struct http_page *page)
{
	const struct field *after = find(ask, "after"), *before = find(ask, "before");

	*page = (struct http_page){ .limit = 20, .position = STR("") };
	TRY(http_query_integer(ask, "limit", 1, HTTP_LIST_MAX, &page->limit));
	if (after != NULL && before != NULL)
		FAIL_AT(ERR_INVALID, "before", "give after or before, not both");
	page->backward = before != NULL;
	if (after == NULL && before == NULL)
		return ERR_OK;
	page->position = (after != NULL ? after : before)->value;
	if (page->position.n == 0)
		FAIL_AT(ERR_INVALID, after != NULL ? "after" : "before", "the position is empty");
	return ERR_OK;
}

void http_jin_key(struct jin *r, const char *key, char out[REQUEST_KEY_MAX + 1])
{
	request_key_member(r, key, out);
}

void http_jin_line(struct jin *r, const char *key, enum jin_need need, char *out, size_t cap)
{
	jin_text(r, key, need, out, cap);
	if (r->fault.code != ERR_OK)
		return;
	if (strpbrk(out, "\t\r\n") != NULL)
		jin_fault(r, ERR_INVALID, key, "must be one line");
	else if (need == JIN_NEEDED && *out == '\0')
		jin_fault(r, ERR_INVALID, key, "must not be empty");
}

struct str http_header(const struct http_ask *ask, const char *name)
{
	return net_header(ask->net, name);
}

size_t http_header_n(const struct http_ask *ask, const char *name)
{
	return net_header_n(ask->net, name);
}

int64_t http_now(const struct http_ask *ask)
{
	return ask->services->clock->wall_ms(ask->services->clock);
}

void http_reply_field(struct http_reply *reply, const char *name, struct str value)
{
	CHECK(reply->fields_n < HTTP_FIELDS_MAX);
	reply->fields[reply->fields_n++] = (struct http_field){ name, value };
}

void http_object(const struct http_ask *ask, struct jout *w, int kind, int64_t id,
		 const char *object)
{
	jout_object(w, NULL);
	if (id != 0)
		jout_id(w, "id", kind, id);
	jout_text(w, "object", object);
	jout_bool(w, "livemode", ask->caller.livemode);
}

void http_list(struct jout *w)
{
	jout_object(w, NULL);
	jout_text(w, "object", "list");
	jout_array(w, "data");
}

void http_list_end(struct jout *w, bool has_more)
{
	jout_array_end(w);
	jout_bool(w, "has_more", has_more);
	jout_object_end(w);
}

void http_reply_text(struct http_reply *reply, const char *type, struct str text)
{
	reply->type = type;
	jout_raw(&reply->body, NULL, text);
}
