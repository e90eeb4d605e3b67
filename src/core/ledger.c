#include "core/ledger.h"

#include "base/check.h"

#include <string.h>

static const char ID_BYTES[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-";
static const char KIND_BYTES[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

static enum err out_allowed(enum posting_force force, const struct account *a, int64_t amount,
			    int64_t room);
static enum err in_allowed(enum posting_force force, const struct account *a, int64_t amount);
static enum err moved(int64_t balance, int64_t change, const struct account *a, int64_t *out);
static enum err move(enum posting_kind kind, enum posting_force force, struct account *from,
		     struct account *to, int64_t amount);
static enum err set_aside(enum posting_force force, struct account *a, int64_t amount);
static enum err give_back(struct account *a, int64_t amount);
static bool goes_below_zero(const struct account *a);

enum err ledger_apply(enum posting_kind kind, enum posting_force force, struct account *from,
		      struct account *to, int64_t amount)
{
	if (amount < 1 || amount > AMOUNT_MAX)
		FAIL_AT(ERR_AMOUNT_RANGE, "amount", "an amount is 1 to 2^53-1");
	switch (kind) {
	case POSTING_HOLD:
		return set_aside(force, from, amount);
	case POSTING_RELEASE:
		return give_back(from, amount);
	case POSTING_TRANSFER:
	case POSTING_CAPTURE:
	case POSTING_REVERSAL:
		return move(kind, force, from, to, amount);
	}
	CHECK(!"a posting of a kind that does not exist");
	return ERR_INTERNAL;
}

static enum err move(enum posting_kind kind, enum posting_force force, struct account *from,
		     struct account *to, int64_t amount)
{
	bool capture = kind == POSTING_CAPTURE;
	int64_t from_balance, to_balance;

	CHECK(to != NULL);
	if (from == to)
		FAIL_AT(ERR_SAME_ACCOUNT, "to", "both accounts are %s", from->address);
	if (from->asset != to->asset)
		FAIL_AT(ERR_INVALID, "to", "the accounts hold different assets");
	if (capture)
		CHECK(from->held >= amount);
	else
		TRY(out_allowed(force, from, amount, account_available(from)));
	TRY(in_allowed(force, to, amount));
	TRY(moved(from->balance, -amount, from, &from_balance));
	TRY(moved(to->balance, amount, to, &to_balance));

	from->balance = from_balance;
	if (capture)
		from->held -= amount;
	from->version++;
	to->balance = to_balance;
	to->version++;
	return ERR_OK;
}

static enum err set_aside(enum posting_force force, struct account *a, int64_t amount)
{
	int64_t held;

	TRY(out_allowed(force, a, amount, account_holdable(a)));
	TRY(amount_add(a->held, amount, &held));
	a->held = held;
	a->version++;
	return ERR_OK;
}

static enum err give_back(struct account *a, int64_t amount)
{
	CHECK(a->held >= amount);
	a->held -= amount;
	a->version++;
	return ERR_OK;
}

static enum err out_allowed(enum posting_force force, const struct account *a, int64_t amount,
			    int64_t room)
{
	if (force == FORCE_FACT || force == FORCE_ISSUE)
		return ERR_OK;
	if (a->closed)
		FAIL_AT(ERR_CLOSED, "from", "%s is closed", a->address);
	if (a->frozen != FREEZE_NONE)
		FAIL_AT(ERR_FROZEN, "from", "%s is frozen", a->address);
	if (!goes_below_zero(a) && room < amount)
		FAIL_AT(ERR_INSUFFICIENT, "amount", "%s has %lld available, %lld are needed",
			a->address, (long long)(room > 0 ? room : 0), (long long)amount);
	return ERR_OK;
}

static enum err in_allowed(enum posting_force force, const struct account *a, int64_t amount)
{
	if (force == FORCE_FACT)
		return ERR_OK;
	if (a->closed)
		FAIL_AT(ERR_CLOSED, "to", "%s is closed", a->address);
	if (a->frozen == FREEZE_BOTH)
		FAIL_AT(ERR_FROZEN, "to", "%s is frozen", a->address);
	if (a->max_balance > 0 && a->balance > a->max_balance - amount)
		FAIL_AT(ERR_BALANCE_LIMIT, "to", "%s may hold %lld at most", a->address,
			(long long)a->max_balance);
	return ERR_OK;
}

static bool goes_below_zero(const struct account *a)
{
	switch (a->rule) {
	case RULE_CENTRAL:
	case RULE_OUTSIDE:
	case RULE_OPERATED:
		return true;
	case RULE_SYSTEM:
	case RULE_MEMBER:
	case RULE_EXPIRED:
		return false;
	}
	CHECK(!"an account of a rule that does not exist");
	return false;
}

static enum err moved(int64_t balance, int64_t change, const struct account *a, int64_t *out)
{
	if (amount_add(balance, change, out) != ERR_OK)
		FAIL_AT(ERR_AMOUNT_RANGE, "amount", "the balance of %s would leave its range",
			a->address);
	return ERR_OK;
}

int64_t account_available(const struct account *a)
{
	return a->balance - a->held + a->credit_limit;
}

int64_t account_holdable(const struct account *a)
{
	return a->balance - a->held;
}

int64_t account_version(const struct account *a)
{
	return a->version + a->changes;
}

struct account_settings account_settings(const struct account *a)
{
	return (struct account_settings){
		.credit_limit = a->credit_limit,
		.max_balance = a->max_balance,
		.frozen = a->frozen,
		.closed = a->closed,
	};
}

enum err account_settable(const struct account *a)
{
	if (a->rule != RULE_MEMBER)
		FAIL_AT(ERR_FORBIDDEN, "holder", "%s is an account of the books, not a member's",
			a->address);
	return ERR_OK;
}

enum err account_closable(const struct account *a)
{
	if (a->balance != 0 || a->held != 0)
		FAIL(ERR_NOT_EMPTY, "%s has a balance of %lld, %lld of it held", a->address,
		     (long long)a->balance, (long long)a->held);
	return ERR_OK;
}

enum err holder_read(struct str address, char kind[HOLDER_KIND_MAX + 1])
{
	struct str id, name = str_cut(address, ':', &id);
	bool has_id = name.n < address.n;

	if (!str_is_made_of(name, KIND_BYTES, HOLDER_KIND_MAX) || name.p[0] < 'a')
		FAIL(ERR_INVALID, "a holder begins with its kind: [a-z][a-z0-9_]{0,15}");
	TRY(str_copy(kind, HOLDER_KIND_MAX + 1, name));
	switch (holder_rule(name)) {
	case RULE_CENTRAL:
	case RULE_SYSTEM:
	case RULE_OPERATED:
	case RULE_EXPIRED:
		if (has_id)
			FAIL(ERR_INVALID, "the holder %s stands without an id", kind);
		return ERR_OK;
	case RULE_OUTSIDE:
	case RULE_MEMBER:
		break;
	}
	if (!has_id || !str_is_made_of(id, ID_BYTES, HOLDER_MAX - HOLDER_KIND_MAX - 1))
		FAIL(ERR_INVALID,
		     "a holder is written kind:id, the id 1-64 of A-Z a-z 0-9 . _ @ -");
	return ERR_OK;
}

enum holder_rule holder_rule(struct str kind)
{
	static const struct {
		const char *kind;
		enum holder_rule rule;
	} OURS[] = {
		{ "central", RULE_CENTRAL }, { "channel", RULE_OUTSIDE },
		{ "payout", RULE_OUTSIDE },  { "system", RULE_SYSTEM },
		{ "fee", RULE_OPERATED },    { "suspense", RULE_OPERATED },
		{ "expired", RULE_EXPIRED },
	};

	for (size_t i = 0; i < sizeof(OURS) / sizeof(OURS[0]); i++) {
		if (str_is(kind, OURS[i].kind))
			return OURS[i].rule;
	}
	return RULE_MEMBER;
}
