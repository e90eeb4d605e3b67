#include "core/action.h"

#include "base/check.h"
#include "base/str.h"
#include "core/reason.h"

static enum err check_sale(const struct order *o);
static enum err check_topup(const struct order *o);

static const struct action SALE = {
	.name = "",
	.wallets = true,
	.paid_reason = REASON_PAID_CHANNEL,
	.refund_reason = REASON_REFUND_CHANNEL,
	.check = check_sale,
};

static const struct action TOPUP = {
	.name = "wallet.topup",
	.to_user = true,
	.paid_reason = REASON_TOPUP,
	.refund_reason = REASON_REFUND_TOPUP,
	.check = check_topup,
};

static const struct action *const ACTIONS[] = { &SALE, &TOPUP };

static const struct action *find(const char *name)
{
	for (size_t i = 0; i < sizeof(ACTIONS) / sizeof(ACTIONS[0]); i++) {
		if (str_eq(str_of(name), str_of(ACTIONS[i]->name)))
			return ACTIONS[i];
	}
	return NULL;
}

const struct action *action_of(const struct order *o)
{
	const struct action *a = find(o->action);

	CHECK(a != NULL);
	return a;
}

enum err action_check(const struct order *o)
{
	const struct action *a = find(o->action);

	if (!a)
		FAIL_AT(ERR_ACTION_UNKNOWN, "action.name", "there is no action %s", o->action);
	return a->check(o);
}

void action_credit(const struct order *o, char holder[HOLDER_MAX + 1])
{
	size_t n = 0;

	if (action_of(o)->to_user)
		str_add(holder, HOLDER_MAX + 1, &n, "user:%s", o->user);
	else
		str_add(holder, HOLDER_MAX + 1, &n, "system");
}

static enum err check_sale(const struct order *o)
{
	(void)o;
	return ERR_OK;
}

static enum err check_topup(const struct order *o)
{
	if (o->user[0] == '\0')
		FAIL_AT(ERR_INVALID, "user", "wallet.topup credits a user: name one");
	if (o->action_args[0] != '\0' && !str_is(str_of(o->action_args), "{}"))
		FAIL_AT(ERR_INVALID, "action.args", "wallet.topup takes no arguments");
	return ERR_OK;
}
