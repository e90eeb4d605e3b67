/* qpay.h - the sandbox's QQ Wallet: its merchant, its words and the XML that it speaks.
 *
 * Names begin with qpay_ here: qq_ are those of the other side, in src/channel.
 *
 * Source: QQ Wallet's wiki, https://qpay.qq.com/buss/wiki/38/1203 and the pages beside it; what
 * they leave open (codes of refusals, the schedule of notices) is as WeChat Pay's older interface
 * has it, since one company made both.
 */
#pragma once

#include "base/codec.h"
#include "sandbox/platform.h"
#include "sys/arena.h"
#include "sys/crypto.h"

enum { QPAY_KEY_TEXT = 33, QPAY_SIGN_TEXT = 2 * MD5_BYTES + 1 };

struct qpay_merchant {
	struct merchant merchant; /* id: mch_id */
	const char *appid, *operator;
	char api_key[QPAY_KEY_TEXT], app_key[QPAY_KEY_TEXT];
	char password[QPAY_KEY_TEXT];      /* the operator's */
	char password_md5[QPAY_SIGN_TEXT]; /* as requests carry it */
};

extern const struct platform SANDBOX_QQ;

/* keys.c: the platform's open, write_configs and close. */
MUST_USE enum err qpay_open(struct sandbox *s, const char *dir);
MUST_USE enum err qpay_write_configs(const struct sandbox *s, const char *dir);
void qpay_close(struct sandbox *s);

/* The merchant behind a trade of ours. */
const struct qpay_merchant *qpay_merchant_of(const struct merchant *m);

/* "JSAPI" "NATIVE" "APP" "MINIAPP" "MICROPAY": what the shop asked for. */
struct str qpay_trade_type(const struct trade *t);

/* err_code of what a rule refuses, and its sentence. */
struct refusal_words qpay_refusal(enum refusal r);

/* sign.c: the signature over a message, in upper case; members that are empty or called "sign" do
 * not take part.  The fields are put in order. */
void qpay_sign(struct field *fields, size_t n, const char *key, char out[QPAY_SIGN_TEXT]);

/* Adds a member; one without a value is left out. */
void qpay_add(struct field *fields, size_t *n, const char *name, struct str value);

/* What is said of a paid trade in answers and notices alike: twelve members at most. */
void qpay_add_payment(struct field *fields, size_t *n, const struct trade *t, int64_t fen,
		      struct arena *a);

/* notice.c */
const char *qpay_notice_url(enum notice_kind kind, const struct trade *t, const struct refund *r);
void qpay_notice_name(struct notice *n);
MUST_USE enum err qpay_notice_write(const struct notice *n, int64_t now_ms, struct arena *a,
				    struct sending *out);
bool qpay_notice_accepts(int status, struct str body);
