/* services.h - what every use case is given: the world, injected once at start-up.
 *
 * Use cases load, let core decide, and save.  What they do inside a transaction is a closure for
 * the store; what they say to a channel goes through `client`; time and randomness come from here.
 */
#pragma once

#include "base/err.h"
#include "channel/channel.h"
#include "net/client.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/rand.h"

#include <stdbool.h>
#include <stdint.h>

struct vault;        /* app/vault.h: seals secrets at rest */
struct call_log;     /* app/call_log.h: what was said to whom */
struct channel_keys; /* app/channel_keys.h: the channel accounts' opened configurations */

struct services {
	struct store *store;
	struct clock *clock;
	struct rand *rand;
	struct net_client *client; /* NULL in commands that call nobody */
	struct call_log *calls;    /* NULL: none is kept */
	const struct vault *vault;
	struct channel_keys *channel_keys;
	const struct channel *const *channels; /* NULL-ended: alipay, … */
	char public_url[257]; /* "https://pay.example.com" without '/' at the end; "" if none */
	bool allow_private_webhooks;
	int64_t run; /* this run of this node: leases of other runs are void */
};

/* The channel by its name, or NULL. */
const struct channel *services_channel(const struct services *s, struct str name);
