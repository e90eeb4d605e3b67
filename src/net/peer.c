/* peer.c - connections: how many, whose, and those that are too slow. */
#include "net/request.h"

#include "base/check.h"
#include "net/address.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <sys/socket.h>

void peer_change(void *server, struct MHD_Connection *connection, void **peer,
		 enum MHD_ConnectionNotificationCode what)
{
	struct net_server *s = server;
	struct peer *p = *peer;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		*p->at = p->next;
		if (p->next)
			p->next->at = p->at;
		free(p);
		*peer = NULL;
		atomic_fetch_sub(&s->connections, 1);
		return;
	}
	p = calloc(1, sizeof(*p));
	CHECK(p);
	p->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	address_text(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
			     ->client_addr,
		     p->address);
	p->silent_since = s->now_ms;
	p->next = s->peers;
	p->at = &s->peers;
	if (p->next)
		p->next->at = &p->next;
	s->peers = p;
	*peer = p;
	atomic_fetch_add(&s->connections, 1);
}

/* The library counts every byte as progress, so header fields could drip in for days. */
void peer_sweep(struct net_server *s)
{
	if (s->now_ms < s->sweep_ms)
		return;
	s->sweep_ms = clock_after(s->now_ms, s->idle_ms / 2);
	for (const struct peer *p = s->peers; p; p = p->next) {
		if (!p->asking && s->now_ms - p->silent_since > 2 * s->idle_ms)
			(void)shutdown(p->fd, SHUT_RDWR); /* which the library notices */
	}
}

struct str net_peer(const struct net_request *r)
{
	return str_of(r->peer->address);
}

struct str net_client_name(const struct net_request *r)
{
	return str_of(r->peer->client);
}
