/* hold_view.c - a hold as the API and the events show it. */
#include "app/hold.h"

#include "app/event_put.h"
#include "base/check.h"
#include "sys/cleanup.h"

#include <stdio.h>

const char *hold_status_name(enum hold_status status)
{
	switch (status) {
	case HOLD_OPEN:
		return "open";
	case HOLD_CAPTURED:
		return "captured";
	case HOLD_RELEASED:
		return "released";
	case HOLD_EXPIRED:
		return "expired";
	}
	CHECK(!"a hold's status without a name");
	return "";
}

enum err hold_show(struct tx *tx, const void *ask_, void *answer)
{
	const struct hold_name *ask = ask_;
	struct hold_answer *out = answer;
	int64_t id = ask->id;
	bool found = false;

	if (id == 0)
		TRY(request_key_named(tx, ask->app, ask->key, &id));
	if (id != 0)
		TRY(hold_find(tx, id, &out->hold, &found));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "id", "there is no such hold");
	return ERR_OK;
}

void hold_json(struct jout *w, const char *key, const struct hold *h, int64_t transfer)
{
	char address[ACCOUNT_NAME_TEXT];

	(void)snprintf(address, sizeof(address), "%s/%s", h->name.holder, h->name.asset);
	jout_object(w, key);
	jout_id(w, "id", ID_HOLD, h->id);
	jout_text(w, "object", "hold");
	jout_bool(w, "livemode", h->livemode);
	jout_text(w, "request_id", *h->request_id != '\0' ? h->request_id : NULL);
	jout_text(w, "account", address);
	jout_text(w, "asset", h->name.asset);
	jout_integer(w, "amount", h->amount);
	jout_integer(w, "captured", h->captured);
	jout_integer(w, "released", h->released);
	jout_integer(w, "left", hold_rest(h));
	jout_text(w, "status", hold_status_name(h->status));
	jout_integer(w, "reason", h->reason);
	jout_id(w, "transfer", ID_TRANSFER, transfer);
	jout_integer(w, "version", h->version);
	jout_time(w, "expires_at", h->expires_at);
	jout_time(w, "created_at", h->created_at);
	jout_object_end(w);
}

void hold_say(struct tx *tx, const char *type, const struct hold *h, int64_t transfer)
{
	CLEANUP(jout_free) struct jout w;

	jout_open(&w);
	hold_json(&w, NULL, h, transfer);
	event_put(tx, &(struct event){ .type = type,
				       .app = h->app,
				       .object = h->id,
				       .object_json = { w.p, w.n } });
}
