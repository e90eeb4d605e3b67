/* order.h - orders, attempts and refunds as plain values, and the steps they may take.
 *
 *   order    open -> paid | closing | closed (when nothing is at a channel)
 *            closing -> closed | paid;  closed -> paid only by the merchant accepting late money
 *   attempt  created -> pending | unknown | paid | failed | closed;  pending and unknown likewise;
 *            superseded: replaced, but watched until it is closed or its end is past
 *   refund   pending -> succeeded | failed | abnormal;  abnormal -> succeeded | failed
 *
 * Late, twice, over and under are flags beside the state.
 */
#pragma once

#include "base/err.h"
#include "base/money.h"
#include "core/ledger.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum order_status { ORDER_OPEN = 1, ORDER_PAID, ORDER_CLOSING, ORDER_CLOSED };
enum order_flag { FLAG_LATE = 1, FLAG_TWICE = 2, FLAG_OVER = 4, FLAG_UNDER = 8 };
enum fulfilment { FULFIL_NONE, FULFIL_PENDING, FULFIL_DONE, FULFIL_FAILED };

enum attempt_status {
	ATTEMPT_CREATED = 1,
	ATTEMPT_PENDING,
	ATTEMPT_PAID,
	ATTEMPT_FAILED,
	ATTEMPT_CLOSED,
	ATTEMPT_SUPERSEDED,
	ATTEMPT_UNKNOWN
};

enum refund_status { REFUND_PENDING = 1, REFUND_SUCCEEDED, REFUND_FAILED, REFUND_ABNORMAL };
enum refund_kind { REFUND_ORDER = 1, REFUND_EXCEPTION };

enum case_kind {
	CASE_LATE = 1,
	CASE_TWICE,
	CASE_OVER,
	CASE_UNDER,
	CASE_UNMATCHED, /* money under a number that is not ours */
	CASE_SHORT,     /* a wallet leg was gone and the balance short */
	CASE_REFUND     /* a refund that the channel calls abnormal */
};
enum case_status { CASE_OPEN = 1, CASE_REFUNDED, CASE_ACCEPTED };

enum {
	SUBJECT_MAX = 256,
	ACTION_NAME_MAX = 32,
	ACTION_ARGS_MAX = 1024,
	ATTACH_MAX = 512,
	METADATA_MAX = 2048,
	URL_MAX = 512,
	USER_MAX = 64,
	METHOD_MAX = 31,
	OPENID_MAX = 128,
	LEGS_MAX = 9, /* eight wallets and a channel */
	EXPIRES_MIN_S = 60,
	EXPIRES_MAX_S = 604800,
	EXPIRES_DEFAULT_S = 7200
};

struct order {
	int64_t id, app;
	char out_order_no[REQUEST_KEY_MAX + 1];
	enum order_status status;
	unsigned flags;
	enum fulfilment fulfilment;
	int64_t amount; /* fen */
	int64_t amount_paid, amount_refunding, amount_refunded;
	char subject[SUBJECT_MAX + 1];
	char user[USER_MAX + 1]; /* a holder's id: "7" is user:7; "" none */
	char action[ACTION_NAME_MAX + 1];
	char action_args[ACTION_ARGS_MAX + 1];
	char attach[ATTACH_MAX + 1];
	char metadata[METADATA_MAX + 1]; /* a JSON object; "" none */
	char notify_url[URL_MAX + 1], return_url[URL_MAX + 1];
	int64_t attempt; /* the live or paying one; 0 none */
	int64_t version;
	int64_t created_at, expires_at, paid_at, closed_at; /* ms; 0 not yet */
};

enum leg_kind { LEG_WALLET = 1, LEG_CHANNEL };

struct leg {
	enum leg_kind kind;
	int64_t account; /* the payer's, or the channel's ledger account */
	int64_t asset;
	int64_t amount; /* the asset's units */
	int64_t worth;  /* fen */
	int64_t hold;   /* LEG_WALLET: what sets it aside; 0 none */
	int64_t refunding_amount, refunding_worth;
	int64_t refunded_amount, refunded_worth;
	char holder[HOLDER_MAX + 1]; /* for showing: "user:7" */
	char asset_code[17];
};

struct attempt {
	int64_t id, order, app;
	char method[METHOD_MAX + 1];
	enum attempt_status status;
	int64_t channel_account; /* 0: wallets only */
	char number[REQUEST_KEY_MAX + 1];
	int64_t channel_fen;
	uint8_t auth_hash[32]; /* of the payment code; all 0 none */
	char openid[OPENID_MAX + 1];
	char client_ip[46];
	char return_url[URL_MAX + 1];
	int action_type; /* enum action_type of the channel */
	char error_code[65], error_text[161];
	int64_t queries;      /* asked so far */
	int64_t cancelled_at; /* a barcode's confirmed cancel, ms */
	int64_t created_at, expires_at, ended_at;
	size_t legs_n;
	struct leg legs[LEGS_MAX];
};

struct refund {
	int64_t id, app;
	enum refund_kind kind;
	int64_t order, payment, case_id; /* 0 none */
	char out_refund_no[REQUEST_KEY_MAX + 1];
	enum refund_status status;
	int64_t amount;      /* fen, all legs by worth */
	int64_t channel_fen; /* the channel's part */
	char note[MEMO_MAX + 1];
	char number[REQUEST_KEY_MAX + 1];
	int64_t channel_account;
	int64_t sent_at, tries;
	int64_t version;
	char error_code[65], error_text[161];
	int64_t created_at, ended_at;
};

/* The API's words. */
const char *order_status_name(enum order_status s);
const char *attempt_status_name(enum attempt_status s);
const char *refund_status_name(enum refund_status s);
const char *fulfilment_name(enum fulfilment f);

/* May a new attempt begin?  ERR_ORDER_PAID, ERR_ORDER_CLOSED (closing, closed or past its end). */
MUST_USE enum err order_payable(const struct order *o, int64_t now_ms);

/* True while the channel may still take money for it: created, pending, unknown, superseded. */
bool attempt_open(const struct attempt *a);

/* True while it is the order's live attempt: created, pending or unknown. */
bool attempt_live(const struct attempt *a);

/* When a pending attempt is asked for again: 5, 10, 20, 30 s after it began, then every 60 s to its
 * end, then 5 s, 60 s and 10 min after it; -1 when it needs no more asking. */
int64_t attempt_next_query(int64_t created_at, int64_t expires_at, int64_t now_ms);

/* A barcode is asked for every every_ms and at last at until_ms; -1 when that is past, and it is
 * cancelled. */
int64_t barcode_next_query(int64_t created_at, int64_t every_ms, int64_t until_ms, int64_t now_ms);

/* A refund is asked for 10 s, 30 s, 1, 5, 10 min after it was sent, then every 30 min. */
int64_t refund_next_query(int64_t first_sent_at, int64_t now_ms);
