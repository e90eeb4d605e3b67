/* call.h - one outgoing call on its curl handle.  For this folder only. */
#pragma once

#include "net/client.h"

#include <curl/curl.h>
#include <sys/socket.h>

struct call {
	struct call *next, **at; /* in the client's list of new or of running calls */
	struct clock *clock;
	CURL *easy;
	struct curl_slist *fields;
	enum net_reach reach;
	size_t answer_max;
	int64_t started_ms;
	bool blocked;       /* the guard refused an address */
	bool too_large;     /* the answer exceeds a limit */
	bool headers_over;  /* what follows is the body, or trailers */
	size_t headers_n;   /* kept */
	size_t headers_sum; /* seen */
	size_t body_cap;
	struct net_got got;
	net_done *done;
	void *arg;
	char why[CURL_ERROR_SIZE];
};

/* Ready for a multi handle.  ERR_INVALID. */
MUST_USE enum err call_new(const struct net_ask *ask, struct clock *clock, net_done *done,
			   void *arg, struct call **out);

/* Tells `done` what came of it and frees.  `stopping`: it was cut off, `code` means nothing. */
void call_end(struct call *c, CURLcode code, bool stopping);

void call_free(struct call *c);

/* guard.c */
bool guard_is_public(const struct sockaddr *a);

/* url.c: as net_url_host, and the whole URL must be one that may be called. */
MUST_USE enum err url_check(struct str url);
