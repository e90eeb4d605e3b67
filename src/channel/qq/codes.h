/* codes.h - what the codes of an answer mean for us.
 *
 * The platform has published no whole list: the table holds the codes that are certain, and a code
 * that is not in it tells nothing and so is UNKNOWN.
 *
 * Source: QQ Wallet, "提交付款码支付", https://qpay.qq.com/buss/wiki/1/1122; "申请退款",
 * https://qpay.qq.com/buss/wiki/38/1207; read 2026-11.
 */
#pragma once

#include "channel/channel.h"

struct qq_meaning {
	enum verdict verdict;
	bool query_now; /* the number is used, paid or closed: a query tells which */
};

/* Of a signed failure's err_code.  `gives_back`: to a refund or a reversal, where NOTENOUGH is the
 * shop's balance and not the payer's. */
struct qq_meaning qq_meaning_of(struct str err_code, bool gives_back);

/* True for two codes that differ in '_' only: the documents spell some of them in both ways. */
bool qq_code_is(struct str err_code, const char *code);

/* True for a return_msg that tells that the request was turned away unread. */
bool qq_turned_away(struct str return_msg);
