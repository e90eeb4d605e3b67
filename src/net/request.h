/* request.h - the inside of the server, shared by its files only.
 *
 * All of it belongs to the loop's thread but what is marked otherwise.
 */
#pragma once

#include "net/server.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
	CONNECTION_MEMORY = 8192,
	HEAD_MAX = 5632, /* of it for the request's line and fields, with what the library adds */
	FIELD_COST = 72, /* what the library adds for each field */
	ANSWER_FIELDS_MAX = 2048,
	CLIENT_NAME_MAX = 64
};

struct net_server {
	struct net_handler handler;
	size_t bodies_max;
	int64_t idle_ms;
	char url[INET6_ADDRSTRLEN + 24];
	struct MHD_Daemon *daemon;
	pthread_t thread;
	int wake_fd;    /* eventfd: something was put under the lock */
	int64_t held;   /* suspended connections */
	int64_t now_ms; /* of this turn */
	struct peer *peers;
	int64_t sweep_ms; /* when peers are looked at next */
	int64_t leave_ms; /* while stopping: when to stop waiting for clients; 0 before */
	bool closed_some; /* in the last turn */
	bool closing;     /* answers carry "Connection: close" */
	bool tls;         /* constant */

	pthread_mutex_t lock;
	pthread_cond_t quiet;                         /* with lock: quiesced became true */
	struct net_request *answered, **answered_end; /* lock: to be resumed, oldest first */
	bool quiesce, quiesced, stop;                 /* lock */

	/* any thread */
	atomic_uint_fast64_t requests, bytes_in, bytes_out;
	atomic_int_fast64_t connections, in_flight, body_bytes;
};

/* Whose move it is.  The handler's thread and the loop race only for this. */
enum turn {
	TURN_LOOP,    /* the loop reads the request or runs a handler */
	TURN_HANDLER, /* suspended: the answer will come from elsewhere */
	TURN_ANSWERED
};

/* One TCP connection, in the server's list. */
struct peer {
	struct peer *next, **at;
	int fd;
	bool asking;          /* a request's header fields are in and it is not over */
	int64_t silent_since; /* ms; if not: when it was opened or its last request was over */
	char address[INET6_ADDRSTRLEN];
	bool client_known;                /* client was looked at */
	char client[CLIENT_NAME_MAX + 1]; /* net_client_name */
};

struct net_request {
	struct net_server *server;
	struct MHD_Connection *connection;
	struct peer *peer;
	struct net_request *next; /* in server->answered */
	const char *sent_target;  /* where the library keeps it; compared, not read */
	struct str method, path, query;
	int64_t content_length;
	bool seen;    /* the header fields were looked at */
	bool begun;   /* begin was called, so end must be */
	bool handled; /* handle was called */
	bool taken;   /* net_take agreed */
	char *body;
	size_t body_n;
	int64_t body_by_ms; /* when a body in pieces must be complete; 0 before the first piece */
	struct arena *arena;
	void *context;
	_Atomic enum turn turn;
	int status; /* the answer; written before turn becomes TURN_ANSWERED */
	struct MHD_Response *response;
	char target[];
};

/* request.c: libmicrohttpd's callbacks. */
void *request_new(void *server, const char *target, struct MHD_Connection *connection);
enum MHD_Result request_step(void *server, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *data,
			     size_t *data_n, void **request);
void request_over(void *server, struct MHD_Connection *connection, void **request,
		  enum MHD_RequestTerminationCode why);

/* peer.c: connections come and go; those whose next request does not come are cut off. */
void peer_change(void *server, struct MHD_Connection *connection, void **peer,
		 enum MHD_ConnectionNotificationCode what);
void peer_sweep(struct net_server *s);

/* tls.c: looks, once for each connection, at the certificate that the client showed. */
void tls_know_client(struct peer *p, struct MHD_Connection *connection);

/* head.c: ERR_OK, or why these header fields cannot be a request; sets r->content_length and *n,
 * the bytes of line and fields. */
MUST_USE enum err head_read(struct net_request *r, const char *version, size_t *n);

/* body.c: a piece of a body; false when it took too long.  And giving back what was taken. */
bool body_add(struct net_request *r, const char *data, size_t n);
void body_free(struct net_request *r);

/* answer.c: a refusal by the server itself, as a problem.  And handing the answer to the library.
 */
void answer_problem(struct net_request *r, int status, enum err e);
enum MHD_Result answer_send(struct net_request *r);
enum MHD_Result answer_full(struct net_request *r);

/* server.c: any thread; the request was answered while it was suspended. */
void server_wake(struct net_server *s, struct net_request *r);
