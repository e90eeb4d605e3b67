#include "sandbox/control.h"

#include "base/check.h"
#include "sandbox/payer.h"
#include "sandbox/platform.h"
#include "sys/cleanup.h"
#include "sys/json.h"

#include <stdlib.h>
#include <string.h>

enum { FAULT_MS_MAX = 600000, TIMES_MAX = 1000000, PENDING_MS = 1000 };

/* Which trade a control call is about, and the members that some calls have. */
struct ask {
	const struct platform *platform;
	char merchant[MERCHANT_TEXT], number[NUMBER_TEXT], code[TOKEN_TEXT];
	char kind[16];
	bool late;
	int64_t times;
};

static enum err read_ask(struct exchange *x, struct ask *ask);
static const struct platform *read_channel(struct jin *r);
static void read_trade(struct jin *r, struct ask *ask);
static enum err find_trade(const struct sandbox *s, const struct ask *ask, struct trade **out);
static void act(struct exchange *x, struct reply *out,
		enum err (*change)(struct exchange *x, const struct ask *ask, struct trade *t));
static enum err do_scan(struct exchange *x, const struct ask *ask, struct trade *t);
static enum err do_pay(struct exchange *x, const struct ask *ask, struct trade *t);
static enum err do_expire(struct exchange *x, const struct ask *ask, struct trade *t);
static enum err do_finish(struct exchange *x, const struct ask *ask, struct trade *t);
static enum err do_notice(struct exchange *x, const struct ask *ask, struct trade *t);
static enum err refused_by(const struct trade *t, enum refusal refused);
static enum err read_fault(struct str body, struct fault *f);
static void read_fault_members(struct jin *r, struct fault *f);
static void read_operation(struct jin *r, struct fault *f);
static int default_operation(enum fault_kind kind);
static bool fits(enum fault_kind kind, int op);

void control_scan(struct exchange *x, struct reply *out)
{
	act(x, out, do_scan);
}

void control_pay(struct exchange *x, struct reply *out)
{
	act(x, out, do_pay);
}

void control_expire(struct exchange *x, struct reply *out)
{
	act(x, out, do_expire);
}

void control_finish(struct exchange *x, struct reply *out)
{
	act(x, out, do_finish);
}

void control_notice(struct exchange *x, struct reply *out)
{
	act(x, out, do_notice);
}

void control_fault(struct exchange *x, struct reply *out)
{
	struct fault f;
	enum err e = read_fault(x->body, &f);

	if (e == ERR_OK) {
		pthread_mutex_lock(&x->s->lock);
		e = fault_add(&x->s->faults, &f);
		pthread_mutex_unlock(&x->s->lock);
	}
	if (e == ERR_OK)
		control_faults(x, out);
	else
		control_refuse(out, e);
}

void control_faults_clear(struct exchange *x, struct reply *out)
{
	pthread_mutex_lock(&x->s->lock);
	x->s->faults.n = 0;
	pthread_mutex_unlock(&x->s->lock);
	control_faults(x, out);
}

/* Finds the trade, changes it, and answers with it as it is now. */
static void act(struct exchange *x, struct reply *out,
		enum err (*change)(struct exchange *x, const struct ask *ask, struct trade *t))
{
	CLEANUP(jout_free) struct jout w;
	struct ask ask;
	struct trade *t = NULL;
	enum err e = read_ask(x, &ask);

	jout_open(&w);
	pthread_mutex_lock(&x->s->lock);
	if (e == ERR_OK)
		e = find_trade(x->s, &ask, &t);
	if (e == ERR_OK) {
		payer_hurry(x->s, t, x->now_ms);
		e = change(x, &ask, t);
	}
	if (e == ERR_OK)
		control_write_trade(x->s, t, &w);
	pthread_mutex_unlock(&x->s->lock);
	if (e == ERR_OK)
		control_reply(out, &w);
	else
		control_refuse(out, e);
}

static enum err read_ask(struct exchange *x, struct ask *ask)
{
	struct jin r;

	*ask = (struct ask){ .times = 1 };
	jin_open(&r, x->body);
	read_trade(&r, ask);
	if (str_is(x->path, "/sandbox/pay"))
		jin_bool(&r, "late", JIN_OPTIONAL, &ask->late);
	if (str_is(x->path, "/sandbox/notices")) {
		jin_text(&r, "kind", JIN_OPTIONAL, ask->kind, sizeof(ask->kind));
		jin_integer(&r, "times", JIN_OPTIONAL, 1, COPIES_MAX, &ask->times);
	}
	return jin_done(&r);
}

