/* head.c - a request's header fields, read and found. */
#include "net/request.h"

#include "base/check.h"

#include <string.h>
#include <strings.h>

/* What one pass over the fields finds. */
struct look {
	size_t fields, lengths, codings, hosts;
	struct str length;
	bool odd_name;
};

static enum MHD_Result look_at(void *look, enum MHD_ValueKind kind, const char *name, size_t name_n,
			       const char *value, size_t value_n);
static bool named(const char *name, size_t n, const char *want);
static size_t head_bytes(struct MHD_Connection *connection);
static bool whole_target(const struct net_request *r, const char *version);

/* A proxy in front of us and the library behind us must agree on where a request ends: whatever
 * they could read in two ways is refused.  Source: RFC 9112, sections 3.2 and 6.3. */
enum err head_read(struct net_request *r, const char *version, size_t *n)
{
	struct look l = { 0 };

	*n = head_bytes(r->connection);
	(void)MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, look_at, &l);
	if (*n + l.fields * FIELD_COST > HEAD_MAX)
		FAIL(ERR_HEADERS_TOO_LARGE, "the request's line and header fields are too large");
	if (!whole_target(r, version))
		FAIL(ERR_INVALID, "the request's target has a NUL byte or a space");
	if (l.odd_name)
		FAIL(ERR_INVALID, "a header field's name has a space");
	if (l.hosts > 1 || (l.hosts == 0 && strcmp(version, MHD_HTTP_VERSION_1_0) != 0))
		FAIL(ERR_INVALID, "a request needs one Host");
	if (l.lengths > 1 || (l.lengths > 0 && l.codings > 0))
		FAIL(ERR_INVALID, "a request has one Content-Length or one Transfer-Encoding");
	if (l.lengths > 0)
		TRY(str_integer(l.length, 0, INT64_MAX, &r->content_length));
	if (l.codings > 0)
		r->content_length = -1;
	return ERR_OK;
}

struct str net_header(const struct net_request *r, const char *name)
{
	const char *value = NULL;
	size_t n = 0;

	if (MHD_lookup_connection_value_n(r->connection, MHD_HEADER_KIND, name, strlen(name),
					  &value, &n) != MHD_YES ||
	    !value)
		return STR("");
	return str_trim((struct str){ value, n });
}

/* Counts fields of one name. */
struct count {
	const char *name;
	size_t n;
};

static enum MHD_Result count_one(void *count, enum MHD_ValueKind kind, const char *name,
				 size_t name_n, const char *value, size_t value_n)
{
	struct count *c = count;

	(void)kind;
	(void)value;
	(void)value_n;
	if (named(name, name_n, c->name))
		c->n++;
	return MHD_YES;
}

size_t net_header_n(const struct net_request *r, const char *name)
{
	struct count c = { .name = name };

	(void)MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, count_one, &c);
	return c.n;
}

static enum MHD_Result look_at(void *look, enum MHD_ValueKind kind, const char *name, size_t name_n,
			       const char *value, size_t value_n)
{
	struct look *l = look;

	(void)kind;
	l->fields++;
	if (name_n == 0 || memchr(name, ' ', name_n) || memchr(name, '\t', name_n))
		l->odd_name = true;
	if (named(name, name_n, "Host"))
		l->hosts++;
	else if (named(name, name_n, "Transfer-Encoding"))
		l->codings++;
	else if (named(name, name_n, "Content-Length")) {
		l->lengths++;
		l->length = (struct str){ value, value_n };
	}
	return MHD_YES;
}

static bool named(const char *name, size_t n, const char *want)
{
	return n == strlen(want) && strncasecmp(name, want, n) == 0;
}

static size_t head_bytes(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	return info ? info->header_size : 0;
}

/* The library hands on the target as a C string.  The version stands right after it: if not, the
 * target held a NUL byte. */
static bool whole_target(const struct net_request *r, const char *version)
{
	size_t n = strlen(r->target);

	return r->sent_target && version == r->sent_target + n + 1 && !memchr(r->target, ' ', n);
}
