/* certificate_fetch.h - the certificates of a channel account's platform: fetched, kept beside the
 * configuration, and dropped when they have ended.  channel_keys adds them when it opens one. */
#pragma once

#include "app/channel_keys.h"
#include "app/services.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Asks the platform and keeps what is new; NEWS_CHANNELS after a change.  Blocks.  *wanted: false
 * when the newest configuration needs none, and nobody was asked.  ERR_NOT_FOUND: no such account.
 * ERR_CHANNEL_REFUSED: the answer was none, or not one to believe.  Errors of the account's keys.
 */
MUST_USE enum err certificates_fetch(const struct services *s, int64_t merchant, int64_t account,
				     bool *wanted);

/* Something was signed by a key that the keyring does not have: the job that fetches is due now. At
 * most once a minute an account, whoever sends forgeries; waits for the store then. */
void certificates_hurry(const struct services *s, const struct channel_keyring *ring);
