/* control_list.c - the control API, as far as it only shows. */
#include "sandbox/control.h"

#include "base/codec.h"
#include "sandbox/payer.h"
#include "sandbox/platform.h"
#include "sys/cleanup.h"
#include "sys/json.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT = 100, LIMIT_MAX = 1000, QUERY_MAX = 8 };

/* What a list is narrowed to. */
struct filter {
	struct str number; /* "": all */
	int64_t limit;
};

static enum err read_filter(struct exchange *x, struct filter *f);
static void write_amounts(const struct trade *t, struct jout *w);
static void write_links(const struct sandbox *s, const struct trade *t, struct jout *w);
static void write_refunds(const struct trade *t, struct jout *w);
static void write_notices(const struct trade *t, struct jout *w);
static void write_calls(const struct trade *t, struct jout *w);
static void write_call(const struct logged_call *c, struct jout *w);
static void write_fault(const struct fault *f, struct jout *w);
static const char *name_of(int op);

void control_trades(struct exchange *x, struct reply *out)
{
	CLEANUP(jout_free) struct jout w;
	struct filter f;
	int64_t n = 0;

	jout_open(&w);
	if (read_filter(x, &f) != ERR_OK) {
		control_refuse(out, ERR_INVALID);
		return;
	}
	jout_object(&w, NULL);
	jout_array(&w, "trades");
	pthread_mutex_lock(&x->s->lock);
	for (struct trade *t = x->s->trades.newest; t && n < f.limit; t = t->older) {
		if (f.number.n > 0 && !str_is(f.number, t->number))
			continue;
		payer_hurry(x->s, t, x->now_ms);
		control_write_trade(x->s, t, &w);
		n++;
	}
	pthread_mutex_unlock(&x->s->lock);
	jout_array_end(&w);
	jout_object_end(&w);
	control_reply(out, &w);
}

void control_calls(struct exchange *x, struct reply *out)
{
	CLEANUP(jout_free) struct jout w;
	const struct call_log *log = &x->s->calls;
	struct filter f;
	int64_t n = 0;

	jout_open(&w);
	if (read_filter(x, &f) != ERR_OK) {
		control_refuse(out, ERR_INVALID);
		return;
	}
	jout_object(&w, NULL);
	jout_array(&w, "calls");
	pthread_mutex_lock(&x->s->lock);
	for (size_t i = 0; i < log->n && i < CALLS_KEPT && n < f.limit; i++) {
		const struct logged_call *c = call_log_at(log, i);

		if (f.number.n > 0 && !str_is(f.number, c->number))
			continue;
		write_call(c, &w);
		n++;
	}
	pthread_mutex_unlock(&x->s->lock);
	jout_array_end(&w);
	jout_object_end(&w);
	control_reply(out, &w);
}

void control_faults(struct exchange *x, struct reply *out)
{
	CLEANUP(jout_free) struct jout w;

	jout_open(&w);
	jout_object(&w, NULL);
	jout_array(&w, "faults");
	pthread_mutex_lock(&x->s->lock);
	for (size_t i = 0; i < x->s->faults.n; i++)
		write_fault(&x->s->faults.at[i], &w);
	pthread_mutex_unlock(&x->s->lock);
	jout_array_end(&w);
	jout_object_end(&w);
	control_reply(out, &w);
}

void control_write_trade(const struct sandbox *s, const struct trade *t, struct jout *w)
{
	jout_object(w, NULL);
	jout_text(w, "channel", t->platform->name);
	jout_text(w, t->platform->merchant, t->merchant->id);
	jout_text(w, "out_trade_no", t->number);
	jout_text(w, "trade_no", t->trade_no[0] != '\0' ? t->trade_no : NULL);
	jout_text(w, "product", product_name(t->product));
	jout_text(w, "status", t->platform->status(t));
	write_amounts(t, w);
	jout_text(w, "subject", t->subject);
	write_links(s, t, w);
	jout_time(w, "asked_at", t->offered_ms);
	jout_time(w, "created_at", t->created_ms);
	jout_time(w, "paid_at", t->paid_ms);
	jout_time(w, "closed_at", t->closed_ms);
	jout_time(w, "expires_at", t->expires_ms);
	write_refunds(t, w);
	write_notices(t, w);
	write_calls(t, w);
	jout_object_end(w);
}

void control_reply(struct reply *out, struct jout *w)
{
	out->type = "application/json";
	text_add(&out->body, (struct str){ w->p, w->n });
}

