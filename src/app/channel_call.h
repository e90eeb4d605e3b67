/* channel_call.h - what a channel has built goes over HTTP: to its address, or to the backup when
 * nothing could be sent there.  Blocks: flows, jobs and commands only. */
#pragma once

#include "app/call_log.h"
#include "app/channel_keys.h"
#include "app/services.h"
#include "net/client.h"

/* Both addresses together take no longer than this. */
enum { CHANNEL_CALL_MS = 10000 };

/* As net_call.  The backup is asked once, and only while not one byte has reached the first
 * address: then nobody can have acted on it.  Each call gets a line in the call log, with what
 * `about` says of it (app, operation, order, refund).  Free *got with net_got_free. */
MUST_USE enum err channel_call_send(const struct services *s, const struct channel_keyring *ring,
				    const struct channel_call *call, const struct call_line *about,
				    struct net_got *got);
