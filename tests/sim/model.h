/* model.h - the books kept a second time, as simply as can be: what must become of each request.
 *
 * Plain arrays, no file, no clock, and nothing of src/core: the rules are written down once more,
 * from the documents.  A model is one value: to keep a copy is to assign it.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	MODEL_HOLDERS = 15, /* the last is of a kind that the merchant has not */
	MODEL_ASSETS = 3,   /* the last is none of the merchant's */
	MODEL_APPS = 2,
	MODEL_REQUESTS = 12000, /* of each app */
};

enum model_kind {
	MODEL_ISSUE,
	MODEL_TRANSFER,
	MODEL_FREEZE,
	MODEL_UNFREEZE,
	MODEL_LIMIT,
	MODEL_CLOSE,
	MODEL_REOPEN,
	MODEL_HOLD,
	MODEL_CAPTURE,
	MODEL_RELEASE,
	MODEL_REVERSE,
	MODEL_CONVERT,
	MODEL_KINDS
};

/* What a client asks for.  Holders, assets and apps are places in the lists below. */
struct model_op {
	enum model_kind kind;
	int app, request;
	int from, to, asset; /* settings and holds are those of `from` */
	int64_t amount, reason;
	int64_t credit, most; /* MODEL_LIMIT; below 0: as it is */
	int hold;    /* the request that a capture, release or reversal is about; amount 0: all */
	int seconds; /* MODEL_HOLD */
	int into;    /* MODEL_CONVERT: the asset that it becomes */
	bool force;  /* MODEL_REVERSE: below zero, if it must be */
	int note;    /* memo and ref follow from it */
};

struct model_account {
	int64_t balance, held, version, credit;
	int64_t most; /* it takes nothing beyond; 0: no limit */
	bool frozen, closed;
};

/* What was answered: never changes. */
struct model_answer {
	enum err code;
	int64_t amount, from_balance, to_balance; /* of a movement, and what it left */
	int64_t captured, released;               /* of a hold, as it is now */
};

struct model_hold {
	int holder, asset;
	int64_t amount, captured, released, reason, expires_at;
};

struct model_move {
	int from, to, asset;
	int64_t amount, reversed;
};

struct model_request {
	enum {
		MODEL_UNSEEN,
		MODEL_DONE,
		MODEL_CANCELLED, /* by a release that came before it; it never will be done */
		MODEL_CANCELLED_ANOTHER
	} state;
	struct model_hold hold;
	struct model_move move;
	struct model_op op;
	struct model_answer answer;
};

struct model {
	struct model_account accounts[MODEL_HOLDERS][MODEL_ASSETS];
	struct model_request requests[MODEL_APPS][MODEL_REQUESTS];
	int64_t transfers; /* rows of the journal */
	int64_t now_ms;
};

extern const char *const MODEL_HOLDER[MODEL_HOLDERS];
/* A frozen account of gold takes nothing; one of silver does. */
extern const char *const MODEL_ASSET[MODEL_ASSETS];
enum { MODEL_SILVER = 1 };

/* The reasons that the merchant has. */
struct model_reason {
	int64_t code;
	const char *from, *to;
};
enum { MODEL_REASONS = 8 };
extern const struct model_reason MODEL_REASON[MODEL_REASONS];

/* What one asset is worth in another; what does not come out even is rounded up or down. */
struct model_rate {
	int from, to;
	int64_t units_from, units_to;
	bool up;
};
enum { MODEL_RATES = 2 };
extern const struct model_rate MODEL_RATE[MODEL_RATES];

#define MODEL_LARGEST ((int64_t)9007199254740991) /* 2^53 - 1 */

/* Does what `op` asks for, and says what must be answered.  *fresh: it was done now. */
struct model_answer model_do(struct model *m, const struct model_op *op, bool *fresh);

/* Its parts; model_hold.c. */
struct model_answer model_hold(struct model *m, const struct model_op *op);
struct model_answer model_capture(struct model *m, const struct model_op *op);
struct model_answer model_release(struct model *m, const struct model_op *op, bool *cancelled);
struct model_answer model_reverse(struct model *m, const struct model_op *op, bool *cancelled);
struct model_answer model_convert(struct model *m, const struct model_op *op);
/* By all rules; issued, as central may; or as a fact, whatever the accounts' settings say. */
enum model_force { MODEL_BY_RULES, MODEL_ISSUED, MODEL_FACT };
struct model_answer model_move(struct model *m, const struct model_move *move,
			       enum model_force force);
/* Cancels what never came, if this request may. */
struct model_answer model_cancel(struct model *m, const struct model_op *op);
struct model_answer model_refused(enum err code);
bool model_is_of(const char *holder, const char *kind);
/* Of a kind that the merchant has, not one of the books' own. */
bool model_is_member(int holder);
/* ERR_OK when it is the same request again. */
enum err model_seen(const struct model_request *r, const struct model_op *op);
int64_t model_rest(const struct model_hold *h);

/* Gives back all whose time is over. */
void model_expire(struct model *m);

/* What a new transfer may take. */
int64_t model_available(const struct model_account *a);

/* An asset of which not all balances add up to 0, or -1. */
int model_unbalanced(const struct model *m);
