/* call.h - one call of APIv3: authorised, read, done, answered and signed.
 *
 * Checks go in this order: the scheme of Authorization, its five items, the merchant, the serial
 * number, the time (five minutes), the signature; then the text, then the members.  Every answer is
 * signed, refusals too.
 *
 * Source: pay.weixin.qq.com, APIv3, "signature generation", "common error codes" and the pages of
 * each call; see docs/sandbox.md.
 */
#pragma once

#include "sandbox/operation.h"
#include "sandbox/platform.h"
#include "sandbox/wechat/keys.h"
#include "sys/arena.h"
#include "sys/json.h"

#include <stdbool.h>
#include <stdint.h>

struct wx_call;

struct wx_method {
	enum operation op;
	/* Reads path, query and body into c->ask, refusing what is wrong.  Lock not held. */
	void (*read)(struct wx_call *c);
	/* Does it and writes c->body, or refuses.  Lock held. */
	void (*act)(struct wx_call *c);
};

/* Lengths are in characters in the documents; a character takes at most three bytes. */
enum {
	WX_DESCRIPTION_MAX = 127,
	WX_ATTACH_MAX = 128,
	WX_REASON_MAX = 80,
	WX_URL_MAX = 256,
	WX_OPENID_TEXT = 129,
	WX_ID_TEXT = 33,
	WX_ISSUE_TEXT = 128,
	WX_BILL_TEXT = 64
};

/* What a call asks for: the members of all calls. */
struct wx_ask {
	char number[NUMBER_TEXT]; /* out_trade_no */
	char transaction_id[WX_ID_TEXT], refund_no[NUMBER_TEXT];
	char appid[WX_ID_TEXT], mchid[WX_ID_TEXT];
	char description[4 * WX_DESCRIPTION_MAX + 1], attach[4 * WX_ATTACH_MAX + 1];
	char notify_url[WX_URL_MAX + 1], time_expire[33], goods_tag[33];
	char openid[WX_OPENID_TEXT], auth_code[33], client_ip[46], device_id[33];
	char bill_date[WX_BILL_TEXT], bill_type[WX_BILL_TEXT], tar_type[WX_BILL_TEXT];
	char token[WX_BILL_TEXT];
	int64_t total, refund, expires_ms;
	int32_t day; /* bill_date */
};

struct wx_call {
	struct exchange *x;
	struct sandbox *s;
	const struct wx_method *method;
	const struct wx_merchant *m; /* NULL: not authorised */
	struct wx_ask *ask;
	struct trade *trade;
	struct refund *refund;
	struct fault fault; /* FAULT_N: none */
	bool silent;        /* no answer reaches the caller */
	/* The answer. */
	int status;
	const char *code; /* of a refusal; NULL: it was done */
	struct jout body;
	struct text file; /* a bill, in place of the body: it is not signed */
};

/* Each path's call. */
exchange_serve wx_native, wx_h5, wx_jsapi, wx_app, wx_codepay;
exchange_serve wx_query, wx_query_id, wx_shut, wx_reverse;
exchange_serve wx_refund, wx_refund_query, wx_certificates;
exchange_serve wx_tradebill, wx_fundflowbill, wx_bill_file;

/* h5_url: sends the payer's browser on to the cashier. */
exchange_serve wx_h5_page;

/* Authorises, reads, does, spoils, signs. */
void wx_serve(struct exchange *x, struct reply *out, const struct wx_method *method);

/* authorize.c: sets c->m, or refuses. */
bool wx_authorize(struct wx_call *c);

/* --- refusals: the first one stays --- */

void wx_refuse(struct wx_call *c, int status, const char *code, const char *message);
/* PARAM_ERROR about one member: "/amount/total", in "body", "query", "uri" or "header". */
void wx_refuse_field(struct wx_call *c, const char *field, const char *issue, const char *location);
/* What a rule of trade.h refused. */
void wx_refuse_rule(struct wx_call *c, enum refusal r);
struct refusal_words wx_refusal(enum refusal r);

/* --- reading --- */

/* Opens the body; wx_body_done refuses what is wrong with it. */
void wx_body_done(struct wx_call *c, struct jin *r);
/* The "*" of the path, decoded, into out[cap]; refused when it is no such number. */
void wx_read_part(struct wx_call *c, const char *name, char *out, size_t cap);
/* mchid of the query: needed, and the caller's. */
void wx_read_query(struct wx_call *c);
/* mchid and, if there is one, appid of the body: the caller's. */
void wx_check_merchant(struct wx_call *c);
bool wx_is_number(const char *text, size_t least, size_t most, const char *also);

/* Lock held: the order called c->ask->number, or NULL after refusing. */
struct trade *wx_find_order(struct wx_call *c);
/* An amount as the answer says it. */
int64_t wx_told(const struct wx_call *c, int64_t fen);
