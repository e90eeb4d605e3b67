/* gateway.h - /gateway.do: one address for all methods of Alipay.
 *
 * A request that passes request.h is dispatched by its `method`; the method fills a node, which is
 * signed and sent.  Methods for a browser answer with the way to the cashier, or an error page.
 */
#pragma once

#include "sandbox/alipay/biz.h"
#include "sandbox/alipay/envelope.h"
#include "sandbox/alipay/sign.h"
#include "sandbox/alipay/keys.h"
#include "sandbox/state.h"

#include <stdbool.h>
#include <stdint.h>

struct call;

struct method {
	const char *name;
	enum operation op;
	bool is_page; /* answered with a page */
	void (*act)(struct call *c);
};

/* A call that passed the checks.  `act` runs with the sandbox's lock held, fills `node`, and sets
 * `trade` if it is about one. */
struct call {
	struct sandbox *s;
	const struct method *method;
	const struct app *app;
	const struct params *params;
	const struct biz *biz;
	struct arena *arena;
	int64_t now_ms;
	struct trade *trade;
	struct refund *refund; /* made or found by alipay.trade.refund */
	bool silent;           /* no answer reaches the caller */
	struct node node;
};

exchange_serve gateway_serve;

/* method_begin.c: a payment begins */
void act_page(struct call *c); /* page, wap, app */
void act_create(struct call *c);
void act_precreate(struct call *c);
void act_pay(struct call *c);

/* method_trade.c: a trade is asked for or ended */
void act_query(struct call *c);
void act_close(struct call *c);
void act_cancel(struct call *c);

/* method_refund.c: money goes back */
void act_refund(struct call *c);
void act_refund_query(struct call *c);

/* bill.c: what happened on a day */
void act_bill(struct call *c);
exchange_serve bill_serve;

/* A fault: the refund just made stays unsettled for so long, and its answer says so. */
void refund_hold(struct call *c, int64_t ms);

/* The trade that biz_content names (trade_no wins), in its present state; NULL when the platform
 * knows none. */
struct trade *call_trade(struct call *c);

/* Refuses with ACQ.INVALID_PARAMETER, naming the member. */
void call_invalid(struct call *c, const char *member);
