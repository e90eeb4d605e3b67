#include "net/server.h"

#include "base/check.h"
#include "net/address.h"
#include "net/request.h"
#include "sys/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	BODIES_DEFAULT = 64 << 20,
	CONNECTIONS_DEFAULT = 4096,
	IDLE_SECONDS_DEFAULT = 60,
	LEAVE_MS = 2000,  /* for clients in the middle of something when the server stops */
	STOP_LOOK_MS = 20 /* how often the loop looks whether they are done */
};

static const char TLS_VERSIONS[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

static struct net_limits with_defaults(const struct net_limits *limits);
static void raise_open_files(size_t *connections);
static enum err listen_at(struct net_server *s, const char *address, int *fd);
static struct MHD_Daemon *daemon_start(struct net_server *s, int listen_fd,
				       const struct net_limits *l,
				       const struct net_server_tls *tls);
static size_t keep_raw(void *self, struct MHD_Connection *connection, char *text);
static void thread_start(struct net_server *s);
static void *loop(void *self);
static void wait_for_work(struct net_server *s);
static int patience(const struct net_server *s);
static int sooner(int ms, int64_t other_ms);
static void take_turn(struct net_server *s);
static void stop_listening(struct net_server *s);
static bool may_end(struct net_server *s);
static void wake(struct net_server *s);

enum err net_server_start(const char *address, const struct net_limits *limits,
			  const struct net_handler *handler, struct net_server **out)
{
	return net_server_start_tls(address, limits, NULL, handler, out);
}

enum err net_server_start_tls(const char *address, const struct net_limits *limits,
			      const struct net_server_tls *tls, const struct net_handler *handler,
			      struct net_server **out)
{
	struct net_limits l = with_defaults(limits);
	struct net_server *s = calloc(1, sizeof(*s));
	int fd;
	enum err e;

	CHECK(s);
	CHECK(handler->begin && handler->handle);
	s->tls = tls != NULL;
	e = listen_at(s, address, &fd);
	if (e != ERR_OK) {
		free(s);
		return e;
	}
	raise_open_files(&l.connections);
	s->handler = *handler;
	s->bodies_max = l.bodies;
	s->idle_ms = (int64_t)l.idle_seconds * 1000;
	s->answered_end = &s->answered;
	CHECK(pthread_mutex_init(&s->lock, NULL) == 0);
	CHECK(pthread_cond_init(&s->quiet, NULL) == 0);
	s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->daemon = s->wake_fd < 0 ? NULL : daemon_start(s, fd, &l, tls);
	if (!s->daemon) {
		if (s->wake_fd >= 0)
			(void)close(s->wake_fd);
		(void)close(fd);
		free(s);
		FAIL(ERR_IO, "cannot serve on %s", address);
	}
	thread_start(s);
	*out = s;
	return ERR_OK;
}

const char *net_server_url(const struct net_server *s)
{
	return s->url;
}

void net_server_quiesce(struct net_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->quiesce = true;
	wake(s);
	while (!s->quiesced)
		pthread_cond_wait(&s->quiet, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

void net_server_stop(struct net_server *s)
{
	if (!s)
		return;
	net_server_quiesce(s);
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	wake(s);
	pthread_mutex_unlock(&s->lock);
	CHECK(pthread_join(s->thread, NULL) == 0);
	CHECK(!s->answered);
	(void)close(s->wake_fd);
	pthread_cond_destroy(&s->quiet);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void net_server_counts(const struct net_server *s, struct net_counts *out)
{
	*out = (struct net_counts){
		.requests = atomic_load(&s->requests),
		.bytes_in = atomic_load(&s->bytes_in),
		.bytes_out = atomic_load(&s->bytes_out),
		.connections = atomic_load(&s->connections),
		.in_flight = atomic_load(&s->in_flight),
		.body_bytes = atomic_load(&s->body_bytes),
	};
}

/* One write for a whole batch: while the list is not empty, a wake-up is on its way. */
void server_wake(struct net_server *s, struct net_request *r)
{
	bool first;

	pthread_mutex_lock(&s->lock);
	first = !s->answered;
	r->next = NULL;
	*s->answered_end = r;
	s->answered_end = &r->next;
	if (first)
		wake(s);
	pthread_mutex_unlock(&s->lock);
}

static struct net_limits with_defaults(const struct net_limits *limits)
{
	struct net_limits l = { 0 };

	if (limits)
		l = *limits;
	if (l.bodies == 0)
		l.bodies = BODIES_DEFAULT;
	if (l.connections == 0)
		l.connections = CONNECTIONS_DEFAULT;
	if (l.idle_seconds == 0)
		l.idle_seconds = IDLE_SECONDS_DEFAULT;
	return l;
}

/* The rest of the files is for the store, outgoing calls and logs. */
static void raise_open_files(size_t *connections)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0)
		return;
	r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) < 0 && getrlimit(RLIMIT_NOFILE, &r) < 0)
		return;
	if (*connections > r.rlim_cur / 4 * 3)
		*connections = r.rlim_cur / 4 * 3;
}

static enum err listen_at(struct net_server *s, const char *address, int *fd)
{
	char bound[sizeof(s->url)];
	size_t n = 0;

	TRY(address_listen(address, fd, bound, sizeof(bound)));
	str_add(s->url, sizeof(s->url), &n, "%s%s", s->tls ? "https://" : "http://", bound);
	return ERR_OK;
}

