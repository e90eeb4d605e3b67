/* answer.h - an answer of the gateway: which bytes are signed, whether the signature fits, and what
 * its code means.
 *
 *   {"alipay_trade_query_response":NODE,"alipay_cert_sn":"…","sign":"…"}
 *
 * The signature covers the raw text of NODE exactly as it came; it covers neither the method nor
 * what was asked, so every reader compares the numbers of the answer with its own.
 *
 * Source: Alipay Open Platform, "自行实现验签", https://opendocs.alipay.com/common/02mse7, read
 * 2026-11. Source: Alipay Open Platform, "公共错误码", https://opendocs.alipay.com/common/02km9f,
 * read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "sys/json.h"

struct alipay_envelope {
	struct str name;    /* "alipay_trade_query_response" or "error_response" */
	struct str node;    /* raw, from its '{' to the matching '}' */
	struct str sign;    /* base64; "" when the answer is not signed */
	struct str cert_sn; /* "" in key mode */
};

/* Finds the node called `name`, or `error_response`; NULL takes any name that ends in "_response".
 * ERR_JSON: not one JSON object, the node missing, twice or no object, two of a kind. */
MUST_USE enum err alipay_envelope_read(struct str body, const char *name, struct arena *a,
				       struct alipay_envelope *out);

/* What a call asked, to compare its answer with. */
struct alipay_asked {
	const char *method; /* "alipay.trade.query" */
	const char *number; /* our out_trade_no */
	bool may_be_silent; /* a 10000 need not repeat the number */
};

struct alipay_answer {
	struct str node;   /* to be read with jin */
	bool verified;     /* by answer->key_version */
	int code;          /* 10000, 40004, …; 0 when there is no node to read */
	bool names_number; /* it says our out_trade_no */
	char sub_code[64]; /* without "ACQ." */
};

/* Reads an answer as far as all answers are alike and fills *answer: DONE for a verified 10000 that
 * names our number, else what the code tells.  An unsigned answer is never DONE; one that names
 * another number is UNKNOWN, whatever it says, and `out` is then empty. */
void alipay_answer_read(const struct channel_versions *versions, const struct alipay_asked *asked,
			const struct channel_reply *reply, struct arena *a,
			struct channel_answer *answer, struct alipay_answer *out);

/* A verified business failure with this sub code ("TRADE_NOT_EXIST"). */
bool alipay_answer_is(const struct alipay_answer *in, const char *sub_code);

/* Optional members of a node: amounts in yuan and times in UTC+8.  Left alone when absent or ""; a
 * fault when they are malformed. */
void alipay_jin_yuan(struct jin *r, const char *key, int64_t *fen);
void alipay_jin_time(struct jin *r, const char *key, int64_t *ms);
