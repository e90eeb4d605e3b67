/* trade.h - the trades of all platforms, in memory: what exists, what was paid, what went back.
 *
 * At Alipay a trade begins as an offer: the shop has shown a code or sent the payer to the cashier,
 * and the platform says that no such trade exists.  It exists from the moment the payer opens it.
 * At WeChat Pay and QQ Wallet it exists, and waits, as soon as it was asked for.
 *
 *   OFFERED -> WAITING -> PAID -> FINISHED
 *                  `-> CLOSED <-'  (unpaid, or given back)
 *
 * The rules name what they refuse; each platform has its own words for that.  All functions are
 * called with the sandbox's lock held; a trade is never freed before trades_free.
 */
#pragma once

#include "base/str.h"
#include "sandbox/index.h"
#include "sandbox/operation.h"
#include "sys/rand.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NUMBER_TEXT = 65,
	TRADE_NO_TEXT = 29,
	TOKEN_TEXT = 33,
	TRADE_KEY_TEXT = 112,
	BUYER_TEXT = 129,
	MERCHANT_TEXT = 33,
	TRADES_MAX = 1000000,
	REFUNDS_MAX = 1000
};

enum product { PRODUCT_PAGE, PRODUCT_WAP, PRODUCT_APP, PRODUCT_JSAPI, PRODUCT_QR, PRODUCT_BARCODE };

enum trade_state { TRADE_OFFERED, TRADE_WAITING, TRADE_PAID, TRADE_FINISHED, TRADE_CLOSED };

/* Why a rule says no. */
enum refusal {
	REFUSED_NOT, /* it does not */
	REFUSED_NOT_THERE,
	REFUSED_TIME_OVER,
	REFUSED_PAID,
	REFUSED_CLOSED,
	REFUSED_FINISHED,
	REFUSED_NOT_NOW, /* not in this state */
	REFUSED_DIFFERS, /* the number was used for something else */
	REFUSED_REFUND_DIFFERS,
	REFUSED_REFUND_TOO_MUCH,
	REFUSED_TOO_MANY
};

struct platform;

/* Who sells, as the platform knows him; the first member of what each platform keeps of its own. */
struct merchant {
	const struct platform *platform;
	const char *id;     /* unique at its platform */
	const char *seller; /* shown to the payer */
};

struct refund {
	struct refund *next;
	struct trade *trade;
	char key[TRADE_KEY_TEXT];      /* platform / merchant / request_no */
	char request_no[NUMBER_TEXT];  /* the shop's */
	char refund_no[TRADE_NO_TEXT]; /* the platform's; "" where there is none */
	char *notify_url;              /* "" if none of its own */
	int64_t fen, at_ms;
	int64_t settles_ms; /* from when on it has succeeded */
	bool settled;       /* and that was noticed, where somebody is told */
	bool abnormal;      /* it never succeeds: the payer's account does not take it */
};

struct notice;

struct trade {
	struct trade *older; /* the list of all, newest first */
	const struct merchant *merchant;
	const struct platform *platform; /* the merchant's */
	enum product product;
	enum trade_state state;
	char key[TRADE_KEY_TEXT];     /* platform / merchant / number: unique */
	char number[NUMBER_TEXT];     /* out_trade_no */
	char trade_no[TRADE_NO_TEXT]; /* the platform's; "" until it has one */
	char token[TOKEN_TEXT];       /* of the payer's page; for a QR code its end, "bax…" */
	int64_t fen, refunded_fen;
	/* "" if none */
	char *subject, *body, *passback, *notify_url, *return_url, *quit_url, *device;
	char *content; /* what must be the same when the number is asked for again */
	char buyer[BUYER_TEXT];
	char appid[MERCHANT_TEXT]; /* where the payer comes from, if the platform tells apps apart
				    */
	int64_t offered_ms, created_ms, paid_ms, closed_ms; /* wall clock; 0: not yet */
	int64_t code_expires_ms; /* what was not opened cannot be any more */
	int64_t expires_ms;      /* an unpaid trade closes */
	bool opened;             /* the payer has seen it */
	bool asked;              /* for a password: he is about to pay */
	bool failed;             /* closed because his bank said no */
	bool watched;            /* its end stands on the agenda */
	bool cancelled;          /* by cancel or reverse: done again, it says the same */
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
	struct index by_refund; /* of the platforms where its number is the merchant's */
	struct rand *rand;
};

/* What a shop asks for; all text is borrowed, NULL or "" if none. */
struct trade_ask {
	const struct merchant *merchant;
	enum product product;
	const char *number;
	int64_t fen;
	const char *subject, *body, *passback, *notify_url, *return_url, *quit_url, *device;
	const char *content, *buyer, *appid;
	int64_t expires_ms, code_expires_ms;
};

struct refund_ask {
	struct str request_no;
	const char *notify_url; /* NULL if none */
	int64_t fen;
	int64_t takes_ms; /* until it has succeeded */
};

void trades_init(struct trades *ts, struct rand *rand);
void trades_free(struct trades *ts); /* trades and refunds; not the notices */

struct trade *trades_find(const struct trades *ts, const struct merchant *m, struct str number);
struct trade *trades_by_trade_no(const struct trades *ts, struct str trade_no);
struct trade *trades_by_token(const struct trades *ts, struct str token);

/* By the shop's number, at a platform that gives refunds one of its own. */
struct refund *trades_find_refund(const struct trades *ts, const struct merchant *m,
				  struct str request_no);

/* An offer.  The same number and content gives the trade again, with a new time to pay if it was
 * only offered.  Refuses with DIFFERS, PAID, CLOSED, TIME_OVER, TOO_MANY. */
enum refusal trade_offer(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			 struct trade **out);

/* A trade that waits for its payer at once.  Likewise; asked for again, only the time to open it is
 * new. */
enum refusal trade_create(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			  struct trade **out);

/* The payer opens it: an offer exists from now on.  Nothing happens to what was opened before or
 * has ended.  Refuses with TIME_OVER, unless `late`. */
enum refusal trade_open(struct trades *ts, struct trade *t, bool late, int64_t now_ms);

/* The payer pays a waiting trade; `late` also one that was closed unpaid. */
enum refusal trade_pay(struct trades *ts, struct trade *t, bool late, int64_t now_ms);

/* The shop closes a trade that waits for its payer. */
enum refusal trade_close(struct trade *t, int64_t now_ms);

/* Gives back part of what was paid.  *again tells that this request was done before. */
enum refusal trade_refund(struct trades *ts, struct trade *t, const struct refund_ask *ask,
			  int64_t now_ms, struct refund **out, bool *again);

/* True when a waiting trade's time was over and it closed just now. */
bool trade_expire(struct trade *t, int64_t now_ms);

/* True once the platform admits that the trade exists. */
bool trade_exists(const struct trade *t);

/* The next of the numbers that this run gives out, 1 to 999,999,999. */
uint64_t trades_next(struct trades *ts);

/* "page" "wap" "app" "jsapi" "qr" "barcode" */
const char *product_name(enum product product);
