/* history_seek.c - one entry of an account's history, and the newest before a moment (declared in
 * app/history.h). */
#include "app/history.h"

#include "base/check.h"
#include "base/id.h"

enum { CHAIN_TURN = 64, JOURNAL_TURN = 256 };

static void read_sides(const struct rows *r, int64_t account, struct entry *out);
static enum err down_the_chain(struct tx *tx, struct history_seek *s, int64_t *steps);
static enum err down_the_journal(struct tx *tx, struct history_seek *s, int64_t *steps);

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

enum err history_seek(struct tx *tx, struct history_seek *s, int64_t steps)
{
	while (!s->done && steps > 0) {
		TRY(down_the_chain(tx, s, &steps));
		if (!s->done && steps > 0)
			TRY(down_the_journal(tx, s, &steps));
	}
	/* Steps that ended with the last one needed. */
	s->done = s->done || s->at < s->bound;
	return ERR_OK;
}

static enum err down_the_chain(struct tx *tx, struct history_seek *s, int64_t *steps)
{
	for (int i = 0; i < CHAIN_TURN && s->at >= s->bound; i++, (*steps)--) {
		struct rows r;
		bool found;

		if (*steps <= 0)
			break;
		TX_ONE(tx, &r, &found,
		       "select from_account, from_previous, to_previous from transfer"
		       " where merchant_id = $1 and id = $2",
		       V_I(tx_merchant(tx)), V_I(s->at));
		if (found)
			s->at = row_i(&r, row_i(&r, 0) == s->account ? 1 : 2);
		TRY(rows_end(&r));
		if (!found)
			FAIL(ERR_CORRUPT, "account %lld names transfer %lld, which is not there",
			     (long long)s->account, (long long)s->at);
	}
	s->done = s->at < s->bound;
	return ERR_OK;
}

static enum err down_the_journal(struct tx *tx, struct history_seek *s, int64_t *steps)
{
	int64_t turn = *steps < JOURNAL_TURN ? *steps : JOURNAL_TURN, seen = 0;
	struct rows r;

	TX_GET(tx, &r,
	       "select id, from_account, to_account from transfer"
	       " where merchant_id = $1 and id < $2 order by id desc limit $3",
	       V_I(tx_merchant(tx)), V_I(s->below), V_I(turn));
	while (!s->done && rows_next(&r)) {
		s->below = row_i(&r, 0);
		s->done = row_i(&r, 1) == s->account || row_i(&r, 2) == s->account;
		if (s->done)
			s->at = s->below;
		seen++;
	}
	TRY(rows_end(&r));
	*steps -= seen;
	/* The journal has no row below any more. */
	if (!s->done && seen < turn) {
		s->done = true;
		s->at = 0;
	}
	return ERR_OK;
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
