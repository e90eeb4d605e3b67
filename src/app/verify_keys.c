/* verify_keys.c - a caller's number names one object for ever. */
#include "app/verify_run.h"

#include "app/request_key.h"

#include <stdio.h>

enum { GROUP_SPAN = 10000 };

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static enum err key_check(struct verify_run *v, struct tx *tx, const struct rows *r,
			  const char *text);
static enum err exists(struct tx *tx, enum request_kind kind, int64_t object, bool *found);
static enum err in_ledger(struct tx *tx, int64_t object, bool *found);

enum err verify_keys_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	return caught_up ? page(slice->v, tx, slice) : ERR_OK;
}

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	char text[VERIFY_ROW_TEXT];
	struct rows r;
	size_t n = 0;
	bool too_long = false;
	enum err e = ERR_OK, ended;

	TX_GET(tx, &r,
	       "select app_id, kind, key, object from request_key where merchant_id = $1"
	       " and (app_id, kind, key) > ($2, $3, $4) order by app_id, kind, key limit $5",
	       V_I(v->merchant), V_I(slice->app), V_I(slice->kind), V_T(slice->key),
	       V_I(VERIFY_PAGE));
	for (; e == ERR_OK && rows_next(&r); n++) {
		struct str key = row_s(&r, 2);

		slice->app = row_i(&r, 0);
		slice->kind = row_i(&r, 1);
		too_long = key.n > VERIFY_KEY_MAX;
		str_copy_cut(slice->key, sizeof(slice->key), key);
		(void)snprintf(text, sizeof(text), "%lld %lld %.100s", (long long)slice->app,
			       (long long)slice->kind, slice->key);
		e = key_check(v, tx, &r, text);
		v->counts->keys++;
	}
	/* A page that ends in such a row could not go on after it. */
	slice->more = n == VERIFY_PAGE && !too_long;
	ended = rows_end(&r);
	TRY(e);
	return ended;
}

static enum err key_check(struct verify_run *v, struct tx *tx, const struct rows *r,
			  const char *text)
{
	int64_t kind = row_i(r, 1), object = row_i(r, 3);
	struct verify_faults f = { .n = 0 };
	bool found = true;

	if (row_s(r, 2).n > REQUEST_KEY_MAX)
		verify_fault(&f, "key is longer than %d bytes", REQUEST_KEY_MAX);
	if (kind < KEY_REQUEST || kind > KEY_TAEL)
		verify_fault(&f, "there is no kind %lld", (long long)kind);
	else if (object != 0)
		TRY(exists(tx, (enum request_kind)kind, object, &found));
	if (!found)
		verify_fault(&f, "object %lld does not exist", (long long)object);
	if (f.n > 0)
		verify_report_faults(v, "request_key", text, &f);
	return ERR_OK;
}

static enum err exists(struct tx *tx, enum request_kind kind, int64_t object, bool *found)
{
	struct rows r;

	switch (kind) {
	case KEY_REQUEST:
		return in_ledger(tx, object, found);
	case KEY_ORDER:
		TX_ONE(tx, &r, found, "select 1 from orders where merchant_id = $1 and id = $2",
		       V_I(tx_merchant(tx)), V_I(object));
		return rows_end(&r);
	case KEY_REFUND:
		TX_ONE(tx, &r, found, "select 1 from refund where merchant_id = $1 and id = $2",
		       V_I(tx_merchant(tx)), V_I(object));
		return rows_end(&r);
	case KEY_TAEL:
		/* An app, a key, a channel account …: whose row may go one day. */
		return ERR_OK;
	}
	return ERR_OK;
}

/* A transfer, an account whose settings were changed, a quote, or transfers asked for together,
 * which follow their group's id. */
static enum err in_ledger(struct tx *tx, int64_t object, bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found, "select 1 from transfer where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(object));
	TRY(rows_end(&r));
	if (*found)
		return ERR_OK;
	TX_ONE(tx, &r, found, "select 1 from account where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(object));
	TRY(rows_end(&r));
	if (*found)
		return ERR_OK;
	TX_ONE(tx, &r, found, "select 1 from quote where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(object));
	TRY(rows_end(&r));
	if (*found)
		return ERR_OK;
	TX_ONE(tx, &r, found,
	       "select 1 from (select group_id from transfer where merchant_id = $1 and id > $2"
	       " order by id limit $3) following where group_id = $2 limit 1",
	       V_I(tx_merchant(tx)), V_I(object), V_I(GROUP_SPAN));
	return rows_end(&r);
}

enum err verify_key_of(struct tx *tx, const struct verify_transfer *t, struct verify_faults *f)
{
	int64_t object = 0;
	struct rows r;
	bool found;

	if (t->app == 0 || t->request_id.n == 0)
		return ERR_OK;
	TX_ONE(tx, &r, &found,
	       "select object from request_key where merchant_id = $1 and app_id = $2"
	       " and kind = $3 and key = $4",
	       V_I(tx_merchant(tx)), V_I(t->app), V_I(KEY_REQUEST), V_S(t->request_id));
	if (found)
		object = row_i(&r, 0);
	TRY(rows_end(&r));
	if (!found)
		verify_fault(f, "its request_id has no request_key");
	else if (object != t->id && object != t->group)
		verify_fault(f, "the request_key of its request_id names another object");
	return ERR_OK;
}
