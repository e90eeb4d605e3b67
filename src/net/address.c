#include "net/address.h"

#include "base/check.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

union any {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static enum err parse(struct str text, union any *out);
static enum err listen_at(const char *text, const union any *at, int *fd);
static enum err bound_text(int fd, char *bound, size_t cap);

enum err address_listen(const char *address, int *fd, char *bound, size_t cap)
{
	union any at;
	enum err e;

	TRY(parse(str_of(address), &at));
	TRY(listen_at(address, &at, fd));
	e = bound_text(*fd, bound, cap);
	if (e != ERR_OK)
		(void)close(*fd);
	return e;
}

void address_text(const struct sockaddr *a, char out[INET6_ADDRSTRLEN])
{
	union any u;
	const char *made;

	if (a->sa_family == AF_INET) {
		memcpy(&u.v4, a, sizeof(u.v4));
		made = inet_ntop(AF_INET, &u.v4.sin_addr, out, INET6_ADDRSTRLEN);
	} else {
		CHECK(a->sa_family == AF_INET6);
		memcpy(&u.v6, a, sizeof(u.v6));
		if (IN6_IS_ADDR_V4MAPPED(&u.v6.sin6_addr))
			made = inet_ntop(AF_INET, &u.v6.sin6_addr.s6_addr[12], out,
					 INET6_ADDRSTRLEN);
		else
			made = inet_ntop(AF_INET6, &u.v6.sin6_addr, out, INET6_ADDRSTRLEN);
	}
	CHECK(made);
}

/* Numeric only: what a name resolves to may change between two starts. */
static enum err parse(struct str text, union any *out)
{
	char host[INET6_ADDRSTRLEN];
	struct str name, rest;
	int64_t port;
	int ok;

	memset(out, 0, sizeof(*out));
	if (str_starts(text, "[")) {
		name = str_cut(str_skip(text, 1), ']', &rest);
		if (!str_starts(rest, ":"))
			FAIL(ERR_INVALID, "a listening address is [IPv6]:PORT or IPv4:PORT");
		rest = str_skip(rest, 1);
		TRY(str_copy(host, sizeof(host), name));
		out->v6.sin6_family = AF_INET6;
		ok = inet_pton(AF_INET6, host, &out->v6.sin6_addr);
	} else {
		name = str_cut(text, ':', &rest);
		TRY(str_copy(host, sizeof(host), name));
		out->v4.sin_family = AF_INET;
		ok = inet_pton(AF_INET, host, &out->v4.sin_addr);
	}
	if (ok != 1)
		FAIL(ERR_INVALID, "\"%s\" is not a numeric IPv4 or [IPv6] address", host);
	TRY(str_integer(rest, 0, 65535, &port));
	if (out->any.sa_family == AF_INET6)
		out->v6.sin6_port = htons((uint16_t)port);
	else
		out->v4.sin_port = htons((uint16_t)port);
	return ERR_OK;
}

static enum err listen_at(const char *text, const union any *at, int *fd)
{
	socklen_t n = at->any.sa_family == AF_INET6 ? sizeof(at->v6) : sizeof(at->v4);
	int one = 1;
	int s = socket(at->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (s < 0)
		FAIL(ERR_IO, "cannot make a socket: %s", strerror(errno));
	/* So that a restart need not wait for old connections to be forgotten. */
	(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(s, &at->any, n) < 0 || listen(s, SOMAXCONN) < 0) {
		int why = errno;

		(void)close(s);
		FAIL(ERR_IO, "cannot listen on %s: %s", text, strerror(why));
	}
	*fd = s;
	return ERR_OK;
}

static enum err bound_text(int fd, char *bound, size_t cap)
{
	char host[INET6_ADDRSTRLEN];
	union any at = { 0 };
	socklen_t n = sizeof(at);
	size_t len = 0;

	if (getsockname(fd, &at.any, &n) < 0)
		FAIL(ERR_IO, "cannot ask what was bound: %s", strerror(errno));
	address_text(&at.any, host);
	if (at.any.sa_family == AF_INET6)
		str_add(bound, cap, &len, "[%s]:%d", host, ntohs(at.v6.sin6_port));
	else
		str_add(bound, cap, &len, "%s:%d", host, ntohs(at.v4.sin_port));
	return ERR_OK;
}
