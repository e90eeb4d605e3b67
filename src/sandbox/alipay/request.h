/* request.h - a request at /gateway.do: its parameters, and whether it may pass.
 *
 * Parameters come in the query, in the body or split between them; what comes in both must say the
 * same.  Checks go in the platform's order: the app, the public parameters, the signature, the
 * certificates, the encryption.
 *
 * Source: Alipay open platform, "common request parameters" and "common error codes".
 */
#pragma once

#include "base/str.h"
#include "sandbox/alipay/envelope.h"
#include "sandbox/alipay/keys.h"
#include "sandbox/alipay/sign.h"
#include "sys/arena.h"

#include <stdbool.h>

/* Reads both into *ps, empty values included, as they were sent; all text in the arena.  False, and
 * *refused filled, when they cannot be read. */
bool request_read(struct str query, struct str body, struct arena *a, struct params *ps,
		  struct node *refused);

/* The app that asks, if all that stands before the signature is right; else NULL and *refused. Such
 * a refusal is sent unsigned. */
const struct app *request_app(const struct params *ps, const struct alipay_keys *keys,
			      struct node *refused);

/* False, and *refused, when the signature or what comes after it is wrong. */
bool request_is_genuine(const struct params *ps, const struct app *app, struct arena *a,
			struct node *refused);
