/* endpoint_change.c - adding endpoints, changing them and their secrets. */
#include "app/endpoint.h"
#include "app/vault.h"
#include "app/webhook_url.h"
#include "sys/cleanup.h"
#include "sys/crypto.h"

#include <string.h>

enum { SEALED = SIGNING_SECRET_TEXT - 1 + AES_GCM_EXTRA };

static enum err find_made(struct tx *tx, const struct endpoint_ask *a, int64_t *id, size_t *n);
static enum err check_room(struct tx *tx, size_t of_app);
static enum err is_secret(const struct endpoint_ask *a, int64_t id, struct str sealed, bool *is);
static enum err has_secret(struct tx *tx, const struct endpoint_ask *a, bool *has);
static enum err seal(const struct endpoint_ask *a, int64_t id, uint8_t sealed[SEALED]);
static enum err check_patterns(struct str patterns);

enum err endpoint_check(const struct endpoint_ask *a)
{
	if (a->url[0] != '\0')
		TRY(webhook_url_check(a->services, a->livemode, str_of(a->url), "url"));
	return check_patterns(str_of(a->events));
}

static enum err check_patterns(struct str patterns)
{
	while (patterns.n > 0)
		TRY(pattern_check(str_cut(patterns, ' ', &patterns), "events"));
	return ERR_OK;
}

enum err endpoint_add(struct tx *tx, const void *ask, void *answer)
{
	const struct endpoint_ask *a = ask;
	struct endpoint_answer *out = answer;
	struct endpoint *e = &out->endpoint;
	uint8_t sealed[SEALED];
	int64_t made;
	size_t n;

	memcpy(out->secret, a->secret, sizeof(out->secret));
	TRY(find_made(tx, a, &made, &n));
	if (made != 0)
		return endpoint_get(tx, a->app, made, e);
	TRY(check_room(tx, n));
	*e = (struct endpoint){ .id = tx_id(tx),
				.app = a->app,
				.created_at = tx_now(tx),
				.enabled = a->enabled != 0,
				.compat = a->compat == 1 };
	e->cursor = e->id;
	TRY(str_copy(e->url, sizeof(e->url), str_of(a->url)));
	TRY(str_copy(e->events, sizeof(e->events), str_of(a->events)));
	TRY(seal(a, e->id, sealed));
	TX_PUT(tx, 1,
	       "insert into endpoint (merchant_id, id, app_id, url, events, secret, enabled, "
	       "compat, "
	       "cursor, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $2, $9)",
	       V_I(tx_merchant(tx)), V_I(e->id), V_I(e->app), V_T(e->url), V_T(e->events),
	       V_B(sealed, sizeof(sealed)), V_I(e->enabled), V_I(e->compat), V_I(e->created_at));
	return ERR_OK;
}

static enum err check_room(struct tx *tx, size_t of_app)
{
	int64_t of_merchant;
	struct rows r;

	if (of_app >= ENDPOINTS_MAX)
		FAIL(ERR_CONFLICT, "an app has at most %d webhook endpoints", ENDPOINTS_MAX);
	TX_GET(tx, &r, "select count(*) from endpoint where merchant_id = $1",
	       V_I(tx_merchant(tx)));
	of_merchant = rows_next(&r) ? row_i(&r, 0) : 0;
	TRY(rows_end(&r));
	if (of_merchant >= ENDPOINTS_MERCHANT_MAX)
		FAIL(ERR_CONFLICT, "a merchant has at most %d webhook endpoints",
		     ENDPOINTS_MERCHANT_MAX);
	return ERR_OK;
}

/* *id: the endpoint that this very request made before, known by its secret; *n: how many the app
 * has. */
static enum err find_made(struct tx *tx, const struct endpoint_ask *a, int64_t *id, size_t *n)
{
	enum err e = ERR_OK, ended;
	struct rows r;
	bool is;

	*id = 0;
	*n = 0;
	TX_GET(tx, &r, "select id, secret from endpoint where merchant_id = $1 and app_id = $2",
	       V_I(tx_merchant(tx)), V_I(a->app));
	while (!e && *id == 0 && rows_next(&r)) {
		e = is_secret(a, row_i(&r, 0), row_s(&r, 1), &is);
		*id = !e && is ? row_i(&r, 0) : 0;
		(*n)++;
	}
	ended = rows_end(&r);
	return e ? e : ended;
}

/* Whether the endpoint signs with the secret asked for already. */
static enum err has_secret(struct tx *tx, const struct endpoint_ask *a, bool *has)
{
	enum err e = ERR_OK, ended;
	struct rows r;
	bool found;

	*has = false;
	TX_ONE(tx, &r, &found, "select secret from endpoint where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(a->id));
	if (found)
		e = is_secret(a, a->id, row_s(&r, 0), has);
	ended = rows_end(&r);
	return e ? e : ended;
}

static enum err is_secret(const struct endpoint_ask *a, int64_t id, struct str sealed, bool *is)
{
	CLEANUP(secret_wipe) struct secret secret = { 0 };
	struct vault_place place = { "endpoint", a->merchant, id, 0 };

	TRY(vault_reveal(a->services->vault, place, sealed, &secret));
	*is = secret.n == strlen(a->secret) &&
	      same_bytes(secret_reveal(&secret).p, a->secret, secret.n);
	return ERR_OK;
}

static enum err seal(const struct endpoint_ask *a, int64_t id, uint8_t sealed[SEALED])
{
	struct vault_place place = { "endpoint", a->merchant, id, 0 };

	return vault_seal(a->services->vault, place, str_of(a->secret), sealed);
}

enum err endpoint_set(struct tx *tx, const void *ask, void *answer)
{
	const struct endpoint_ask *a = ask;
	struct endpoint_answer *out = answer;
	struct endpoint *e = &out->endpoint;

	out->secret[0] = '\0';
	TRY(endpoint_get(tx, a->app, a->id, e));
	if (a->url[0] != '\0')
		TRY(str_copy(e->url, sizeof(e->url), str_of(a->url)));
	if (a->events[0] != '\0')
		TRY(str_copy(e->events, sizeof(e->events), str_of(a->events)));
	if (a->enabled >= 0)
		e->enabled = a->enabled != 0;
	if (a->compat >= 0)
		e->compat = a->compat != 0;
	TX_PUT(tx, 1,
	       "update endpoint set url = $3, events = $4, enabled = $5, compat = $6 "
	       "where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(e->id), V_T(e->url), V_T(e->events), V_I(e->enabled),
	       V_I(e->compat));
	tx_tell(tx, NEWS_EVENTS); /* it may have been enabled */
	return ERR_OK;
}

enum err endpoint_rotate(struct tx *tx, const void *ask, void *answer)
{
	const struct endpoint_ask *a = ask;
	struct endpoint_answer *out = answer;
	struct endpoint *e = &out->endpoint;
	uint8_t sealed[SEALED];
	bool has;

	memcpy(out->secret, a->secret, sizeof(out->secret));
	TRY(endpoint_get(tx, a->app, a->id, e));
	TRY(has_secret(tx, a, &has));
	if (has)
		return ERR_OK;
	TRY(seal(a, e->id, sealed));
	e->old_until = tx_now(tx) + ENDPOINT_OLD_SECRET_MS;
	TX_PUT(tx, 1,
	       "update endpoint set old_secret = secret, old_until = $3, secret = $4 "
	       "where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(e->id), V_I(e->old_until), V_B(sealed, sizeof(sealed)));
	tx_tell(tx, NEWS_EVENTS); /* the deliveries at work take the new secret */
	return ERR_OK;
}
