/* admin_merchant.c - merchant.add, merchant.set, merchant.list. */
#include "cli/admin_ops.h"

#include "app/merchant.h"
#include "base/check.h"

#include <stdlib.h>

static enum err write_list(struct services *s, struct merchants *page, struct jout *out);
static void write_merchant(struct jout *out, const struct merchant *m);

enum err op_merchant_add(struct services *s, struct jin *args, struct jout *out)
{
	char name[MERCHANT_NAME_MAX + 1] = "", token[ADMIN_TOKEN_TEXT] = "";
	struct merchant_ask ask = { .name = name, .token = token };
	int64_t id;

	op_token(args, token);
	jin_text(args, "name", JIN_NEEDED, name, sizeof(name));
	jin_bool(args, "live", JIN_NEEDED, &ask.livemode);
	TRY(jin_done(args));
	if (ask.livemode && s->clock != clock_system())
		FAIL_AT(ERR_FORBIDDEN, "live", "the server runs with a test clock");
	TRY(merchant_add(s, &ask, &id));
	jout_id(out, "merchant", ID_MERCHANT, id);
	return ERR_OK;
}

enum err op_merchant_set(struct services *s, struct jin *args, struct jout *out)
{
	char name[MERCHANT_NAME_MAX + 1] = "", token[ADMIN_TOKEN_TEXT] = "";
	bool accept_late = false, forced_reversal = false;
	struct merchant_change change = { 0 };

	op_token(args, token);
	op_id(args, "merchant", ID_MERCHANT, &change.id);
	jin_text(args, "name", JIN_OPTIONAL, name, sizeof(name));
	change.name = jin_has(args, "name") ? name : NULL;
	jin_bool(args, "accept_late", JIN_OPTIONAL, &accept_late);
	change.accept_late = jin_has(args, "accept_late") ? &accept_late : NULL;
	jin_bool(args, "forced_reversal", JIN_OPTIONAL, &forced_reversal);
	change.forced_reversal = jin_has(args, "forced_reversal") ? &forced_reversal : NULL;
	TRY(jin_done(args));
	TRY(merchant_set(s, &change));
	jout_id(out, "merchant", ID_MERCHANT, change.id);
	return ERR_OK;
}

enum err op_merchant_list(struct services *s, struct jin *args, struct jout *out)
{
	char token[ADMIN_TOKEN_TEXT] = "";
	struct merchants *page = malloc(sizeof(*page));
	enum err e;

	CHECK(page);
	op_token(args, token);
	e = jin_done(args);
	if (e == ERR_OK)
		e = write_list(s, page, out);
	free(page);
	return e;
}

static enum err write_list(struct services *s, struct merchants *page, struct jout *out)
{
	int64_t after = 0;

	jout_array(out, "data");
	do {
		TRY(merchants_list(s, after, page));
		for (size_t i = 0; i < page->n; i++) {
			write_merchant(out, &page->merchants[i]);
			after = page->merchants[i].id;
		}
	} while (page->n == MERCHANTS_PAGE);
	jout_array_end(out);
	return ERR_OK;
}

static void write_merchant(struct jout *out, const struct merchant *m)
{
	jout_object(out, NULL);
	jout_id(out, "id", ID_MERCHANT, m->id);
	jout_text(out, "name", m->name);
	jout_bool(out, "livemode", m->livemode);
	jout_text(out, "late_money", m->accept_late ? "accept" : "refund");
	jout_text(out, "forced_reversal", m->forced_reversal ? "allow" : "refuse");
	jout_time(out, "created_at", m->created_at);
	jout_object_end(out);
}
