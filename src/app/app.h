/* app.h - the integrations of a merchant, and the keys by which they call. */
#pragma once

#include "app/api_key.h"
#include "app/services.h"
#include "app/signing_secret.h"
#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { APP_NAME_MAX = 128, APPS_PAGE = 100, KEYS_PAGE = 100 };

struct app {
	int64_t id, created_at;
	bool sweep; /* clearing moves what a month left to system */
	char name[APP_NAME_MAX + 1];
};

/* Adds an app.  `secret` signs what is sent to the notify_url of its orders: shown once, the caller
 * wipes it.  ERR_NOT_FOUND (the merchant), ERR_EXISTS (the name), ERR_INVALID (the name). */
struct app_ask {
	int64_t merchant;
	const char *name;
	const char *token; /* the caller's own number for this request; sent again it is
			    * ERR_CONFLICT, since what was shown is not shown twice */
};
MUST_USE enum err app_add(const struct services *s, const struct app_ask *ask, int64_t *id,
			  char secret[SIGNING_SECRET_TEXT]);

/* Changes an app's settings.  ERR_NOT_FOUND. */
struct app_change {
	int64_t merchant, app;
	bool sweep;
};
MUST_USE enum err app_set(const struct services *s, const struct app_change *change);

struct apps {
	struct app apps[APPS_PAGE];
	size_t n;
};
MUST_USE enum err apps_list(const struct services *s, int64_t merchant, int64_t after,
			    struct apps *out);

/* Adds a key of an app: shown once, the caller wipes it.  Tells NEWS_KEYS.  ERR_NOT_FOUND. */
struct key_ask {
	int64_t merchant, app;
	enum key_scope scope;
	const char *token; /* as app_add's */
};
MUST_USE enum err key_add(const struct services *s, const struct key_ask *ask, int64_t *id,
			  char key[API_KEY_TEXT]);

/* Ends a key, at once and for ever; a revoked one stays so.  Tells NEWS_KEYS.  ERR_NOT_FOUND. */
MUST_USE enum err key_revoke(const struct services *s, int64_t merchant, int64_t id);

/* What may be shown of a key. */
struct key_row {
	int64_t id, app, created_at, revoked_at; /* revoked_at 0: it is good */
	enum key_scope scope;
	char hint[API_KEY_HINT];
};
struct keys {
	struct key_row keys[KEYS_PAGE];
	size_t n;
};
MUST_USE enum err keys_list(const struct services *s, int64_t merchant, int64_t after,
			    struct keys *out);
