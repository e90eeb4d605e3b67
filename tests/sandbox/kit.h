/* kit.h - a shop that talks to a sandbox: it signs and verifies by itself, with OpenSSL, and shares
 * no code with src/channel or with the sandbox.
 *
 *   static void a_test(void)
 *   {
 *           const char *no = kit_number();
 *           struct kit_answer a = kit_call(KIT_KEY, "precreate", kit_order(no, ""));
 *           EXPECT_STR("10000", kit_text(a, "code"));
 *   }
 *
 * One sandbox serves all tests of a program; KIT_MAIN starts and stops it.
 */
#pragma once

#include "sys/clock.h"
#include "tap.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kit_mode { KIT_KEY, KIT_CERT };

/* What kit_start starts. */
struct kit_options {
	int64_t notice_scale;
	bool movable_clock; /* kit_pass_ms moves it */
	bool tls;
};

void kit_start(const struct kit_options *options);
void kit_stop(void);

/* Runs them here and not in the kit: each file that includes tap.h has failures of its own. */
#define KIT_MAIN(options, tests)                                             \
	int main(int argc, char **argv)                                      \
	{                                                                    \
		int code;                                                    \
                                                                             \
		kit_start(&(options));                                       \
		code = tap_main((tests), sizeof(tests) / sizeof((tests)[0]), \
				argc > 1 ? argv[1] : NULL);                  \
		kit_stop();                                                  \
		return code;                                                 \
	}

/* printf into memory that lives until the program ends, as does every text and JSON value here. */
char *kit_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

const char *kit_url(void);               /* of the sandbox */
const char *kit_dir(void);               /* its folder */
const char *kit_app(enum kit_mode mode); /* app_id */
const char *kit_number(void);            /* an out_trade_no nobody has used */
void kit_pass_ms(int64_t ms);            /* time passes */
int64_t kit_now_ms(void);                /* the sandbox's wall clock */
long kit_fen(const char *yuan);          /* of "88.88"; -1 for anything else */

/* --- HTTP --- */

struct kit_http {
	enum err e; /* ERR_OK when an answer came */
	int status;
	const char *body, *headers;
	size_t body_n;
	bool sent; /* something of the request left */
};

/* body NULL: GET; else POST of `type`. */
struct kit_http kit_http(const char *path, const char *type, const char *body);

/* What calls over TLS show of the shop from now on: PEM, or NULL for nothing. */
void kit_show(const char *certificate, const char *key);

/* What calls over TLS trust from now on: PEM; at first it is DIR/ca.pem. */
void kit_trust(const char *roots);

/* A file of the sandbox's folder. */
const char *kit_file(const char *name);

/* The same by any method and with further header fields. */
struct net_field;
struct kit_http kit_send(const char *method, const char *path, const char *type, const char *body,
			 const struct net_field *fields, size_t fields_n);

/* A header field's value, "" if absent. */
const char *kit_header(struct kit_http got, const char *name);

/* --- the gateway --- */

struct kit_answer {
	struct kit_http http;
	json_t *node;    /* NULL when there was none */
	const char *raw; /* the node's text */
	bool is_signed, verified;
};

struct kit_param {
	const char *name, *value;
};

/* biz_content of an order of 88.88 yuan; `more` is appended, e.g. ",\"body\":\"x\"". */
const char *kit_order(const char *number, const char *more);
const char *kit_biz(const char *number, const char *more); /* only the number */

/* Calls "query" (alipay.trade.query), "refund", "fastpay.refund.query", ….  The notify_url is the
 * shop's. */
struct kit_answer kit_call(enum kit_mode mode, const char *method, const char *biz);

/* The same with other or further parameters (a value of NULL leaves one out); `sign` too. */
struct kit_answer kit_call_with(enum kit_mode mode, const char *method, const char *biz,
				const struct kit_param *changes, size_t n);

/* The signed parameters of a request as a form, to be sent in any way. */
const char *kit_form(enum kit_mode mode, const char *method, const char *biz,
		     const struct kit_param *changes, size_t n);

/* RSA2 by the app over a text, base64. */
const char *kit_sign(enum kit_mode mode, const char *text);

/* A text member of the answer's node; NULL if absent. */
const char *kit_text(struct kit_answer a, const char *name);

/* RSA2 by the platform over name=value&…, sorted, without sign and sign_type. */
bool kit_is_from_platform(enum kit_mode mode, const struct kit_param *params, size_t n);

/* Reads JSON; NULL when it is none. */
json_t *kit_json(const char *text);

/* --- the control API --- */

/* POST /sandbox/WHAT {"channel":"alipay",MEMBERS}; the answer, NULL unless its status is 200. */
json_t *kit_control(const char *what, const char *members);
bool kit_pay(const char *number);
/* A fault on one number: kit_fault(no, "\"kind\":\"delay\",…"). */
bool kit_fault(const char *number, const char *members);
/* The trade as GET /sandbox/trades shows it; NULL if there is none. */
json_t *kit_trade(const char *number);
const char *kit_status(const char *number);
/* How often a call of this operation was made on it. */
int kit_calls(const char *number, const char *operation);

/* --- the shop's side of notices --- */

enum { KIT_FIELDS = 40 };

struct kit_notice {
	bool came;
	struct kit_param fields[KIT_FIELDS]; /* of a form */
	size_t n;
	const char *type; /* Content-Type */
	const char *body; /* fields are there only if it is a form */
	const char *timestamp, *nonce, *signature, *serial; /* Wechatpay-…; "" if absent */
};

/* The next notice of this number; waits for it.  came is false after a long time without one. */
struct kit_notice kit_notice(const char *number);

/* How many notices of this number came in all. */
int kit_notices(const char *number);

/* The shop answers the next notices of this number with this status and body, `times` times. */
void kit_answer_notices(const char *number, int times, int status, const char *body);

const char *kit_field(const struct kit_notice *n, const char *name); /* NULL if absent */
bool kit_notice_is_genuine(enum kit_mode mode, const struct kit_notice *n);
