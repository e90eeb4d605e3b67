/* platform.h - what the sandbox must know of a platform to keep its trades, play its payers and
 * send its notices: one constant of functions and facts for each.
 *
 * A new platform is a folder that defines one, a line in PLATFORMS of sandbox.c, and its state's
 * pointer in state.h.
 */
#pragma once

#include "base/err.h"
#include "net/field.h"
#include "sandbox/fault.h"
#include "sandbox/notice.h"
#include "sandbox/operation.h"
#include "sandbox/state.h"
#include "sandbox/text.h"
#include "sandbox/trade.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A part of the path that is "*" stands for any one part, which the exchange carries; a path that
 * ends in '/' stands for all below it. */
struct route {
	const char *method, *path;
	size_t body; /* bytes at most */
	exchange_serve *serve;
};

/* How a platform says no: its code and its sentence. */
struct refusal_words {
	const char *code, *text;
};

struct platform {
	const char *name;     /* "alipay": the control API's channel */
	const char *title;    /* on the pages, in both languages */
	const char *merchant; /* what the control API calls a merchant's number: "app_id" */
	uint32_t operations;  /* OP_BITs it serves */
	uint32_t faults;      /* FAULT_BITs it can have */

	/* What a code to scan says: code_url and a token that begins with code_begins, of code_n
	 * characters in all. */
	const char *code_url, *code_begins;
	size_t code_n;
	bool closes_refunded;    /* a trade closes when all of it went back */
	bool numbered_when_paid; /* its own number is made then, not when the trade begins to exist
				  */

	/* The platform's own number for a trade, and for a refund (NULL: it gives none). */
	void (*trade_number)(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT]);
	void (*refund_number)(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT]);
	const char *(*status)(const struct trade *t);
	struct refusal_words (*refusal)(enum refusal r);
	/* Lets time pass for what is its own, before anybody looks; NULL if nothing is. */
	void (*hurry)(struct sandbox *s, struct trade *t, int64_t now_ms);
	/* Where a browser goes after paying; false: nowhere.  NULL: to the redirect_url that it
	 * came with. */
	bool (*way_back)(const struct exchange *x, const struct trade *t, struct text *url);

	struct notice_rule notice;

	/* Reads or makes the keys below `dir` and puts the merchants into s. */
	enum err (*open)(struct sandbox *s, const char *dir);
	/* Writes what the shop configures, naming s->url. */
	enum err (*write_configs)(const struct sandbox *s, const char *dir);
	void (*close)(struct sandbox *s); /* whatever came of open */

	const struct route *routes;
	size_t routes_n;
};
