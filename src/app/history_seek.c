/* history_seek.c - one entry of an account's history, and the newest before a moment (declared in
 * app/history.h). */
#include "app/history.h"

#include "base/check.h"
#include "base/id.h"

static void read_sides(const struct rows *r, int64_t account, struct entry *out);
static enum err first_mark(struct tx *tx, struct history_seek *s);
static enum err read_mark(struct tx *tx, struct history_seek *s, int64_t version, int64_t *id);
static enum err down_the_chain(struct tx *tx, struct history_seek *s);

int64_t history_bound(int64_t at_ms)
{
	enum { BELOW_MS = ID_NODE_BITS + ID_COUNTER_BITS };

	return at_ms > INT64_MAX >> BELOW_MS ? INT64_MAX : at_ms << BELOW_MS;
}

enum err history_entry(struct tx *tx, int64_t account, int64_t id, struct entry *out, bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found,
	       "select id, at, kind, from_account, to_account, amount, reason, memo, ref,"
	       " from_balance, from_held, from_version, from_previous,"
	       " to_balance, to_held, to_version, to_previous"
	       " from transfer where merchant_id = $1 and id = $2"
	       " and (from_account = $3 or to_account = $3)",
	       V_I(tx_merchant(tx)), V_I(id), V_I(account));
	if (*found) {
		*out = (struct entry){ .id = row_i(&r, 0),
				       .at_ms = row_i(&r, 1),
				       .kind = (enum posting_kind)row_i(&r, 2),
				       .reason = row_i(&r, 6) };
		row_text(&r, 7, out->memo, sizeof(out->memo));
		row_text(&r, 8, out->ref, sizeof(out->ref));
		read_sides(&r, account, out);
	}
	return rows_end(&r);
}

static void read_sides(const struct rows *r, int64_t account, struct entry *out)
{
	int64_t from = row_i(r, 3), amount = row_i(r, 5);
	bool gives = from == account;
	int side = gives ? 9 : 13;

	out->balance = row_i(r, side);
	out->held = row_i(r, side + 1);
	out->version = row_i(r, side + 2);
	out->previous = row_i(r, side + 3);
	out->other = gives ? row_i(r, 4) : from;
	switch (out->kind) {
	case POSTING_HOLD:
		out->held_change = amount;
		return;
	case POSTING_RELEASE:
		out->held_change = -amount;
		return;
	case POSTING_CAPTURE:
		out->held_change = gives ? -amount : 0;
		break;
	case POSTING_TRANSFER:
	case POSTING_REVERSAL:
		break;
	}
	out->amount = gives ? -amount : amount;
}

enum err history_seek(struct tx *tx, struct history_seek *s)
{
	s->steps = 0;
	if (s->at >= s->bound)
		TRY(first_mark(tx, s));
	while (s->at >= s->bound)
		TRY(down_the_chain(tx, s));
	return ERR_OK;
}

/* Goes to the account's lowest mark that is not below the bound, if there is one. */
static enum err first_mark(struct tx *tx, struct history_seek *s)
{
	int64_t low = 0, high = s->version / ACCOUNT_MARK_EVERY;

	/* The mark `low` is below the bound, those above `high` are not. */
	while (low < high) {
		int64_t middle = low + (high - low + 1) / 2, id;

		TRY(read_mark(tx, s, middle * ACCOUNT_MARK_EVERY, &id));
		if (id < s->bound) {
			low = middle;
		} else {
			high = middle - 1;
			s->at = id;
		}
	}
	return ERR_OK;
}

static enum err read_mark(struct tx *tx, struct history_seek *s, int64_t version, int64_t *id)
{
	struct rows r;
	bool found;

	s->steps++;
	TX_ONE(tx, &r, &found,
	       "select transfer_id from account_mark"
	       " where merchant_id = $1 and account_id = $2 and version = $3",
	       V_I(tx_merchant(tx)), V_I(s->account), V_I(version));
	if (found)
		*id = row_i(&r, 0);
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_CORRUPT, "account %lld has no mark at version %lld", (long long)s->account,
		     (long long)version);
	return ERR_OK;
}

static enum err down_the_chain(struct tx *tx, struct history_seek *s)
{
	struct rows r;
	bool found;

	if (s->steps++ == HISTORY_SEEK_STEPS)
		FAIL(ERR_CORRUPT, "account %lld has more transfers between two marks than %d",
		     (long long)s->account, ACCOUNT_MARK_EVERY);
	TX_ONE(tx, &r, &found,
	       "select from_account, from_previous, to_previous from transfer"
	       " where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(s->at));
	if (!found) {
		TRY(rows_end(&r));
		FAIL(ERR_CORRUPT, "account %lld names transfer %lld, which is not there",
		     (long long)s->account, (long long)s->at);
	}
	s->at = row_i(&r, row_i(&r, 0) == s->account ? 1 : 2);
	return rows_end(&r);
}

const char *posting_kind_name(enum posting_kind kind)
{
	switch (kind) {
	case POSTING_TRANSFER:
		return "transfer";
	case POSTING_HOLD:
		return "hold";
	case POSTING_CAPTURE:
		return "capture";
	case POSTING_RELEASE:
		return "release";
	case POSTING_REVERSAL:
		return "reversal";
	}
	CHECK(!"a posting of a kind without a name");
	return "";
}
