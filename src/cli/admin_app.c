/* admin_app.c - app.add, app.set, app.list, key.add, key.revoke, key.list. */
#include "cli/admin_ops.h"

#include "app/app.h"
#include "base/check.h"
#include "sys/cleanup.h"
#include "sys/secret.h"

#include <stdlib.h>
#include <string.h>

static const char *const SCOPES[] = {
	[KEY_FULL] = "full",
	[KEY_READ] = "read",
	[KEY_NO_REFUND] = "no_refund",
};

static void read_scope(struct jin *args, enum key_scope *scope);
static enum err read_list(struct services *s, struct jin *args, int64_t *merchant);
static void freep(void *p);

enum err op_app_add(struct services *s, struct jin *args, struct jout *out)
{
	char name[APP_NAME_MAX + 1] = "", token[ADMIN_TOKEN_TEXT] = "";
	char secret[SIGNING_SECRET_TEXT];
	struct app_ask ask = { .name = name, .token = token };
	int64_t id;

	op_token(args, token);
	op_merchant_id(args, &ask.merchant);
	jin_text(args, "name", JIN_NEEDED, name, sizeof(name));
	TRY(jin_done(args));
	TRY(op_merchant(s, &ask.merchant));
	TRY(app_add(s, &ask, &id, secret));
	jout_id(out, "app", ID_APP, id);
	jout_text(out, "secret", secret);
	wipe(secret, sizeof(secret));
	return ERR_OK;
}

enum err op_app_set(struct services *s, struct jin *args, struct jout *out)
{
	char token[ADMIN_TOKEN_TEXT] = "";
	struct app_change change = { 0 };

	op_token(args, token);
	op_merchant_id(args, &change.merchant);
	op_id(args, "app", ID_APP, &change.app);
	jin_bool(args, "sweep", JIN_NEEDED, &change.sweep);
	TRY(jin_done(args));
	TRY(op_merchant(s, &change.merchant));
	TRY(app_set(s, &change));
	jout_id(out, "app", ID_APP, change.app);
	jout_bool(out, "sweep", change.sweep);
	return ERR_OK;
}

enum err op_app_list(struct services *s, struct jin *args, struct jout *out)
{
	CLEANUP(freep) struct apps *page = malloc(sizeof(*page));
	int64_t merchant, after = 0;

	CHECK(page);
	TRY(read_list(s, args, &merchant));
	jout_array(out, "data");
	do {
		TRY(apps_list(s, merchant, after, page));
		for (size_t i = 0; i < page->n; i++) {
			const struct app *a = &page->apps[i];

			jout_object(out, NULL);
			jout_id(out, "id", ID_APP, a->id);
			jout_text(out, "name", a->name);
			jout_bool(out, "sweep", a->sweep);
			jout_time(out, "created_at", a->created_at);
			jout_object_end(out);
			after = a->id;
		}
	} while (page->n == APPS_PAGE);
	jout_array_end(out);
	return ERR_OK;
}

enum err op_key_add(struct services *s, struct jin *args, struct jout *out)
{
	char key[API_KEY_TEXT], token[ADMIN_TOKEN_TEXT] = "";
	struct key_ask ask = { .scope = KEY_FULL, .token = token };
	int64_t id;

	op_token(args, token);
	op_merchant_id(args, &ask.merchant);
	op_id(args, "app", ID_APP, &ask.app);
	read_scope(args, &ask.scope);
	TRY(jin_done(args));
	TRY(op_merchant(s, &ask.merchant));
	TRY(key_add(s, &ask, &id, key));
	jout_id(out, "id", ID_KEY, id);
	jout_text(out, "key", key);
	wipe(key, sizeof(key));
	return ERR_OK;
}

static void read_scope(struct jin *args, enum key_scope *scope)
{
	char text[16] = "full";

	jin_text(args, "scope", JIN_OPTIONAL, text, sizeof(text));
	for (size_t i = KEY_FULL; i < sizeof(SCOPES) / sizeof(SCOPES[0]); i++) {
		if (strcmp(SCOPES[i], text) == 0) {
			*scope = (enum key_scope)i;
			return;
		}
	}
	jin_fault(args, ERR_INVALID, "scope", "a scope is full, read or no_refund");
}

enum err op_key_revoke(struct services *s, struct jin *args, struct jout *out)
{
	char token[ADMIN_TOKEN_TEXT] = "";
	int64_t merchant, id = 0;

	op_token(args, token);
	op_merchant_id(args, &merchant);
	op_id(args, "key", ID_KEY, &id);
	TRY(jin_done(args));
	TRY(op_merchant(s, &merchant));
	TRY(key_revoke(s, merchant, id));
	jout_id(out, "id", ID_KEY, id);
	return ERR_OK;
}

enum err op_key_list(struct services *s, struct jin *args, struct jout *out)
{
	CLEANUP(freep) struct keys *page = malloc(sizeof(*page));
	int64_t merchant, after = 0;

	CHECK(page);
	TRY(read_list(s, args, &merchant));
	jout_array(out, "data");
	do {
		TRY(keys_list(s, merchant, after, page));
		for (size_t i = 0; i < page->n; i++) {
			const struct key_row *k = &page->keys[i];

			jout_object(out, NULL);
			jout_id(out, "id", ID_KEY, k->id);
			jout_id(out, "app", ID_APP, k->app);
			jout_text(out, "scope", SCOPES[k->scope]);
			jout_text(out, "ends_with", k->hint);
			jout_time(out, "created_at", k->created_at);
			jout_time(out, "revoked_at", k->revoked_at);
			jout_object_end(out);
			after = k->id;
		}
	} while (page->n == KEYS_PAGE);
	jout_array_end(out);
	return ERR_OK;
}

static enum err read_list(struct services *s, struct jin *args, int64_t *merchant)
{
	char token[ADMIN_TOKEN_TEXT] = "";

	op_token(args, token);
	op_merchant_id(args, merchant);
	TRY(jin_done(args));
	return op_merchant(s, merchant);
}

static void freep(void *p)
{
	free(*(void **)p);
}
