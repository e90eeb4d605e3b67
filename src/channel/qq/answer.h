/* answer.h - an answer of the platform: its signature, whom it is about, and what its code means.
 *
 *   <xml><return_code>SUCCESS</return_code><mch_id>…</mch_id><result_code>SUCCESS</result_code>…
 *
 * return_code FAIL means that the request was not understood; such an answer is not signed.  With
 * return_code SUCCESS it is signed, and result_code tells.
 *
 * Source: QQ Wallet, "统一下单", https://qpay.qq.com/buss/wiki/38/1203, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "sys/xml.h"

/* What a call asked, to compare its answer with. */
struct qq_asked {
	const char *number; /* our out_trade_no */
	bool may_be_silent; /* a success need not repeat the number */
	bool gives_back;    /* a refund or a reversal */
	bool moves_nothing; /* the call itself can take or give no money: an order */
};

struct qq_answer {
	struct xml message;  /* empty unless `verified` */
	bool verified;       /* by answer->key_version, of our merchant and number */
	struct str err_code; /* of a verified failure */
};

/* Reads an answer as far as all answers are alike and fills *answer: DONE for a verified success
 * that names our number, else what the code tells. */
void qq_answer_read(const struct channel_versions *versions, const struct qq_asked *asked,
		    const struct channel_reply *reply, struct arena *a,
		    struct channel_answer *answer, struct qq_answer *out);

/* A verified failure with this code. */
bool qq_answer_is(const struct qq_answer *in, const char *err_code);

/* Members, each optional: *out is left alone when it is absent or empty.  ERR_INVALID, with the
 * name, for a value that cannot be right. */
MUST_USE enum err qq_take_text(const struct xml *m, const char *name, char *out, size_t cap);
MUST_USE enum err qq_take_fen(const struct xml *m, const char *name, int64_t *fen);
MUST_USE enum err qq_take_time(const struct xml *m, const char *name, int64_t *ms);
