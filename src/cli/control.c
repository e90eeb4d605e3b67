#include "cli/control.h"

#include "base/check.h"
#include "cli/admin.h"
#include "sys/cleanup.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* A caller has this long to send its line and to take the answer. */
enum { PATIENCE_SECONDS = 10, WAITING_MAX = 16 };

/* How long a command waits for the server's answer. */
enum { ANSWER_SECONDS = 60 };

struct control {
	struct services *services;
	void (*after)(void *self);
	void *self;
	struct sockaddr_un address;
	int listener, stop;
	pthread_t thread;
};

static enum err address_of(const char *dir, struct sockaddr_un *out);
static enum err listen_at(const struct sockaddr_un *address, int *out);
static void *run(void *self);
static void serve(struct control *c, int fd);
static bool is_trusted(int fd);
static bool read_line(int fd, char *line, size_t *n);
static void set_patience(int fd, int seconds);
static bool write_all(int fd, struct str text);

enum err control_start(const char *dir, struct services *s, void (*after)(void *self), void *self,
		       struct control **out)
{
	struct control *c = calloc(1, sizeof(*c));
	enum err e;

	CHECK(c);
	c->services = s;
	c->after = after;
	c->self = self;
	c->listener = -1;
	c->stop = eventfd(0, EFD_CLOEXEC);
	CHECK(c->stop >= 0);
	e = address_of(dir, &c->address);
	if (e == ERR_OK)
		e = listen_at(&c->address, &c->listener);
	if (e != ERR_OK) {
		(void)close(c->stop);
		free(c);
		return e;
	}
	CHECK(pthread_create(&c->thread, NULL, run, c) == 0);
	*out = c;
	return ERR_OK;
}

void control_stop(struct control *c)
{
	if (!c)
		return;
	CHECK(eventfd_write(c->stop, 1) == 0);
	CHECK(pthread_join(c->thread, NULL) == 0);
	(void)unlink(c->address.sun_path);
	(void)close(c->listener);
	(void)close(c->stop);
	free(c);
}

enum err control_ask(const char *dir, struct str line, struct jout *answer)
{
	CLEANUP(fd_closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CLEANUP(text_freep) char *got = malloc(ADMIN_LINE_MAX);
	struct sockaddr_un address;
	size_t n = 0;

	CHECK(got);
	TRY(address_of(dir, &address));
	if (line.n >= ADMIN_LINE_MAX)
		FAIL(ERR_TOO_LARGE, "the operation's arguments are larger than %d bytes",
		     ADMIN_LINE_MAX);
	if (fd < 0)
		FAIL(ERR_IO, "no socket: %s", strerror(errno));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		if (errno == ENOENT || errno == ECONNREFUSED)
			FAIL(ERR_LOCKED,
			     "another process has the store in %s open, and it takes no "
			     "commands",
			     dir);
		FAIL(ERR_IO, "%s: %s", address.sun_path, strerror(errno));
	}
	if (!write_all(fd, line) || !write_all(fd, STR("\n")))
		FAIL(ERR_IO, "%s: the server ended the connection", address.sun_path);
	set_patience(fd, ANSWER_SECONDS);
	if (!read_line(fd, got, &n))
		FAIL(ERR_COMMIT_UNKNOWN,
		     "the server did not answer: look whether this was done before you repeat it");
	jout_raw(answer, NULL, (struct str){ got, n });
	wipe(got, n);
	return ERR_OK;
}

static enum err address_of(const char *dir, struct sockaddr_un *out)
{
	int n;

	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(out->sun_path, sizeof(out->sun_path), "%s/control.sock", dir);
	if (n < 0 || (size_t)n >= sizeof(out->sun_path))
		FAIL(ERR_CONFIG,
		     "the path of the data folder is longer than a socket's may be (%zu)",
		     sizeof(out->sun_path) - sizeof("/control.sock"));
	return ERR_OK;
}

static enum err listen_at(const struct sockaddr_un *address, int *out)
{
	CLEANUP(fd_closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		FAIL(ERR_IO, "no socket: %s", strerror(errno));
	(void)unlink(address->sun_path);
	/* Nobody may connect before the mode is right: bind makes the name, listen opens it. */
	if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 ||
	    chmod(address->sun_path, 0600) != 0 || listen(fd, WAITING_MAX) != 0)
		FAIL(ERR_IO, "%s: %s", address->sun_path, strerror(errno));
	*out = fd;
	fd = -1;
	return ERR_OK;
}

static void *run(void *self)
{
	struct control *c = self;
	struct pollfd fds[] = { { .fd = c->listener, .events = POLLIN },
				{ .fd = c->stop, .events = POLLIN } };

	for (;;) {
		CLEANUP(fd_closep) int fd = -1;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		if (fds[1].revents)
			break;
		if (!(fds[0].revents & POLLIN))
			continue;
		fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			serve(c, fd);
	}
	return NULL;
}

static void serve(struct control *c, int fd)
{
	CLEANUP(text_freep) char *line = malloc(ADMIN_LINE_MAX);
	CLEANUP(jout_free) struct jout answer;
	size_t n = 0;

	CHECK(line);
	jout_open(&answer);
	set_patience(fd, PATIENCE_SECONDS);
	if (!is_trusted(fd) || !read_line(fd, line, &n))
		return;
	admin_serve(c->services, (struct str){ line, n }, &answer);
	c->after(c->self);
	(void)(write_all(fd, (struct str){ answer.p, answer.n }) && write_all(fd, STR("\n")));
	wipe(line, n);
	wipe(answer.p, answer.n);
}

/* The file's mode keeps others out; this holds even where somebody widened it. */
static bool is_trusted(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0)
		return false;
	if (peer.uid == geteuid() || peer.uid == 0)
		return true;
	LOG(LOG_WARN, "control.refused", LOG_I("uid", peer.uid), LOG_I("pid", peer.pid));
	return false;
}

static void set_patience(int fd, int seconds)
{
	const struct timeval patience = { .tv_sec = seconds };

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

/* One line into line[ADMIN_LINE_MAX], its end replaced by a NUL.  False when it never came whole.
 */
static bool read_line(int fd, char *line, size_t *n)
{
	*n = 0;
	while (*n < ADMIN_LINE_MAX) {
		ssize_t got = recv(fd, line + *n, ADMIN_LINE_MAX - *n, 0);
		const char *end;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		end = memchr(line + *n, '\n', (size_t)got);
		*n += (size_t)got;
		if (end) {
			*n = (size_t)(end - line);
			line[*n] = '\0';
			return true;
		}
	}
	return false;
}

static bool write_all(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t sent = send(fd, text.p, text.n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		text = str_skip(text, (size_t)sent);
	}
	return true;
}
