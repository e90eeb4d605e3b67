/* webhook_url.h - where a merchant may have webhooks sent.
 *
 * This refuses early what is plainly wrong; which address a name stands for is looked at when it is
 * called, each time (net/client.h).
 */
#pragma once

#include "app/services.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

/* An absolute http or https URL of at most NOTIFY_URL_MAX bytes of ASCII, without user, password
 * and fragment.  Plain http is for test merchants, and for loopback where the installation allows
 * private addresses.  ERR_INVALID and ERR_ADDRESS_BLOCKED at `param`. */
MUST_USE enum err webhook_url_check(const struct services *s, bool livemode, struct str url,
				    const char *param);