/* NULL, and a fault, when there is no such platform. */
static const struct platform *read_channel(struct jin *r)
{
	const struct platform *p = NULL;
	char name[16] = "";

	jin_text(r, "channel", JIN_NEEDED, name, sizeof(name));
	for (size_t i = 0; !p && sandbox_platform(i); i++) {
		if (strcmp(name, sandbox_platform(i)->name) == 0)
			p = sandbox_platform(i);
	}
	if (!p)
		jin_fault(r, ERR_INVALID, "channel", "there is no such platform");
	return p;
}

static void read_trade(struct jin *r, struct ask *ask)
{
	ask->platform = read_channel(r);
	if (ask->platform)
		jin_text(r, ask->platform->merchant, JIN_OPTIONAL, ask->merchant,
			 sizeof(ask->merchant));
	jin_text(r, "out_trade_no", JIN_OPTIONAL, ask->number, sizeof(ask->number));
	jin_text(r, "code", JIN_OPTIONAL, ask->code, sizeof(ask->code));
	if ((ask->number[0] == '\0') == (ask->code[0] == '\0'))
		jin_fault(r, ERR_INVALID, "out_trade_no", "give either out_trade_no or code");
}

/* By code, or by number among all merchants: two may have used the same. */
static enum err find_trade(const struct sandbox *s, const struct ask *ask, struct trade **out)
{
	struct trade *found = NULL;

	if (ask->code[0] != '\0') {
		found = trades_by_token(&s->trades, str_of(ask->code));
	} else {
		for (size_t i = 0; i < s->merchants_n; i++) {
			const struct merchant *m = s->merchants[i];
			struct trade *t = NULL;

			if (m->platform == ask->platform &&
			    (ask->merchant[0] == '\0' || strcmp(ask->merchant, m->id) == 0))
				t = trades_find(&s->trades, m, str_of(ask->number));
			if (t && found)
				FAIL_AT(ERR_INVALID, ask->platform->merchant,
					"both merchants used this number: say which");
			found = t ? t : found;
		}
	}
	if (!found || found->platform != ask->platform)
		FAIL_AT(ERR_NOT_FOUND, ask->code[0] != '\0' ? "code" : "out_trade_no",
			"nobody has asked for such a payment");
	*out = found;
	return ERR_OK;
}

static enum err do_scan(struct exchange *x, const struct ask *ask, struct trade *t)
{
	(void)ask;
	return refused_by(t, payer_open(x->s, t, x->now_ms));
}

static enum err do_pay(struct exchange *x, const struct ask *ask, struct trade *t)
{
	return refused_by(t, payer_pay(x->s, t, ask->late, x->now_ms));
}

static enum err do_expire(struct exchange *x, const struct ask *ask, struct trade *t)
{
	(void)ask;
	if (t->state != TRADE_OFFERED && t->state != TRADE_WAITING)
		FAIL(ERR_CONFLICT, "%s", t->platform->status(t));
	t->expires_ms = x->now_ms;
	t->code_expires_ms = x->now_ms;
	payer_hurry(x->s, t, x->now_ms);
	return ERR_OK;
}

static enum err do_finish(struct exchange *x, const struct ask *ask, struct trade *t)
{
	(void)x;
	(void)ask;
	if (t->state != TRADE_PAID)
		FAIL(ERR_CONFLICT, "%s", t->platform->status(t));
	t->state = TRADE_FINISHED;
	return ERR_OK;
}

static enum err do_notice(struct exchange *x, const struct ask *ask, struct trade *t)
{
	struct notice *n = t->notices;

	(void)x;
	while (n && ask->kind[0] != '\0' && strcmp(notice_kind_name(n->kind), ask->kind) != 0)
		n = n->older;
	if (!n)
		FAIL_AT(ERR_NOT_FOUND, "kind", "the trade has no such notice");
	notice_again(n, ask->times);
	return ERR_OK;
}

static enum err refused_by(const struct trade *t, enum refusal refused)
{
	struct refusal_words words;

	if (refused == REFUSED_NOT)
		return ERR_OK;
	words = t->platform->refusal(refused);
	FAIL(ERR_CONFLICT, "%s %s", words.code, words.text);
}

static enum err read_fault(struct str body, struct fault *f)
{
	char kind[24] = "";
	struct jin r;

