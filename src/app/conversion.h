/* conversion.h - a holder's one asset becomes another, through system, and what it is promised to
 * give. */
#pragma once

#include "app/account.h"
#include "app/rate.h"
#include "app/request_key.h"
#include "store/store.h"

enum { QUOTE_SECONDS_MAX = 600, QUOTE_SECONDS = 60 };

struct quote {
	int64_t id, amount, to_amount, expires_at, created_at;
	int64_t conversion; /* what used it; 0 none */
	struct rate rate;
	char request_id[REQUEST_KEY_MAX + 1];
};
struct quote_answer {
	struct quote quote;
	bool replayed;
};

/* Promises what an amount will give, until a time, once (a closure).  Fails as rate_newest and
 * rate_apply. */
struct quote_ask {
	int64_t app;
	char request_id[REQUEST_KEY_MAX + 1];
	char from[ASSET_CODE_MAX + 1], to[ASSET_CODE_MAX + 1];
	int64_t amount, expires_in; /* seconds */
};
enum err quote_make(struct tx *tx, const void *ask, void *answer);

/* By id (a reading closure; ask: int64_t; answer: struct quote_answer).  ERR_NOT_FOUND. */
enum err quote_show(struct tx *tx, const void *ask, void *answer);
MUST_USE enum err quote_find(struct tx *tx, int64_t id, struct quote *out, bool *found);
void quote_json(struct jout *w, const struct quote *q, bool livemode);

struct conversion {
	int64_t id; /* of its group too */
	int64_t amount, to_amount, rest, quote, from_transfer, to_transfer, created_at;
	struct rate rate; /* as it was then */
	char request_id[REQUEST_KEY_MAX + 1];
	char holder[HOLDER_MAX + 1];
};
struct conversion_answer {
	struct conversion conversion;
	bool replayed;
};

/* Moves both ways at once, or not at all (a closure).  ERR_FORBIDDEN at "holder" for accounts of
 * the books; ERR_NOT_FOUND, ERR_QUOTE_OVER, ERR_CONFLICT at "quote"; ERR_INSUFFICIENT when the
 * holder or system has too little; and as quote_make and transfer_post. */
struct conversion_ask {
	int64_t app;
	char request_id[REQUEST_KEY_MAX + 1];
	char holder[HOLDER_MAX + 1];
	char from[ASSET_CODE_MAX + 1], to[ASSET_CODE_MAX + 1];
	int64_t amount;
	int64_t quote; /* 0: at the present rate */
};
enum err conversion_make(struct tx *tx, const void *ask, void *answer);

/* By id, or with id 0 by key (a reading closure; answer: struct conversion_answer).
 * ERR_NOT_FOUND. */
struct conversion_name {
	int64_t id, app;
	char key[REQUEST_KEY_MAX + 1];
};
enum err conversion_show(struct tx *tx, const void *ask, void *answer);
void conversion_json(struct jout *w, const struct conversion *c, bool livemode);
