/* control.h - the control API: plays the payer and breaks things.  See docs/sandbox.md.
 *
 * JSON in and out; a refusal is application/problem+json with `code`, `detail` and `param`.
 */
#pragma once

#include "sandbox/state.h"

exchange_serve control_trades; /* GET /sandbox/trades?out_trade_no=&limit= */
exchange_serve control_calls;  /* GET /sandbox/calls?out_trade_no=&limit= */
exchange_serve control_faults; /* GET /sandbox/faults */

exchange_serve control_fault;        /* POST /sandbox/faults */
exchange_serve control_faults_clear; /* DELETE /sandbox/faults */

exchange_serve control_scan;   /* POST /sandbox/scan: the payer opens it */
exchange_serve control_pay;    /* POST /sandbox/pay: opens it if need be, and pays */
exchange_serve control_expire; /* POST /sandbox/expire: its time is over */
exchange_serve control_finish; /* POST /sandbox/finish: no refund any more */
exchange_serve control_notice; /* POST /sandbox/notices: sends one again */

/* Writes a trade as the API shows it.  Lock held. */
struct jout;
void control_write_trade(const struct sandbox *s, const struct trade *t, struct jout *w);

/* The answer: JSON of 200, or the problem of e with this thread's text. */
void control_reply(struct reply *out, struct jout *w);
void control_refuse(struct reply *out, enum err e);