	*f = (struct fault){ .times = 1, .status = 200, .copies = 2 };
	jin_open(&r, body);
	f->platform = read_channel(&r);
	jin_text(&r, "kind", JIN_NEEDED, kind, sizeof(kind));
	if (kind[0] != '\0' && !(f->platform && fault_find(kind, &f->kind) &&
				 (f->platform->faults & FAULT_BIT(f->kind))))
		jin_fault(&r, ERR_INVALID, "kind", "there is no such kind of fault");
	else if (f->platform)
		read_fault_members(&r, f);
	return jin_done(&r);
}

static void read_fault_members(struct jin *r, struct fault *f)
{
	f->done = f->kind == FAULT_LOSE_ANSWER;
	f->ms = f->kind == FAULT_PENDING_REFUND ? PENDING_MS : 0;
	read_operation(r, f);
	jin_integer(r, "times", JIN_OPTIONAL, 1, TIMES_MAX, &f->times);
	jin_text(r, "out_trade_no", JIN_OPTIONAL, f->number, sizeof(f->number));
	jin_integer(r, "ms", f->kind == FAULT_DELAY ? JIN_NEEDED : JIN_OPTIONAL, 0, FAULT_MS_MAX,
		    &f->ms);
	if (f->kind == FAULT_ERROR || f->kind == FAULT_LOSE_ANSWER)
		jin_bool(r, "done", JIN_OPTIONAL, &f->done);
	if (f->kind == FAULT_ERROR) {
		jin_text(r, "code", JIN_OPTIONAL, f->code, sizeof(f->code));
		jin_integer(r, "status", JIN_OPTIONAL, 200, 599, &f->status);
	}
	if (f->kind == FAULT_DUPLICATE_NOTICE)
		jin_integer(r, "copies", JIN_OPTIONAL, 2, COPIES_MAX, &f->copies);
	if (f->kind == FAULT_WRONG_AMOUNT)
		jin_integer(r, "fen", JIN_OPTIONAL, 1, INT64_C(10000000000), &f->fen);
}

static void read_operation(struct jin *r, struct fault *f)
{
	char name[16] = "";

	f->op = default_operation(f->kind);
	jin_text(r, "operation", f->op < 0 ? JIN_NEEDED : JIN_OPTIONAL, name, sizeof(name));
	if (name[0] == '\0')
		return;
	f->op = strcmp(name, "any") == 0 ? FAULT_ANY_CALL : -1;
	for (int op = 0; op < OP_N; op++) {
		if ((f->platform->operations & OP_BIT(op)) &&
		    strcmp(operation_name((enum operation)op), name) == 0)
			f->op = op;
	}
	if (f->op < 0)
		jin_fault(r, ERR_INVALID, "operation", "there is no such operation");
	else if (!fits(f->kind, f->op))
		jin_fault(r, ERR_INVALID, "operation", "this kind of fault is not for it");
}

/* -1: it must be said. */
static int default_operation(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_DROP_NOTICE:
	case FAULT_DUPLICATE_NOTICE:
	case FAULT_REORDER:
		return OP_NOTICE;
	case FAULT_PAID_AFTER_CLOSE:
		return OP_CLOSE;
	case FAULT_PENDING_REFUND:
	case FAULT_ABNORMAL_REFUND:
		return OP_REFUND;
	case FAULT_LOSE_ANSWER:
	case FAULT_DELAY:
	case FAULT_ERROR:
	case FAULT_WRONG_AMOUNT:
	case FAULT_FORGE:
	case FAULT_UNSIGNED:
	case FAULT_OLD_TIMESTAMP:
	case FAULT_UNKNOWN_SERIAL:
	case FAULT_PROBE:
	case FAULT_N:
		break;
	}
	return -1;
}

static bool fits(enum fault_kind kind, int op)
{
	switch (kind) {
	case FAULT_DROP_NOTICE:
	case FAULT_DUPLICATE_NOTICE:
	case FAULT_REORDER:
		return op == OP_NOTICE;
	case FAULT_PAID_AFTER_CLOSE:
		return op == OP_CLOSE || op == OP_CANCEL || op == OP_REVERSE;
	case FAULT_PENDING_REFUND:
	case FAULT_ABNORMAL_REFUND:
		return op == OP_REFUND;
	case FAULT_LOSE_ANSWER:
	case FAULT_ERROR:
		return op != OP_NOTICE;
	case FAULT_DELAY:
	case FAULT_WRONG_AMOUNT:
	case FAULT_FORGE:
	case FAULT_UNSIGNED:
	case FAULT_OLD_TIMESTAMP:
	case FAULT_UNKNOWN_SERIAL:
	case FAULT_PROBE:
		return true;
	case FAULT_N:
		break;
	}
	CHECK(!"a fault without a rule");
	return false;
}
