#include "app/order_view.h"

#include "app/event_put.h"
#include "app/merchant.h"
#include "app/order_row.h"
#include "base/check.h"
#include "channel/channel.h"
#include "sys/cleanup.h"

static void write_flags(struct jout *w, unsigned flags);
static void write_leg(struct jout *w, const struct leg *l);
static void write_action(struct jout *w, const struct shown_action *shown);
static void optional(struct jout *w, const char *key, const char *text);

enum err order_view_get(struct tx *tx, int64_t app, int64_t id, struct arena *arena,
			struct order_view *out)
{
	struct merchant m;

	TRY(merchant_get(tx, &m));
	TRY(order_get(tx, app, id, &out->order));
	out->livemode = m.livemode;
	out->has_attempt = out->order.attempt != 0;
	if (!out->has_attempt)
		return ERR_OK;
	TRY(attempt_get(tx, out->order.attempt, &out->attempt));
	return shown_action_get(tx, out->order.attempt, arena, &out->action);
}

enum err shown_action_get(struct tx *tx, int64_t attempt, struct arena *arena,
			  struct shown_action *out)
{
	struct rows r;
	bool found;

	*out = (struct shown_action){ 0 };
	TX_ONE(tx, &r, &found,
	       "select action_type, action, action_form from attempt "
	       "where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(attempt));
	if (found) {
		out->type = (int)row_i(&r, 0);
		out->value = str_of(arena_text(arena, row_s(&r, 1)));
		out->form = str_of(arena_text(arena, row_s(&r, 2)));
	}
	return rows_end(&r);
}

void order_write(struct jout *w, const char *key, const struct order *o, bool livemode,
		 const struct attempt *a, const struct shown_action *shown)
{
	jout_object(w, key);
	jout_id(w, "id", ID_ORDER, o->id);
	jout_text(w, "object", "order");
	jout_bool(w, "livemode", livemode);
	jout_text(w, "out_order_no", o->out_order_no);
	jout_text(w, "status", order_status_name(o->status));
	jout_integer(w, "amount", o->amount);
	jout_integer(w, "amount_paid", o->amount_paid);
	jout_integer(w, "amount_refunding", o->amount_refunding);
	jout_integer(w, "amount_refunded", o->amount_refunded);
	write_flags(w, o->flags);
	jout_text(w, "fulfilment", fulfilment_name(o->fulfilment));
	jout_integer(w, "version", o->version);
	jout_text(w, "subject", o->subject);
	optional(w, "user", o->user);
	if (o->action[0] != '\0') {
		jout_object(w, "action");
		jout_text(w, "name", o->action);
		jout_raw(w, "args", str_of(o->action_args[0] != '\0' ? o->action_args : "{}"));
		jout_object_end(w);
	} else {
		jout_null(w, "action");
	}
	optional(w, "attach", o->attach);
	jout_raw(w, "metadata", str_of(o->metadata[0] != '\0' ? o->metadata : "{}"));
	optional(w, "notify_url", o->notify_url);
	optional(w, "return_url", o->return_url);
	jout_time(w, "created_at", o->created_at);
	jout_time(w, "expires_at", o->expires_at);
	jout_time(w, "paid_at", o->paid_at);
	jout_time(w, "closed_at", o->closed_at);
	if (a)
		attempt_write(w, "attempt", a, livemode, shown);
	else
		jout_null(w, "attempt");
	jout_object_end(w);
}

void attempt_write(struct jout *w, const char *key, const struct attempt *a, bool livemode,
		   const struct shown_action *shown)
{
	jout_object(w, key);
	jout_id(w, "id", ID_ATTEMPT, a->id);
	jout_text(w, "object", "attempt");
	jout_bool(w, "livemode", livemode);
	jout_id(w, "order", ID_ORDER, a->order);
	jout_text(w, "method", a->method);
	jout_text(w, "status", attempt_status_name(a->status));
	jout_integer(w, "channel_amount", a->channel_fen);
	optional(w, "number", a->number);
	jout_array(w, "legs");
	for (size_t i = 0; i < a->legs_n; i++)
		write_leg(w, &a->legs[i]);
	jout_array_end(w);
	write_action(w, attempt_open(a) ? shown : NULL);
	if (a->error_code[0] != '\0') {
		jout_object(w, "error");
		jout_text(w, "code", a->error_code);
		jout_text(w, "text", a->error_text);
		jout_object_end(w);
	} else {
		jout_null(w, "error");
	}
	jout_time(w, "created_at", a->created_at);
	jout_time(w, "expires_at", a->expires_at);
	jout_time(w, "ended_at", a->ended_at);
	jout_object_end(w);
}

void refund_write(struct jout *w, const char *key, const struct refund *r, bool livemode)
{
	jout_object(w, key);
	jout_id(w, "id", ID_REFUND, r->id);
	jout_text(w, "object", "refund");
	jout_bool(w, "livemode", livemode);
	jout_text(w, "kind", r->kind == REFUND_ORDER ? "order" : "exception");
	jout_id(w, "order", ID_ORDER, r->order);
	optional(w, "out_refund_no", r->out_refund_no);
	jout_text(w, "status", refund_status_name(r->status));
	jout_integer(w, "version", r->version);
	jout_integer(w, "amount", r->amount);
	jout_integer(w, "channel_amount", r->channel_fen);
	optional(w, "note", r->note);
	if (r->error_code[0] != '\0') {
		jout_object(w, "error");
		jout_text(w, "code", r->error_code);
		jout_text(w, "text", r->error_text);
		jout_object_end(w);
	} else {
		jout_null(w, "error");
	}
	jout_time(w, "created_at", r->created_at);
	jout_time(w, "ended_at", r->ended_at);
	jout_object_end(w);
}

static void write_flags(struct jout *w, unsigned flags)
{
	static const struct {
		enum order_flag flag;
		const char *name;
	} NAMES[] = {
		{ FLAG_LATE, "late" },
		{ FLAG_TWICE, "twice" },
		{ FLAG_OVER, "over" },
		{ FLAG_UNDER, "under" },
	};

	jout_array(w, "flags");
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		if (flags & NAMES[i].flag)
			jout_text(w, NULL, NAMES[i].name);
	}
	jout_array_end(w);
}

