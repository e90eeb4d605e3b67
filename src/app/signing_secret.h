/* signing_secret.h - what webhooks are signed with (Standard Webhooks): "whsec_" and the base64 of
 * 32 random bytes.  Shown once, when it is made; stored sealed, as this text.
 *
 * Where each stands, for vault_reveal: an app's in { "app", merchant, app id, 0 }, an endpoint's in
 * { "endpoint", merchant, endpoint id, 0 }.
 */
#pragma once

#include "sys/rand.h"

enum { SIGNING_SECRET_BYTES = 32, SIGNING_SECRET_TEXT = 6 + 44 + 1 };

/* The caller wipes it. */
void signing_secret_make(struct rand *rand, char out[SIGNING_SECRET_TEXT]);
