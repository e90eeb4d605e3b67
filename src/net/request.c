#include "net/request.h"

#include "base/check.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
	ARENA_MAX = 64 << 20,
	DISCARD_MAX = 4 << 20 /* twice what the widest route takes */
};

static void hide(struct str query);
static enum MHD_Result start(struct net_request *r, const char *method, const char *version);
static void offer(struct net_request *r);
static bool waits_for_body(const struct net_request *r);
static enum MHD_Result finish(struct net_request *r);
static bool is_answered(struct net_request *r);

/* The request line is in.  The library is about to cut the target into pieces, so it is copied; and
 * the query is hidden from it, since it would keep every argument in the connection's memory and
 * would never answer when that is full. */
void *request_new(void *server, const char *target, struct MHD_Connection *connection)
{
	size_t n = target ? strlen(target) : 0;
	struct net_request *r = calloc(1, sizeof(*r) + n + 1);
	struct str query;

	CHECK(r);
	if (n > 0)
		memcpy(r->target, target, n);
	r->server = server;
	r->connection = connection;
	r->peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
			  ->socket_context;
	r->sent_target = target;
	r->path = str_cut((struct str){ r->target, n }, '?', &query);
	r->query = query;
	if (query.n > 0)
		hide((struct str){ target + r->path.n + 1, query.n });
	return r;
}

/* Called with the header fields, then with each piece of the body, then once more; and again after
 * the connection was suspended and resumed.  The parameters are libmicrohttpd's. */
/* NOLINTNEXTLINE(readability-function-size) */
enum MHD_Result request_step(void *server, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *data,
			     size_t *data_n, void **request)
{
	struct net_request *r = *request;

	(void)server;
	(void)connection;
	(void)url;
	if (!r->seen)
		return start(r, method, version);
	if (*data_n > 0) {
		bool in_time = body_add(r, data, *data_n);

		*data_n = 0;
		return in_time ? MHD_YES : MHD_NO;
	}
	return finish(r);
}

void request_over(void *server, struct MHD_Connection *connection, void **request,
		  enum MHD_RequestTerminationCode why)
{
	struct net_server *s = server;
	struct net_request *r = *request;

	(void)connection;
	(void)why;
	if (!r)
		return;
	*request = NULL;
	r->peer->asking = false;
	r->peer->silent_since = s->now_ms;
	if (r->begun) {
		if (s->handler.end)
			s->handler.end(s->handler.self, r);
		atomic_fetch_sub(&s->in_flight, 1);
	}
	if (r->response)
		MHD_destroy_response(r->response);
	body_free(r);
	arena_free(r->arena);
	free(r);
}

struct str net_method(const struct net_request *r)
{
	return r->method;
}

struct str net_path(const struct net_request *r)
{
	return r->path;
}

struct str net_query(const struct net_request *r)
{
	return r->query;
}

int64_t net_content_length(const struct net_request *r)
{
	return r->content_length;
}

struct arena *net_arena(struct net_request *r)
{
	if (!r->arena)
		r->arena = arena_new(ARENA_MAX);
	return r->arena;
}

void net_set_context(struct net_request *r, void *context)
{
	r->context = context;
}

void *net_context(const struct net_request *r)
{
	return r->context;
}

/* The library does not watch a suspended connection, so the socket itself is asked. */
bool net_gone(const struct net_request *r)
{
	struct pollfd p = {
		.fd = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD)
			      ->connect_fd,
		.events = POLLRDHUP,
	};

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/* Its memory is writable: it does the same itself in the next moment. */
static void hide(struct str query)
{
	union {
		const char *in;
		char *out;
	} p = { .in = query.p };

	*p.out = '\0';
}

static enum MHD_Result start(struct net_request *r, const char *method, const char *version)
{
	struct net_server *s = r->server;
	size_t n;
	enum err e;

	r->seen = true;
	r->peer->asking = true;
	if (s->tls)
		tls_know_client(r->peer, r->connection);
	r->method = str_of(method);
	e = head_read(r, version, &n);
	atomic_fetch_add_explicit(&s->bytes_in, n, memory_order_relaxed);
	if (e == ERR_HEADERS_TOO_LARGE)
		return answer_full(r);
	if (e != ERR_OK) {
		answer_problem(r, 400, e);
		(void)MHD_add_response_header(r->response, "Connection", "close");
		return answer_send(r);
	}
	offer(r);
	/* An answer that is handed over now closes the connection, so it waits for the end of the
	 * body where that may be awaited. */
	if (is_answered(r) && !waits_for_body(r))
		return answer_send(r);
	return MHD_YES;
}

static void offer(struct net_request *r)
{
	struct net_server *s = r->server;

	r->begun = true;
	atomic_fetch_add_explicit(&s->requests, 1, memory_order_relaxed);
	atomic_fetch_add(&s->in_flight, 1);
	s->handler.begin(s->handler.self, r);
	if (is_answered(r) || r->taken)
		return;
	enum err e = net_take(r, 0);

	if (e != ERR_OK)
		answer_problem(r, e == ERR_LENGTH_REQUIRED ? 411 : 413, e);
}

static bool waits_for_body(const struct net_request *r)
{
	if (r->content_length == 0)
		return true;
	return r->content_length > 0 && r->content_length <= DISCARD_MAX &&
	       net_header_n(r, "Expect") == 0;
}

/* The whole request is in, or the connection was resumed. */
static enum MHD_Result finish(struct net_request *r)
{
	struct net_server *s = r->server;
	enum turn turn = TURN_LOOP;

	if (is_answered(r))
		return answer_send(r);
	CHECK(!r->handled);
	r->handled = true;
	s->handler.handle(s->handler.self, r);
	if (!atomic_compare_exchange_strong(&r->turn, &turn, TURN_HANDLER))
		return answer_send(r); /* handle answered, or another thread was quick */
	s->held++;
	MHD_suspend_connection(r->connection);
	return MHD_YES;
}

static bool is_answered(struct net_request *r)
{
	return atomic_load(&r->turn) == TURN_ANSWERED;
}