static void write_leg(struct jout *w, const struct leg *l)
{
	char account[HOLDER_MAX + 32];
	size_t n = 0;

	str_add(account, sizeof(account), &n, "%s/%s", l->holder, l->asset_code);
	jout_object(w, NULL);
	jout_text(w, "kind", l->kind == LEG_WALLET ? "wallet" : "channel");
	jout_text(w, "account", account);
	jout_text(w, "asset", l->asset_code);
	jout_integer(w, "amount", l->amount);
	jout_integer(w, "worth", l->worth);
	jout_integer(w, "refunded_amount", l->refunded_amount);
	jout_integer(w, "refunded_worth", l->refunded_worth);
	jout_object_end(w);
}

static void write_action(struct jout *w, const struct shown_action *shown)
{
	const char *name;

	if (!shown || shown->type == ACTION_NONE || shown->value.n == 0) {
		jout_null(w, "action");
		return;
	}
	name = action_name((enum action_type)shown->type);
	jout_object(w, "action");
	jout_text(w, "type", name);
	if (shown->type == ACTION_JSAPI)
		jout_raw(w, name, shown->value);
	else
		jout_str(w, name, shown->value);
	if (shown->type == ACTION_REDIRECT)
		jout_str(w, "form", shown->form);
	jout_object_end(w);
}

static void optional(struct jout *w, const char *key, const char *text)
{
	jout_text(w, key, text[0] != '\0' ? text : NULL);
}

void order_event(struct tx *tx, const char *type, const struct order *o, const struct attempt *a,
		 bool livemode)
{
	CLEANUP(jout_free) struct jout w;

	jout_open(&w);
	order_write(&w, NULL, o, livemode, a, NULL);
	event_put(tx, &(struct event){ .type = type,
				       .app = o->app,
				       .object = o->id,
				       .order = o->id,
				       .notify_url = o->notify_url,
				       .object_json = { w.p, w.n } });
}

void refund_event(struct tx *tx, const char *type, const struct refund *r, const struct order *o,
		  bool livemode)
{
	CLEANUP(jout_free) struct jout w;

	jout_open(&w);
	refund_write(&w, NULL, r, livemode);
	event_put(tx, &(struct event){ .type = type,
				       .app = r->app,
				       .object = r->id,
				       .order = o ? o->id : 0,
				       .notify_url = o ? o->notify_url : "",
				       .object_json = { w.p, w.n } });
}
