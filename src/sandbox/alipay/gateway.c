#include "sandbox/alipay/gateway.h"

#include "base/money.h"
#include "sandbox/html.h"
#include "sandbox/alipay/alipay.h"
#include "sandbox/payer.h"
#include "sandbox/alipay/request.h"
#include "sandbox/alipay/sub_code.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct method METHODS[] = {
	{ "alipay.trade.page.pay", OP_PAGE, true, act_page },
	{ "alipay.trade.wap.pay", OP_WAP, true, act_page },
	{ "alipay.trade.app.pay", OP_APP, true, act_page },
	{ "alipay.trade.create", OP_CREATE, false, act_create },
	{ "alipay.trade.precreate", OP_PRECREATE, false, act_precreate },
	{ "alipay.trade.pay", OP_PAY, false, act_pay },
	{ "alipay.trade.query", OP_QUERY, false, act_query },
	{ "alipay.trade.close", OP_CLOSE, false, act_close },
	{ "alipay.trade.cancel", OP_CANCEL, false, act_cancel },
	{ "alipay.trade.refund", OP_REFUND, false, act_refund },
	{ "alipay.trade.fastpay.refund.query", OP_REFUND_QUERY, false, act_refund_query },
	{ "alipay.data.dataservice.bill.downloadurl.query", OP_BILL, false, act_bill },
};
/* clang-format on */

static const struct method *find_method(struct str name);
static bool pass(struct call *c, struct exchange *x, struct params *ps);
static bool read_biz(struct call *c, struct biz *biz);
static void perform(struct call *c, struct fault *f, struct reply *out);
static void spoil(struct call *c, const struct fault *f);
static void change_amounts(struct call *c, int64_t fen);
static void fail_by_fault(struct call *c, const struct fault *f);
static void note(struct call *c, int fault);
static void note_refusal(struct call *c);
static void answer(struct call *c, const struct fault *f, struct reply *out);
static void answer_json(struct call *c, bool forged, struct reply *out);
static void answer_page(struct call *c, struct reply *out);

void gateway_serve(struct exchange *x, struct reply *out)
{
	struct call c = { .s = x->s, .arena = x->arena, .now_ms = x->now_ms };
	struct fault f = { .kind = FAULT_N };
	struct params ps;
	struct biz *biz = arena_alloc(x->arena, sizeof(*biz));

	c.params = &ps;
	c.biz = biz;
	if (pass(&c, x, &ps) && read_biz(&c, biz))
		perform(&c, &f, out);
	else
		note_refusal(&c);
	answer(&c, &f, out);
}

struct trade *call_trade(struct call *c)
{
	struct trade *t;

	if (c->biz->trade_no[0] != '\0')
		t = trades_by_trade_no(&c->s->trades, str_of(c->biz->trade_no));
	else
		t = trades_find(&c->s->trades, &c->app->merchant, str_of(c->biz->number));
	if (!t || t->merchant != &c->app->merchant)
		return NULL;
	c->trade = t;
	payer_hurry(c->s, t, c->now_ms);
	return trade_exists(t) ? t : NULL;
}

void call_invalid(struct call *c, const char *member)
{
	node_refuse_because(&c->node, "ACQ.INVALID_PARAMETER",
			    str_of(arena_printf(c->arena, "参数无效: %s", member)));
}

static const struct method *find_method(struct str name)
{
	for (size_t i = 0; i < sizeof(METHODS) / sizeof(METHODS[0]); i++) {
		if (str_is(name, METHODS[i].name))
			return &METHODS[i];
	}
	return NULL;
}

/* Everything up to the method.  False: c->node says why not; c->app is set if that is to be signed.
 */
static bool pass(struct call *c, struct exchange *x, struct params *ps)
{
	const struct app *app;

	if (!request_read(x->query, x->body, x->arena, ps, &c->node))
		return false;
	c->method = find_method(params_get(ps, "method"));
	app = request_app(ps, x->s->alipay, &c->node);
	if (!app)
		return false;
	c->app = app;
	if (!request_is_genuine(ps, app, x->arena, &c->node))
		return false;
	if (!c->method) {
		node_fail(&c->node, "40002", "isv.invalid-method",
			  str_of(sub_code_text("isv.invalid-method")));
		return false;
	}
	return true;
}

static bool read_biz(struct call *c, struct biz *biz)
{
	enum err e = biz_read(params_get(c->params, "biz_content"), biz);

	if (e == ERR_OK)
		return true;
	if (e == ERR_JSON)
		node_fail(&c->node, "40002", "isv.illegal-json",
			  str_of(arena_printf(c->arena, "biz_content: %s", err_text())));
	else
		call_invalid(c, arena_printf(c->arena, "%s %s", err_param(), err_text()));
	return false;
}

/* The work itself, and what a fault makes of it. */
static void perform(struct call *c, struct fault *f, struct reply *out)
{
	struct sandbox *s = c->s;
	bool struck, done;

	pthread_mutex_lock(&s->lock);
	struck = fault_take(&s->faults, &SANDBOX_ALIPAY, c->method->op, c->biz->number, f);
	if (!struck)
		f->kind = FAULT_N;
	done = (f->kind != FAULT_ERROR && f->kind != FAULT_LOSE_ANSWER) || f->done;
	if (done)
		c->method->act(c);
	if (struck)
		spoil(c, f);
	note(c, (int)f->kind);
	pthread_mutex_unlock(&s->lock);

	out->broken = c->silent || f->kind == FAULT_LOSE_ANSWER;
	if (f->kind != FAULT_PAID_AFTER_CLOSE && f->kind != FAULT_PENDING_REFUND)
		out->after_ms = f->ms;
}

