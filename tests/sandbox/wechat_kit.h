/* wechat_kit.h - a shop of WeChat Pay: signs, verifies and decrypts by itself, with OpenSSL.
 *
 *   struct shop_got a = shop_call(KIT_KEY, "POST", "/v3/pay/transactions/native",
 * shop_order(KIT_KEY, no,
 * "")); EXPECT_INT(200, a.http.status); EXPECT(a.verified);
 */
#pragma once

#include "kit.h"

/* An answer. */
struct shop_got {
	struct kit_http http;
	json_t *json; /* NULL when there was none */
	bool verified;
};

/* What differs from a right request. */
struct shop_change {
	int64_t older_s;           /* the timestamp */
	const char *authorization; /* instead of the right one; "": none */
	const char *sign_body;     /* signed instead of the body */
	const char *serial_no, *mchid;
	const char *wechatpay_serial; /* sent instead of the mode's own; "": none */
	const char *accept;           /* "": none */
	enum kit_mode signs_for;      /* another merchant's key signs, if signs_else */
	bool signs_else;
};

/* body NULL: GET. */
struct shop_got shop_call(enum kit_mode mode, const char *method, const char *path,
			  const char *body);
struct shop_got shop_call_with(enum kit_mode mode, const char *method, const char *path,
			       const char *body, const struct shop_change *change);

const char *shop_mchid(enum kit_mode mode);
const char *shop_config(enum kit_mode mode, const char *member); /* of DIR/wechat*.json */
const char *shop_text(struct shop_got a, const char *path); /* "amount/total" too; NULL if absent */
int shop_integer(struct shop_got a, const char *path);      /* -1 if absent */

/* An order of 88.88 yuan for /v3/pay/transactions/…; `more` is appended. */
const char *shop_order(enum kit_mode mode, const char *number, const char *more);
const char *shop_code_order(enum kit_mode mode, const char *number, const char *auth_code);
const char *shop_refund_of(const char *number, const char *refund_no, int fen);

/* Asks for a native payment; pays it when `paid`.  The number. */
const char *shop_native(enum kit_mode mode, bool paid);
struct shop_got shop_query(enum kit_mode mode, const char *number);
const char *shop_state(enum kit_mode mode,
		       const char *number); /* trade_state, or the error's code */

/* The control API for this channel, as kit_control. */
json_t *shop_control(const char *what, const char *members);
bool shop_pay(const char *number);
bool shop_fault(const char *number, const char *members);

/* A notice's signature by the key that its serial names, and its opened resource; NULL when either
 * does not fit. */
json_t *shop_open_notice(enum kit_mode mode, const struct kit_notice *n);
bool shop_notice_verifies(const struct kit_notice *n);

/* AEAD_AES_256_GCM; NULL when it does not open. */
const char *shop_decrypt(enum kit_mode mode, json_t *resource);

/* Takes a certificate that was downloaded into the keys that answers are verified with. */
void shop_trust(const char *serial, const char *pem);

/* Of the kit. */
void shop_keys_read(const char *dir);
void shop_keys_free(void);