/* Without MHD_USE_TLS the library passes over what belongs to TLS. */
static struct MHD_Daemon *daemon_start(struct net_server *s, int listen_fd,
				       const struct net_limits *l, const struct net_server_tls *tls)
{
	const struct net_server_tls none = { 0 }, *t = tls ? tls : &none;
	const unsigned most = UINT_MAX / 2;
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;

	if (strchr(s->url, '['))
		flags |= MHD_USE_IPv6;
	if (tls)
		flags |= MHD_USE_TLS;
	return MHD_start_daemon(
		flags, 0, NULL, NULL, request_step, s, MHD_OPTION_LISTEN_SOCKET, listen_fd,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_LIMIT,
		l->connections < most ? (unsigned)l->connections : most,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		l->per_address < most ? (unsigned)l->per_address : most,
		MHD_OPTION_CONNECTION_TIMEOUT, l->idle_seconds, MHD_OPTION_URI_LOG_CALLBACK,
		request_new, s, MHD_OPTION_UNESCAPE_CALLBACK, keep_raw, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, request_over, s, MHD_OPTION_NOTIFY_CONNECTION,
		peer_change, s, MHD_OPTION_HTTPS_MEM_CERT, t->certificate, MHD_OPTION_HTTPS_MEM_KEY,
		t->private_key, MHD_OPTION_HTTPS_MEM_TRUST, t->client_roots,
		MHD_OPTION_HTTPS_PRIORITIES, TLS_VERSIONS, MHD_OPTION_END);
}

/* Routes are matched on what was sent: whoever wants it decoded decodes it once. */
static size_t keep_raw(void *self, struct MHD_Connection *connection, char *text)
{
	(void)self;
	(void)connection;
	return strlen(text);
}

/* Signals are for the main thread. */
static void thread_start(struct net_server *s)
{
	sigset_t all, before;

	sigfillset(&all);
	CHECK(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	CHECK(pthread_create(&s->thread, NULL, loop, s) == 0);
	CHECK(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

static void *loop(void *self)
{
	struct net_server *s = self;

	while (!may_end(s)) {
		int64_t open = atomic_load(&s->connections);

		wait_for_work(s);
		take_turn(s);
		CHECK(MHD_run(s->daemon) == MHD_YES);
		s->closed_some = atomic_load(&s->connections) < open;
	}
	MHD_stop_daemon(s->daemon);
	return NULL;
}

static void wait_for_work(struct net_server *s)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd fds[] = { { .fd = info->epoll_fd, .events = POLLIN },
				{ .fd = s->wake_fd, .events = POLLIN } };
	int ms = patience(s);

	if (ms == 0)
		return;
	if (poll(fds, 2, ms) > 0 && fds[1].revents != 0) {
		eventfd_t n;

		(void)eventfd_read(s->wake_fd, &n);
	}
}

/* How long nothing needs doing if nothing happens; -1: for ever. */
static int patience(const struct net_server *s)
{
	MHD_UNSIGNED_LONG_LONG wanted;
	int ms = -1;

	/* At its limit the library looks away from the listening socket; it looks again only when
	 * it is run after a connection was closed. */
	if (s->closed_some)
		return 0;
	if (MHD_get_timeout(s->daemon, &wanted) == MHD_YES)
		ms = wanted < INT_MAX ? (int)wanted : INT_MAX;
	if (s->peers)
		ms = sooner(ms, s->idle_ms / 2);
	if (s->leave_ms > 0)
		ms = sooner(ms, STOP_LOOK_MS);
	return ms;
}

static int sooner(int ms, int64_t other_ms)
{
	return ms < 0 || ms > other_ms ? (int)other_ms : ms;
}

/* What other threads asked for since the last turn. */
static void take_turn(struct net_server *s)
{
	struct clock *clock = clock_system();
	struct net_request *r;
	bool quiesce;

	s->now_ms = clock->mono_ms(clock);
	pthread_mutex_lock(&s->lock);
	r = s->answered;
	s->answered = NULL;
	s->answered_end = &s->answered;
	quiesce = s->quiesce && !s->quiesced;
	pthread_mutex_unlock(&s->lock);

	for (; r; r = r->next) {
		s->held--;
		MHD_resume_connection(r->connection);
	}
	if (quiesce)
		stop_listening(s);
	peer_sweep(s);
}

static void stop_listening(struct net_server *s)
{
	int fd = MHD_quiesce_daemon(s->daemon);

	CHECK(fd >= 0);
	(void)close(fd);
	s->closing = true;
	pthread_mutex_lock(&s->lock);
	s->quiesced = true;
	pthread_cond_broadcast(&s->quiet);
	pthread_mutex_unlock(&s->lock);
}

/* A suspended connection must never meet MHD_stop_daemon.  Idle connections do not count: they are
 * closed by it. */
static bool may_end(struct net_server *s)
{
	bool stop;

	pthread_mutex_lock(&s->lock);
	stop = s->stop;
	pthread_mutex_unlock(&s->lock);
	if (!stop)
		return false;
	if (s->held > 0 || s->leave_ms == 0)
		s->leave_ms = clock_after(s->now_ms, LEAVE_MS);
	return s->held == 0 && (atomic_load(&s->in_flight) == 0 || s->now_ms >= s->leave_ms);
}

/* Lock held. */
static void wake(struct net_server *s)
{
	CHECK(eventfd_write(s->wake_fd, 1) == 0 || errno == EAGAIN);
}
