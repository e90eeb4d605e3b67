/* envelope.h - an answer of the gateway: a node of members, and the signed envelope around it.
 *
 *   {"alipay_trade_query_response":{"code":"10000",…},"alipay_cert_sn":"…","sign":"…"}
 *
 * The node's text is made once and signed as it stands.  code, msg, sub_code and sub_msg come
 * first, then the rest by name; '/' is written "\/"; `sign` comes last, which the official clients
 * rely on.
 *
 * Source: Alipay's published answers; alipay-sdk 4.14.0 (the node is found by what follows it).
 */
#pragma once

#include "base/str.h"
#include "sandbox/text.h"
#include "sys/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NODE_MAX = 24 };

struct node {
	const char *code, *msg;
	const char *sub_code; /* NULL when code is 10000 or 10003 */
	struct str sub_msg;
	struct {
		const char *name;
		struct str value;
		bool raw; /* JSON already, not a text */
	} at[NODE_MAX];
	size_t n;
};

/* 10000 Success, without members. */
void node_success(struct node *n);

/* 10003: the payer was asked for a password. */
void node_waiting(struct node *n);

/* Business failure, 40004 and the sub code's own sentence. */
void node_refuse(struct node *n, const char *sub_code);

/* The same, with a sentence that names what was wrong; sub_msg is borrowed. */
void node_refuse_because(struct node *n, const char *sub_code, struct str sub_msg);

/* A failure of the gateway: 20000, 40001, 40002, 40003, 40005, 40006. */
void node_fail(struct node *n, const char *code, const char *sub_code, struct str sub_msg);

/* Members; the value is borrowed until node_write.  An empty text is left out. */
void node_add(struct node *n, const char *name, struct str value);
void node_add_raw(struct node *n, const char *name, struct str json);

/* Puts another value in place of an existing member; false when there is none. */
bool node_change(struct node *n, const char *name, struct str value);

/* The value of a member; "" if there is none. */
struct str node_get(const struct node *n, const char *name);

/* The node as text. */
void node_write(const struct node *n, struct text *out);

/* The envelope.  cert_sn "" in key mode, sign "" for an unsigned answer. */
void envelope_write(struct str name, struct str node, struct str cert_sn, struct str sign,
		    struct text *out);

/* The name of the node that answers a method: '.' becomes '_', "_response" follows. */
void envelope_name(struct str method, struct text *out);

/* fen as yuan with two decimals, in the arena. */
struct str yuan_text(struct arena *a, int64_t fen);

/* What an amount was paid from, as answers list it:
 * [{"amount":"0.01","fund_channel":"ALIPAYACCOUNT"}]. Notices write fundChannel instead. */
struct str fund_bill_text(struct arena *a, int64_t fen);

/* A time as the platform writes it, in UTC+8; "" for 0. */
struct str time_text(struct arena *a, int64_t ms);
