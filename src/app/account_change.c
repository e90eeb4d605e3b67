#include "app/account_change.h"

#include "app/event_put.h"
#include "app/merchant.h"
#include "base/check.h"
#include "sys/cleanup.h"

static struct digest digest_of(const struct account_change_ask *ask);
static enum err decide(const struct account_change_ask *ask, const struct asset *asset,
		       const struct account *a, struct account_settings *s);
static bool same(const struct account_settings *a, const struct account_settings *b);
static void say(struct tx *tx, enum account_verb verb, int64_t account,
		const struct account_view *v, bool livemode);

enum err account_change(struct tx *tx, const void *ask_, void *answer)
{
	const struct account_change_ask *ask = ask_;
	struct account_change_answer *out = answer;
	struct digest digest = digest_of(ask);
	struct account_settings before, after;
	struct merchant merchant;
	struct account *account;
	struct asset asset;
	int64_t made;

	TRY(request_key_find(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, &made));
	TRY(merchant_get(tx, &merchant));
	TRY(account_find(tx, &ask->name, &asset, &account));
	if (made != 0) {
		out->replayed = true;
		account_view_fill(&out->view, &ask->name, account);
		return ERR_OK;
	}
	before = after = account_settings(account);
	TRY(decide(ask, &asset, account, &after));
	if (!same(&before, &after))
		tx_account_settings(tx, account, &after);
	account_view_fill(&out->view, &ask->name, account);
	if (!same(&before, &after))
		say(tx, ask->verb, account->id, &out->view, merchant.livemode);
	request_key_put(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, account->id);
	return ERR_OK;
}

static struct digest digest_of(const struct account_change_ask *ask)
{
	struct digest_run *d = digest_begin("account");

	digest_integer(d, ask->verb);
	digest_text(d, ask->name.holder);
	digest_text(d, ask->name.asset);
	digest_integer(d, ask->credit_limit);
	digest_integer(d, ask->max_balance);
	return digest_end(d);
}

static enum err decide(const struct account_change_ask *ask, const struct asset *asset,
		       const struct account *a, struct account_settings *s)
{
	TRY(account_settable(a));
	switch (ask->verb) {
	case ACCOUNT_FREEZE:
		/* The asset's setting never changes, so the account may keep a copy: a posting then
		 * looks at its two accounts only. */
		s->frozen = asset->frozen_in ? FREEZE_OUT : FREEZE_BOTH;
		return ERR_OK;
	case ACCOUNT_UNFREEZE:
		s->frozen = FREEZE_NONE;
		return ERR_OK;
	case ACCOUNT_LIMIT:
		if (ask->credit_limit < 0 && ask->max_balance < 0)
			FAIL_AT(ERR_INVALID, "credit_limit", "credit_limit, max_balance or both");
		if (ask->credit_limit >= 0)
			s->credit_limit = ask->credit_limit;
		if (ask->max_balance >= 0)
			s->max_balance = ask->max_balance;
		return ERR_OK;
	case ACCOUNT_CLOSE:
		s->closed = true;
		return account_closable(a);
	case ACCOUNT_REOPEN:
		s->closed = false;
		return ERR_OK;
	}
	CHECK(!"a change of an account that does not exist");
	return ERR_INTERNAL;
}

static bool same(const struct account_settings *a, const struct account_settings *b)
{
	return a->credit_limit == b->credit_limit && a->max_balance == b->max_balance &&
	       a->frozen == b->frozen && a->closed == b->closed;
}

static void say(struct tx *tx, enum account_verb verb, int64_t account,
		const struct account_view *v, bool livemode)
{
	static const char *const TYPES[] = {
		[ACCOUNT_FREEZE] = "account.frozen",  [ACCOUNT_UNFREEZE] = "account.unfrozen",
		[ACCOUNT_LIMIT] = "account.changed",  [ACCOUNT_CLOSE] = "account.closed",
		[ACCOUNT_REOPEN] = "account.changed",
	};
	CLEANUP(jout_free) struct jout w;

	jout_open(&w);
	account_json(&w, NULL, v, livemode);
	event_put(tx, &(struct event){ .type = TYPES[verb],
				       .object = account,
				       .object_json = { w.p, w.n } });
}
