/* call.h - one request to QQ Wallet: read, checked, answered.
 *
 * What is no message, of nobody or badly signed is answered by return_code FAIL and a sentence,
 * without a signature.  All else is answered signed; result_code FAIL names an err_code.
 */
#pragma once

#include "sandbox/qq/qpay.h"
#include "sys/xml.h"

#include <stdbool.h>
#include <stdint.h>

#define QPAY_MCH_ID "1900000109"

enum { QPAY_SERVICES = 8, QPAY_ANSWER_MEMBERS = 480 };

extern const struct route QPAY_ROUTES[QPAY_SERVICES];

struct call {
	struct sandbox *s;
	const struct qpay_service *service;
	const struct qpay_merchant *merchant;
	struct arena *arena;
	int64_t now_ms;
	struct xml in;
	struct trade *trade;
	struct refund *refund; /* just made or found again */
	bool silent;           /* no answer reaches the caller */
	struct refusal_words refused;
	struct field out[QPAY_ANSWER_MEMBERS];
	size_t n;
	struct text file; /* a statement, in place of a message */
};

/* order.c: a payment begins */
void qpay_unified_order(struct call *c);
void qpay_micropay(struct call *c);

/* trade.c: an order is asked for or ended */
void qpay_query(struct call *c);
void qpay_close_order(struct call *c);
void qpay_reverse(struct call *c);

/* refund.c: money goes back */
void qpay_refund(struct call *c);
void qpay_refund_query(struct call *c);

/* statement.c: what happened on a day */
void qpay_statement(struct call *c);

/* A member of the request, "" if absent. */
struct str qpay_in(const struct call *c, const char *name);

/* Adds to the answer. */
void qpay_out(struct call *c, const char *name, struct str value);
void qpay_out_number(struct call *c, const char *name, int64_t value);

/* The answer is no: code is err_code. */
void qpay_refuse(struct call *c, const char *code, const char *text);
void qpay_refuse_by(struct call *c, enum refusal r);

/* The order that transaction_id or, without one, out_trade_no names, as it is now; refuses and
 * gives NULL when there is none. */
struct trade *qpay_trade(struct call *c);

/* The members of an answer that say how an order stands. */
void qpay_out_trade(struct call *c, const struct trade *t);

/* True, and refused, where the platform wants five minutes (scaled as the notices are) to have
 * passed since then. */
bool qpay_too_early(struct call *c, int64_t since_ms);

/* True when op_user_id and op_user_passwd are the operator's; else refused. */
bool qpay_operator(struct call *c);

/* yyyyMMddHHmmss in UTC+8 */
struct str qpay_time(int64_t ms, struct arena *a);
