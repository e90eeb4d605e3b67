/* transfer.h - moving an amount of one asset from one account to another, for a reason. */
#pragma once

#include "app/account.h"
#include "app/request_key.h"
#include "base/err.h"
#include "store/store.h"
#include "sys/json.h"

#include <stdbool.h>
#include <stdint.h>

/* A transfer as people see it: the journal's row and what its numbers name. */
struct transfer_view {
	struct transfer row;
	struct account_name from, to;
	bool replayed; /* the request was done before; this is what it did */
};

/* Posts it once for ever (a closure; ask: struct post; answer: struct post_result).  ERR_CONFLICT,
 * ERR_SAME_ACCOUNT, ERR_FORBIDDEN, ERR_ASSET_UNKNOWN, ERR_REASON_UNKNOWN, ERR_REASON_NOT_ALLOWED,
 * ERR_INSUFFICIENT, ERR_FROZEN, ERR_AMOUNT_RANGE: nothing was stored. */
enum err transfer_post(struct tx *tx, const void *ask, void *answer);

/* Who may move what for which reason (a store_rules).  ERR_FORBIDDEN, ERR_ASSET_UNKNOWN,
 * ERR_REASON_UNKNOWN, ERR_REASON_DISABLED, ERR_REASON_NOT_ALLOWED, ERR_HOLDER_UNKNOWN. */
enum err transfer_rules(struct tx *tx, const struct post *p, int64_t *asset);

/* central/asset -> system/asset (a closure; answer: struct transfer_view).  ERR_NOT_FOUND: no such
 * asset. */
struct issue_ask {
	int64_t app;
	char request_id[REQUEST_KEY_MAX + 1];
	char asset[ASSET_CODE_MAX + 1];
	int64_t amount;
};
enum err transfer_issue(struct tx *tx, const void *ask, void *answer);

/* Moves what a transfer moved back, all that is left of it or a part, keeping its reason (a
 * closure; answer: struct reverse_answer).  Of a request that was never seen: it is cancelled.
 * ERR_NOT_FOUND; ERR_NOT_REVERSIBLE for Tael's own, charges and reversals; ERR_REVERSAL_EXCEEDS;
 * ERR_FORBIDDEN at "force"; ERR_CONFLICT and what a posting is refused for. */
struct reverse_ask {
	int64_t id; /* 0: by key */
	int64_t app;
	char key[REQUEST_KEY_MAX + 1];
	char request_id[REQUEST_KEY_MAX + 1];
	int64_t amount; /* 0: all that is left */
	bool force;     /* a member's account may go below zero, and may be frozen */
	bool full;      /* the key's scope is full */
};
struct reverse_answer {
	struct transfer_view transfer;
	bool cancelled;
	bool replayed;
};
enum err transfer_reverse(struct tx *tx, const void *ask, void *answer);

/* One transfer, by its id or by the request that made it (a closure; answer: struct transfer_view).
 * ERR_NOT_FOUND. */
struct transfer_get_ask {
	int64_t id; /* 0: by request_id of app */
	int64_t app;
	char request_id[REQUEST_KEY_MAX + 1];
};
enum err transfer_get(struct tx *tx, const void *ask, void *answer);

/* The object as the API and events show it. */
void transfer_json(struct jout *w, const char *key, const struct transfer_view *t, bool livemode);
void transfer_posted_json(struct jout *w, const struct post *p, const struct post_result *r,
			  bool livemode);
