/* trade.h - the trades of one platform, all in memory: what exists, what was paid, what went back.
 *
 * A trade begins as an offer: the shop has shown a code or sent the payer to the cashier, and the
 * platform says that no such trade exists.  It exists from the moment the payer opens it.
 *
 *   OFFERED -> WAITING -> PAID -> FINISHED
 *                  `-> CLOSED <-'  (unpaid, or refunded in full)
 *
 * What a rule refuses is named by the platform's own sub code; NULL means done.  All functions are
 * called with the sandbox's lock held; a trade is never freed before trades_free.
 *
 * Source: Alipay open platform, alipay.trade.* and "trade status"; protocol facts in
 * docs/sandbox.md.
 */
#pragma once

#include "base/str.h"
#include "sandbox/index.h"
#include "sandbox/keys.h"
#include "sys/rand.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NUMBER_TEXT = 65,
	TRADE_NO_TEXT = 29,
	TOKEN_TEXT = 33,
	TRADE_KEY_TEXT = 96,
	BUYER_TEXT = 65,
	TRADES_MAX = 1000000,
	REFUNDS_MAX = 1000
};

enum product { PRODUCT_PAGE, PRODUCT_WAP, PRODUCT_APP, PRODUCT_JSAPI, PRODUCT_QR, PRODUCT_BARCODE };

enum trade_state { TRADE_OFFERED, TRADE_WAITING, TRADE_PAID, TRADE_FINISHED, TRADE_CLOSED };

/* Operations of the gateway, each counted on its trade and open to faults. */
enum operation {
	OP_PAGE,
	OP_WAP,
	OP_APP,
	OP_CREATE,
	OP_PRECREATE,
	OP_PAY,
	OP_QUERY,
	OP_CLOSE,
	OP_CANCEL,
	OP_REFUND,
	OP_REFUND_QUERY,
	OP_NOTICE, /* not a call: what the platform sends */
	OP_N
};

struct refund {
	struct refund *next;
	char request_no[NUMBER_TEXT];
	int64_t fen, at_ms;
	int64_t settles_ms; /* from when on a query says that it succeeded */
};

struct notice;

struct trade {
	struct trade *older; /* the list of all, newest first */
	const struct app *app;
	enum product product;
	enum trade_state state;
	char key[TRADE_KEY_TEXT];     /* app id / number: unique */
	char number[NUMBER_TEXT];     /* out_trade_no */
	char trade_no[TRADE_NO_TEXT]; /* "" while OFFERED */
	char token[TOKEN_TEXT];       /* of the payer's page; for a QR code its end, "bax…" */
	int64_t fen, refunded_fen;
	char *subject, *body, *passback, *notify_url, *return_url, *quit_url; /* "" if none */
	char buyer[BUYER_TEXT];
	int64_t offered_ms, created_ms, paid_ms, closed_ms; /* wall clock; 0: not yet */
	int64_t code_expires_ms; /* an offer cannot be opened from then on */
	int64_t expires_ms;      /* an unpaid trade closes */
	bool watched;            /* its end stands on the agenda */
	bool cancelled;          /* by alipay.trade.cancel: done again, it says the same */
	struct refund *refunds;  /* in the order of asking */
	struct notice *notices;  /* newest first; owned by notice.c */
	uint32_t calls[OP_N];
};

struct trades {
	struct trade *newest;
	size_t n;
	uint64_t made;  /* numbers given out */
	uint32_t start; /* random: the numbers of two runs differ */
	struct index by_key, by_trade_no, by_token;
	struct rand *rand;
};

/* What a shop asks for; all text is borrowed, "" if none. */
struct trade_ask {
	const struct app *app;
	enum product product;
	const char *number;
	int64_t fen;
	const char *subject, *body, *passback, *notify_url, *return_url, *quit_url, *buyer;
	int64_t expires_ms, code_expires_ms;
};

void trades_init(struct trades *ts, struct rand *rand);
void trades_free(struct trades *ts); /* trades and refunds; not the notices */

struct trade *trades_find(const struct trades *ts, const struct app *app, struct str number);
struct trade *trades_by_trade_no(const struct trades *ts, struct str trade_no);
struct trade *trades_by_token(const struct trades *ts, struct str token);

/* Page, wap, app, QR: an offer.  The same number and content gives the trade again, with a new time
 * to pay if it was only offered.  Refuses with CONTEXT_INCONSISTENT, TRADE_HAS_SUCCESS,
 * TRADE_HAS_CLOSE, SYSTEM_ERROR (too many trades). */
const char *trade_offer(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			struct trade **out);

/* JSAPI and barcode: a trade that waits for its payer at once.  Likewise. */
const char *trade_create(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			 struct trade **out);

/* The payer opens an offer: now the trade exists.  Nothing happens to a trade that does already.
 * Refuses when the time to open it is over, unless `late`. */
const char *trade_open(struct trades *ts, struct trade *t, bool late, int64_t now_ms);

/* The payer pays a waiting trade; `late` also one that was closed unpaid. */
const char *trade_pay(struct trade *t, bool late, int64_t now_ms);

/* The shop closes a trade that waits for its payer. */
const char *trade_close(struct trade *t, int64_t now_ms);

/* Gives back part of what was paid.  *again tells that this request was done before.  The trade
 * closes when nothing is left. */
const char *trade_refund(struct trade *t, struct str request_no, int64_t fen, int64_t now_ms,
			 struct refund **out, bool *again);

/* True when a waiting trade's time was over and it closed just now. */
bool trade_expire(struct trade *t, int64_t now_ms);

/* True once the platform admits that the trade exists. */
bool trade_exists(const struct trade *t);

/* "WAIT_BUYER_PAY" "TRADE_SUCCESS" "TRADE_FINISHED" "TRADE_CLOSED"; an offer is "NOT_EXIST". */
const char *trade_status(enum trade_state state);

/* "page" "wap" "app" "jsapi" "qr" "barcode" */
const char *product_name(enum product product);

/* "page" … "refund_query" "notice" */
const char *operation_name(enum operation op);
