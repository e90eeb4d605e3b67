#include "app/transfer_read.h"

#include "base/money.h"
#include "core/reason.h"

enum { REQUEST_ID, FROM, TO, AMOUNT, REASON, MEMO, REF, MEMBERS_N };

static const struct flat_member MEMBERS[MEMBERS_N] = {
	{ "request_id", FLAT_TEXT, false }, { "from", FLAT_TEXT, false },
	{ "to", FLAT_TEXT, false },         { "amount", FLAT_INTEGER, false },
	{ "reason", FLAT_INTEGER, false },  { "memo", FLAT_TEXT, true },
	{ "ref", FLAT_TEXT, true },
};

static enum err accounts_read(struct str from, struct str to, struct post *out);

bool transfer_take(struct flat *f, struct post *out)
{
	struct flat_value v[MEMBERS_N];

	if (!flat_object(f, MEMBERS, MEMBERS_N, v))
		return false;
	out->request_id = v[REQUEST_ID].text;
	out->amount = v[AMOUNT].integer;
	out->reason = v[REASON].integer;
	out->memo = v[MEMO].there ? v[MEMO].text : STR("");
	out->ref = v[REF].there ? v[REF].text : STR("");
	return request_key_is(out->request_id) && out->amount >= 1 && out->amount <= AMOUNT_MAX &&
	       out->reason >= 1 && out->reason <= REASON_MAX && out->memo.n <= MEMO_MAX &&
	       out->ref.n <= REF_MAX && accounts_read(v[FROM].text, v[TO].text, out) == ERR_OK;
}

void transfer_members(struct jin *r, struct transfer_text *out)
{
	*out = (struct transfer_text){ .amount = 0 };
	request_key_member(r, "request_id", out->request_id);
	jin_text(r, "from", JIN_NEEDED, out->from, sizeof(out->from));
	jin_text(r, "to", JIN_NEEDED, out->to, sizeof(out->to));
	jin_integer(r, "amount", JIN_NEEDED, 1, AMOUNT_MAX, &out->amount);
	jin_integer(r, "reason", JIN_NEEDED, 1, REASON_MAX, &out->reason);
	jin_text(r, "memo", JIN_OPTIONAL, out->memo, sizeof(out->memo));
	jin_text(r, "ref", JIN_OPTIONAL, out->ref, sizeof(out->ref));
}

static struct str copied(struct arena *arena, const char *text)
{
	return str_of(arena_text(arena, str_of(text)));
}

enum err transfer_accounts(const struct transfer_text *text, struct arena *arena, struct post *out)
{
	out->request_id = copied(arena, text->request_id);
	out->amount = text->amount;
	out->reason = text->reason;
	out->memo = copied(arena, text->memo);
	out->ref = copied(arena, text->ref);
	return accounts_read(copied(arena, text->from), copied(arena, text->to), out);
}

/* The texts are borrowed. */
static enum err accounts_read(struct str from, struct str to, struct post *out)
{
	struct account_name f, t;
	struct str to_asset;

	TRY(account_name_read(from, "from", &f));
	TRY(account_name_read(to, "to", &t));
	out->from = str_cut(from, '/', &out->asset);
	out->to = str_cut(to, '/', &to_asset);
	if (!str_eq(out->asset, to_asset))
		FAIL_AT(ERR_INVALID, "to", "a transfer moves one asset: %s is not %s", t.asset,
			f.asset);
	return ERR_OK;
}