static void spoil(struct call *c, const struct fault *f)
{
	switch (f->kind) {
	case FAULT_ERROR:
		fail_by_fault(c, f);
		break;
	case FAULT_WRONG_AMOUNT:
		change_amounts(c, f->fen);
		break;
	case FAULT_PAID_AFTER_CLOSE:
		if (c->trade)
			payer_pay_after(c->s, c->trade, true, f->ms);
		break;
	case FAULT_PENDING_REFUND:
		refund_hold(c, f->ms);
		break;
	case FAULT_LOSE_ANSWER: /* these concern only how the answer goes out */
	case FAULT_DELAY:
	case FAULT_FORGE:
	case FAULT_DROP_NOTICE: /* and these only notices */
	case FAULT_DUPLICATE_NOTICE:
	case FAULT_REORDER:
	case FAULT_ABNORMAL_REFUND: /* not Alipay's */
	case FAULT_UNSIGNED:
	case FAULT_OLD_TIMESTAMP:
	case FAULT_UNKNOWN_SERIAL:
	case FAULT_PROBE:
	case FAULT_N:
		break;
	}
}

/* Every amount of the answer that says what was paid or given back. */
static void change_amounts(struct call *c, int64_t fen)
{
	static const char *const NAMES[] = { "total_amount",   "receipt_amount", "buyer_pay_amount",
					     "invoice_amount", "refund_fee",     "refund_amount" };

	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		struct str now = node_get(&c->node, NAMES[i]);
		int64_t was;

		if (now.n == 0 || yuan_read(now, &was) != ERR_OK)
			continue;
		node_change(&c->node, NAMES[i], yuan_text(c->arena, fen > 0 ? fen : was + 1));
	}
}

static void fail_by_fault(struct call *c, const struct fault *f)
{
	const char *code = arena_text(c->arena, str_of(f->code));

	c->silent = false;
	if (code[0] == '\0' || strcmp(code, "20000") == 0)
		node_fail(&c->node, "20000", "isp.unknow-error",
			  str_of(sub_code_text("isp.unknow-error")));
	else if (strcmp(code, "40005") == 0)
		node_fail(&c->node, "40005", "isv.app-call-limited",
			  str_of(sub_code_text("isv.app-call-limited")));
	else
		node_refuse(&c->node, code);
}

/* Into the log, and counted on the trade.  Lock held. */
static void note(struct call *c, int fault)
{
	struct logged_call entry = {
		.at_ms = c->now_ms, .platform = &SANDBOX_ALIPAY, .op = OP_N, .fault = fault
	};
	const struct biz *biz = c->biz;

	entry.merchant = c->app ? c->app->merchant.id : "";
	if (c->method)
		entry.op = (int)c->method->op;
	str_copy_cut(entry.number, sizeof(entry.number),
		     str_of(biz->number[0] != '\0' ? biz->number : biz->trade_no));
	str_copy_cut(entry.code, sizeof(entry.code), str_of(c->node.code));
	str_copy_cut(entry.sub_code, sizeof(entry.sub_code), str_of(c->node.sub_code));
	call_log_add(&c->s->calls, &entry);
	if (c->trade && c->method)
		c->trade->calls[c->method->op]++;
}

static void note_refusal(struct call *c)
{
	pthread_mutex_lock(&c->s->lock);
	note(c, FAULT_N);
	pthread_mutex_unlock(&c->s->lock);
}

static void answer(struct call *c, const struct fault *f, struct reply *out)
{
	struct sandbox *s = c->s;
	char trace_id[40];

	pthread_mutex_lock(&s->lock);
	(void)snprintf(trace_id, sizeof(trace_id), "%08" PRIx32 "%013" PRIx64 "%011" PRIx64,
		       s->trades.start, (uint64_t)c->now_ms, ++s->traces_made);
	pthread_mutex_unlock(&s->lock);
	reply_field(out, "trace_id", str_of(trace_id));
	out->status = 200;
	if (f->kind == FAULT_ERROR && f->status != 200) {
		out->status = (int)f->status;
		out->type = "text/html;charset=utf-8";
		text_printf(&out->body, "<h1>%d</h1>", out->status);
	} else if (c->method && c->method->is_page) {
		answer_page(c, out);
	} else {
		answer_json(c, f->kind == FAULT_FORGE, out);
	}
}

static void answer_json(struct call *c, bool forged, struct reply *out)
{
	CLEANUP(text_free) struct text node = { 0 }, name = { 0 }, forgery = { 0 };
	char sign[RSA_SIGN_BASE64_MAX] = "";
	struct text *what = &node;

	node_write(&c->node, &node);
	if (forged) {
		/* The right key, other words. */
		text_printf(&forgery, "%s ", node.p);
		what = &forgery;
	}
	if (c->app && c->method)
		envelope_name(str_of(c->method->name), &name);
	else
		text_put(&name, "error_response");
	if (c->app && rsa_sha256_sign(c->app->signs, text_str(what), sign) != ERR_OK)
		log_err(LOG_ERROR, "sandbox.sign", ERR_CRYPTO);
	out->type = "text/html;charset=utf-8";
	envelope_write(text_str(&name), text_str(&node),
		       str_of(c->app && c->app->certificates ? c->app->platform_cert_sn : ""),
		       str_of(sign), &out->body);
}

/* A browser goes on to the cashier; a phone that hands over an order string is a browser too. */
static void answer_page(struct call *c, struct reply *out)
{
	if (c->node.sub_code || !c->trade) {
		out->type = "text/html;charset=utf-8";
		html_error(&out->body, c->node.sub_code, c->node.sub_msg);
		return;
	}
	out->status = 303;
	text_printf(&out->location, "/cashier/%s", c->trade->token);
}
