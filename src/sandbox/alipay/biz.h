/* biz.h - biz_content: what a call asks for, read once for all methods.
 *
 * Each member has its documented type and length; members that the sandbox does not use are
 * allowed, since the platform's list is long.  Amounts are yuan in text, as documented; a JSON
 * number is refused.
 *
 * Source: Alipay open platform, request parameters of the alipay.trade.* methods.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sandbox/trade.h"

#include <stdbool.h>
#include <stdint.h>

/* Lengths are in characters in the documents; a character takes at most four bytes. */
enum {
	SUBJECT_MAX = 256,
	BODY_MAX = 400,
	PASSBACK_MAX = 512,
	QUIT_URL_MAX = 400,
	REASON_MAX = 256,
	AUTH_CODE_MAX = 64,
	BIZ_MAX = 65536
};

struct biz {
	char number[NUMBER_TEXT]; /* out_trade_no */
	char trade_no[NUMBER_TEXT];
	int64_t fen; /* total_amount; 0 if absent */
	char subject[4 * SUBJECT_MAX + 1];
	char body[4 * BODY_MAX + 1];
	char passback[4 * PASSBACK_MAX + 1];
	char quit_url[4 * QUIT_URL_MAX + 1];
	char product_code[65];
	char timeout_express[8], qr_code_timeout_express[8];
	int64_t time_expire_ms; /* 0 if absent */
	char seller_id[17];
	char buyer_id[BUYER_TEXT], buyer_open_id[BUYER_TEXT];
	char scene[33], auth_code[AUTH_CODE_MAX + 1];
	int64_t refund_fen;           /* refund_amount; 0 if absent */
	char request_no[NUMBER_TEXT]; /* out_request_no */
	char refund_reason[4 * REASON_MAX + 1];
	char bill_type[33], bill_date[11];
	bool wants_fund_bill, wants_refund_time, wants_refund_detail; /* query_options */
};

/* ERR_JSON when it is not a JSON object; ERR_INVALID or ERR_AMOUNT_RANGE with the member named. */
MUST_USE enum err biz_read(struct str text, struct biz *biz);

/* When "30m", "2h", "15d" or "1c" (the end of the day in UTC+8) from now_ms is over.  ERR_INVALID
 * for anything else or outside 1m..15d. */
MUST_USE enum err timeout_read(const char *text, int64_t now_ms, int64_t *until_ms);
