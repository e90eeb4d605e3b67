/* host.h - which hosts a channel account may call. */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

enum { CHANNEL_HOSTS_MAX = 4 };

struct channel_hosts {
	const char *live[CHANNEL_HOSTS_MAX]; /* a live merchant calls these; NULL-ended if fewer */
	const char *domain;                  /* a test merchant calls no host of it */
};

/* A live merchant calls hosts->live by https only; a test merchant no host of the vendor's domain,
 * and plain http only on loopback.  No user, query or fragment.  ERR_CONFIG, with the member, says
 * which rule the address breaks. */
MUST_USE enum err channel_host_allow(const char *member, struct str url,
				     const struct channel_hosts *hosts, bool livemode);
