/* kit_qq.h - a shop that talks QQ Wallet's XML: it signs, writes and reads by itself.
 *
 *   struct qq_message a = QQ("qpay_order_query", { "out_trade_no", no });
 *   EXPECT_STR("NOTPAY", qq_get(&a, "trade_state"));
 */
#pragma once

#include "kit.h"

enum { QQ_MEMBERS = 400 };

struct qq_message {
	struct kit_http http;
	struct kit_param members[QQ_MEMBERS]; /* as they came */
	size_t n;
	bool verified; /* signed by the platform */
};

/* A member of DIR/qq.json; NULL if it is not there. */
const char *qq_config(const char *name);

/* Calls /cgi-bin/pay/SERVICE.cgi with these members, mch_id, nonce_str and sign; a member given
 * replaces one of those, NULL leaves it out. */
struct qq_message qq_call(const char *service, const struct kit_param *members, size_t n);

#define QQ(service, ...)                                              \
	qq_call((service), (const struct kit_param[]){ __VA_ARGS__ }, \
		sizeof((const struct kit_param[]){ __VA_ARGS__ }) / sizeof(struct kit_param))

/* What an order of `fen` needs; the caller adds to it. */
#define QQ_ORDER(number, fen, type)                                                     \
	{ "out_trade_no", (number) }, { "total_fee", (fen) }, { "trade_type", (type) }, \
		{ "body", "\xe8\x8c\xb6 & <cake>" }, { "fee_type", "CNY" },             \
		{ "spbill_create_ip", "127.0.0.1" }, { "device_info", "till-1" },       \
		{ "notify_url", kit_printf("%s/notify/%s", qq_shop_url(), (number)) },  \
	{                                                                               \
		"attach", "a]]>b"                                                       \
	}

/* A body as it is to any address. */
struct qq_message qq_post(const char *path, const char *body);

/* Such a message, signed; and one read. */
const char *qq_write(const struct kit_param *members, size_t n);
struct qq_message qq_read(const char *body);

const char *qq_get(const struct qq_message *m, const char *name); /* NULL if absent */
const char *qq_shop_url(void);

/* "SUCCESS", or the err_code; "unsigned: <return_msg>" when nobody signed. */
const char *qq_result(const struct qq_message *m);

const char *qq_md5(const char *text); /* in small letters */

bool qq_pay(const char *number);
bool qq_fault(const char *number, const char *members);