void control_refuse(struct reply *out, enum err e)
{
	CLEANUP(jout_free) struct jout w;

	jout_open(&w);
	out->status = e == ERR_NOT_FOUND  ? 404
		      : e == ERR_CONFLICT ? 409
		      : e == ERR_BUSY     ? 503
					  : 400;
	jout_object(&w, NULL);
	jout_text(&w, "type", "about:blank");
	jout_text(&w, "title", err_doc(e));
	jout_integer(&w, "status", out->status);
	jout_text(&w, "code", err_code(e));
	jout_text(&w, "detail", err_text());
	if (err_param()[0] != '\0')
		jout_text(&w, "param", err_param());
	jout_object_end(&w);
	out->type = "application/problem+json";
	text_add(&out->body, (struct str){ w.p, w.n });
}

static enum err read_filter(struct exchange *x, struct filter *f)
{
	char *buffer = arena_alloc(x->arena, x->query.n + 1);
	struct field fields[QUERY_MAX];
	size_t n;

	*f = (struct filter){ .number = STR(""), .limit = LIMIT };
	TRY(form_read(x->query, buffer, fields, QUERY_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		if (str_is(fields[i].name, "out_trade_no"))
			f->number = fields[i].value;
		else if (!str_is(fields[i].name, "limit"))
			FAIL(ERR_INVALID, "there is no such filter");
		else if (str_integer(fields[i].value, 1, LIMIT_MAX, &f->limit) != ERR_OK)
			FAIL_AT(ERR_INVALID, "limit", "must be 1 to %d", LIMIT_MAX);
	}
	return ERR_OK;
}

static void write_amounts(const struct trade *t, struct jout *w)
{
	jout_integer(w, "fen", t->fen);
	jout_integer(w, "refunded_fen", t->refunded_fen);
}

static void write_links(const struct sandbox *s, const struct trade *t, struct jout *w)
{
	CLEANUP(text_free) struct text url = { 0 };
	bool is_code = t->product == PRODUCT_QR;

	text_printf(&url, "%s/%s/%s", s->url, is_code ? "q" : "cashier", t->token);
	jout_text(w, "pay_url", url.p);
	jout_text(w, "code", is_code ? t->token : NULL);
	jout_text(w, "notify_url", t->notify_url[0] != '\0' ? t->notify_url : NULL);
	jout_text(w, "return_url", t->return_url[0] != '\0' ? t->return_url : NULL);
}

static void write_refunds(const struct trade *t, struct jout *w)
{
	jout_array(w, "refunds");
	for (const struct refund *r = t->refunds; r; r = r->next) {
		jout_object(w, NULL);
		jout_text(w, "out_request_no", r->request_no);
		jout_integer(w, "fen", r->fen);
		jout_time(w, "at", r->at_ms);
		jout_time(w, "settles_at", r->settles_ms);
		jout_object_end(w);
	}
	jout_array_end(w);
}

static void write_notices(const struct trade *t, struct jout *w)
{
	jout_array(w, "notices");
	for (const struct notice *n = t->notices; n; n = n->older) {
		jout_object(w, NULL);
		jout_text(w, "notify_id", n->id);
		jout_text(w, "kind", notice_kind_name(n->kind));
		jout_text(w, "trade_status", n->status);
		jout_text(w, "state", notice_state_name(n->state));
		jout_integer(w, "tries", n->tries);
		jout_integer(w, "open", n->open);
		jout_integer(w, "last_status", n->last_status);
		jout_text(w, "last_answer", n->last_answer);
		jout_object_end(w);
	}
	jout_array_end(w);
}

static void write_calls(const struct trade *t, struct jout *w)
{
	jout_object(w, "calls");
	for (int op = 0; op < OP_NOTICE; op++) {
		if (t->calls[op] > 0)
			jout_integer(w, name_of(op), t->calls[op]);
	}
	jout_object_end(w);
}

static void write_call(const struct logged_call *c, struct jout *w)
{
	jout_object(w, NULL);
	jout_time(w, "at", c->at_ms);
	jout_text(w, "channel", c->platform->name);
	jout_text(w, c->platform->merchant, c->merchant);
	jout_text(w, "operation", c->op < OP_N ? name_of(c->op) : NULL);
	jout_text(w, "out_trade_no", c->number);
	jout_text(w, "code", c->code);
	jout_text(w, "sub_code", c->sub_code[0] != '\0' ? c->sub_code : NULL);
	jout_text(w, "fault", c->fault < FAULT_N ? fault_name((enum fault_kind)c->fault) : NULL);
	jout_object_end(w);
}

static void write_fault(const struct fault *f, struct jout *w)
{
	jout_object(w, NULL);
	jout_text(w, "channel", f->platform->name);
	jout_text(w, "operation", f->op == FAULT_ANY_CALL ? "any" : name_of(f->op));
	jout_text(w, "kind", fault_name(f->kind));
	jout_text(w, "out_trade_no", f->number[0] != '\0' ? f->number : NULL);
	jout_integer(w, "times", f->times);
	jout_object_end(w);
}

static const char *name_of(int op)
{
	return operation_name((enum operation)op);
}
