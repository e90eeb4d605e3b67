/* address.h - socket addresses as text, and listening on one.  For this folder only. */
#pragma once

#include "base/err.h"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

/* Listens without blocking on "127.0.0.1:0" or "[::1]:8080"; writes what was really bound, as
 * "127.0.0.1:41234", into bound[cap].  ERR_INVALID, ERR_IO. */
MUST_USE enum err address_listen(const char *address, int *fd, char *bound, size_t cap);

/* The address without its port; an IPv4 one inside IPv6 as IPv4. */
void address_text(const struct sockaddr *a, char out[INET6_ADDRSTRLEN]);
