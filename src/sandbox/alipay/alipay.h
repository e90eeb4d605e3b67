/* alipay.h - the sandbox's Alipay: its gateway, its two merchants and its words.
 *
 * Names begin with ali_ here: alipay_ are those of the other side, in src/channel.
 */
#pragma once

#include "sandbox/alipay/keys.h"
#include "sandbox/platform.h"

extern const struct platform SANDBOX_ALIPAY;

/* The app behind a merchant of ours. */
const struct app *ali_app(const struct merchant *m);

/* "WAIT_BUYER_PAY" "TRADE_SUCCESS" "TRADE_FINISHED" "TRADE_CLOSED"; an offer is "NOT_EXIST". */
const char *ali_status(const struct trade *t);

/* The sub code for what a rule refuses; NULL for REFUSED_NOT. */
const char *ali_sub_code(enum refusal r);

/* way_back.c */
bool ali_way_back(const struct exchange *x, const struct trade *t, struct text *url);

/* notice.c */
const char *ali_notice_url(enum notice_kind kind, const struct trade *t, const struct refund *r);
void ali_notice_name(struct notice *n);
MUST_USE enum err ali_notice_write(const struct notice *n, int64_t now_ms, struct arena *a,
				   struct sending *out);
bool ali_notice_accepts(int status, struct str body);
