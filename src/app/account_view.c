/* account_view.c - an account as the API and events show it (declared in app/account.h). */
#include "app/account.h"

#include <stdio.h>

void account_view_fill(struct account_view *v, const struct account_name *name,
		       const struct account *a)
{
	v->name = *name;
	v->settings = account_settings(a);
	v->balance = a->balance;
	v->held = a->held;
	v->available = account_available(a);
	v->version = account_version(a);
	v->at_ms = -1;
}

void account_json(struct jout *w, const char *key, const struct account_view *v, bool livemode)
{
	const struct account_settings *s = &v->settings;
	char address[ACCOUNT_NAME_TEXT];

	(void)snprintf(address, sizeof(address), "%s/%s", v->name.holder, v->name.asset);
	jout_object(w, key);
	jout_text(w, "object", "account");
	jout_bool(w, "livemode", livemode);
	jout_text(w, "address", address);
	jout_integer(w, "balance", v->balance);
	jout_integer(w, "held", v->held);
	jout_integer(w, "available", v->available);
	jout_integer(w, "credit_limit", s->credit_limit);
	if (s->max_balance > 0)
		jout_integer(w, "max_balance", s->max_balance);
	else
		jout_null(w, "max_balance");
	jout_bool(w, "frozen", s->frozen != FREEZE_NONE);
	jout_bool(w, "takes", !s->closed && s->frozen != FREEZE_BOTH);
	jout_bool(w, "closed", s->closed);
	jout_integer(w, "version", v->version);
	if (v->at_ms >= 0)
		jout_time(w, "at", v->at_ms);
	else
		jout_null(w, "at");
	jout_object_end(w);
}
