/* verify_marks.c - each 1,024th transfer of an account has a mark, and each mark such a transfer.
 */
#include "app/verify_run.h"

#include <stdio.h>
#include <string.h>

enum { MARK_ACCOUNT, MARK_VERSION, MARK_TRANSFER, FROM, FROM_VERSION, TO, TO_VERSION };

static enum err look(struct tx *tx, int64_t account, int64_t version, struct verify_faults *f);
static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static enum err compare(struct verify_run *v, struct tx *tx, const struct rows *r);

enum err verify_marks_of(struct tx *tx, const struct verify_transfer *t, struct verify_faults *f)
{
	TRY(look(tx, t->from, t->from_version, f));
	return t->to != 0 ? look(tx, t->to, t->to_version, f) : ERR_OK;
}

static enum err look(struct tx *tx, int64_t account, int64_t version, struct verify_faults *f)
{
	char text[VERIFY_ROW_TEXT];
	struct rows r;
	bool found;

	if (version % ACCOUNT_MARK_EVERY != 0)
		return ERR_OK;
	TX_ONE(tx, &r, &found,
	       "select 1 from account_mark where merchant_id = $1 and account_id = $2"
	       " and version = $3",
	       V_I(tx_merchant(tx)), V_I(account), V_I(version));
	TRY(rows_end(&r));
	if (found)
		return ERR_OK;
	TRY(verify_account_text(tx, account, text));
	verify_fault(f, "%s has no account_mark of its version %lld", text, (long long)version);
	return ERR_OK;
}

enum err verify_marks_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	return caught_up ? page(slice->v, tx, slice) : ERR_OK;
}

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	struct rows r;
	size_t n = 0;
	enum err e = ERR_OK, ended;

	TX_GET(tx, &r,
	       "select m.account_id, m.version, m.transfer_id, t.from_account, t.from_version,"
	       " t.to_account, t.to_version from account_mark m left join transfer t"
	       " on t.merchant_id = m.merchant_id and t.id = m.transfer_id"
	       " where m.merchant_id = $1 and (m.account_id, m.version) > ($2, $3)"
	       " order by m.account_id, m.version limit $4",
	       V_I(v->merchant), V_I(slice->after), V_I(slice->app), V_I(VERIFY_PAGE));
	for (; e == ERR_OK && rows_next(&r); n++) {
		slice->after = row_i(&r, MARK_ACCOUNT);
		slice->app = row_i(&r, MARK_VERSION);
		e = compare(v, tx, &r);
	}
	slice->more = n == VERIFY_PAGE;
	ended = rows_end(&r);
	return e != ERR_OK ? e : ended;
}

static enum err compare(struct verify_run *v, struct tx *tx, const struct rows *r)
{
	int64_t account = row_i(r, MARK_ACCOUNT), version = row_i(r, MARK_VERSION);
	struct verify_faults f = { .n = 0 };
	char text[VERIFY_ROW_TEXT], transfer[ID_TEXT];
	size_t n;

	if (version % ACCOUNT_MARK_EVERY != 0)
		verify_fault(&f, "its version is no multiple of %d", ACCOUNT_MARK_EVERY);
	if ((row_i(r, FROM) != account || row_i(r, FROM_VERSION) != version) &&
	    (row_i(r, TO) != account || row_i(r, TO_VERSION) != version)) {
		id_write(ID_TRANSFER, row_i(r, MARK_TRANSFER), transfer);
		verify_fault(&f, "%s did not give the account this version", transfer);
	}
	if (f.n == 0)
		return ERR_OK;
	TRY(verify_account_text(tx, account, text));
	n = strlen(text);
	str_add(text, sizeof(text), &n, " %lld", (long long)version);
	verify_report_faults(v, "account_mark", text, &f);
	return ERR_OK;
}
