/* channel_keys.h - the channel accounts of the merchants, and their keys, opened once and shared.
 *
 * A configuration is stored sealed; opening one decrypts it and reads keys and certificates, so
 * what was opened is kept and handed out to every thread.  What is handed out never changes: a new
 * version of an account's keys (NEWS_CHANNELS) makes the next channel_keys_get load again, while
 * those who still hold the former go on with it.
 *
 *   CLEANUP(channel_keyring_releasep) struct channel_keyring *ring = NULL;
 *
 *   TRY(channel_keys_get(s->channel_keys, merchant, account, &ring));
 *   TRY(ring->channel->query_build(&ring->versions, number, &env, &call));
 */
#pragma once

#include "app/services.h"
#include "base/err.h"
#include "base/str.h"
#include "channel/channel.h"
#include "store/store.h"

#include <stdint.h>

enum { CHANNEL_NAME_MAX = 16, CHANNEL_ACCOUNT_NAME_MAX = 64, CHANNEL_IDENTITY_MAX = 32 };

/* A channel account as its row has it. */
struct channel_account {
	int64_t id;
	char channel[CHANNEL_NAME_MAX + 1];      /* "alipay" */
	char name[CHANNEL_ACCOUNT_NAME_MAX + 1]; /* unique per merchant and fixed */
	char identity[CHANNEL_IDENTITY_MAX + 1]; /* the app id or merchant number */
};

/* An account with its opened keys.  Read only; any thread. */
struct channel_keyring {
	int64_t merchant;
	bool livemode;
	struct channel_account account;
	const struct channel *channel;
	/* The versions that are not retired, newest first; versions.n >= 1.  number[i] is the
	 * stored number of versions.config[i], for what records which one fitted. */
	struct channel_versions versions;
	int64_t number[CHANNEL_VERSIONS_MAX];
	/* The platform's certificates that were fetched and have not ended, the last to end first;
	 * the versions that want them know them. */
	struct channel_fetched {
		char serial[CHANNEL_SERIAL_MAX + 1];
		int64_t ends_ms;
	} fetched[CHANNEL_CERTIFICATES_MAX];
	size_t fetched_n;
};

/* `s` needs store, vault and channels set, and outlives what is returned. */
struct channel_keys *channel_keys_new(const struct services *s);

/* Nobody may hold a keyring any more (CHECKed).  NULL-safe. */
void channel_keys_free(struct channel_keys *k);

/* The keys of a merchant's channel account; release them with channel_keyring_release.  Loads at
 * most once a change, by store_read: neither from a closure nor from an HTTP loop. ERR_NOT_FOUND:
 * the merchant has no such account.  ERR_CONFIG, ERR_CORRUPT: its newest version cannot be used,
 * e.g. under another master key.  An older version that cannot be used is left out. */
MUST_USE enum err channel_keys_get(struct channel_keys *k, int64_t merchant, int64_t account,
				   struct channel_keyring **out);

void channel_keyring_release(struct channel_keyring *ring);   /* NULL-safe */
void channel_keyring_releasep(struct channel_keyring **ring); /* for CLEANUP */

/* True when its platform's certificates are to be fetched. */
bool channel_keyring_fetches(const struct channel_keyring *ring);

/* True once a minute for those who hold it: so often may somebody else make us ask its platform. */
bool channel_keyring_may_hurry(const struct channel_keyring *ring, int64_t now_ms);

/* When the first certificate in use of an account ends: its newest version's, or the last to end of
 * its platform's; 0 if it has none. */
int64_t channel_keyring_ends_ms(const struct channel_keyring *ring);

/* The same of all accounts that are kept open: 0 if they have none.  NULL-safe. */
int64_t channel_keys_ends_ms(struct channel_keys *k);

/* What the store's listener calls on NEWS_CHANNELS: the merchant's accounts are loaded again when
 * they are next asked for.  Never blocks on the store. */
void channel_keys_changed(struct channel_keys *k, int64_t merchant);

/* --- inside a closure --- */

/* The merchant's account for a channel: the one called `name`, or without a name ("") the first
 * that was added.  ERR_CHANNEL_MISSING. */
MUST_USE enum err channel_account_for(struct tx *tx, struct str channel, struct str name,
				      struct channel_account *out);

/* By id.  ERR_NOT_FOUND. */
MUST_USE enum err channel_account_get(struct tx *tx, int64_t id, struct channel_account *out);
