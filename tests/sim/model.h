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
	MODEL_REQUESTS = 20000, /* of each app */
};

enum model_kind {
	MODEL_ISSUE,
	MODEL_TRANSFER,
	MODEL_FREEZE,
	MODEL_UNFREEZE,
	MODEL_LIMIT,
	MODEL_CLOSE,
	MODEL_REOPEN,
};

/* What a client asks for.  Holders, assets and apps are places in the lists below. */
struct model_op {
	enum model_kind kind;
	int app, request;
	int from, to, asset; /* settings are those of `from` */
	int64_t amount, reason;
	int64_t credit, most; /* MODEL_LIMIT; below 0: as it is */
	int note;             /* memo and ref follow from it */
};

struct model_account {
	int64_t balance, held, version, credit;
	int64_t most; /* it takes nothing beyond; 0: no limit */
	bool frozen, closed;
};

/* What was answered: never changes. */
struct model_answer {
	enum err code; /* the balances are those that a movement left */
	int64_t from_balance, to_balance;
};

struct model_request {
	bool done;
	struct model_op op;
	struct model_answer answer;
};

struct model {
	struct model_account accounts[MODEL_HOLDERS][MODEL_ASSETS];
	struct model_request requests[MODEL_APPS][MODEL_REQUESTS];
	int64_t transfers; /* rows of the journal */
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

/* Does what `op` asks for, and says what must be answered.  *fresh: it was done now. */
struct model_answer model_do(struct model *m, const struct model_op *op, bool *fresh);

/* What a new transfer may take. */
int64_t model_available(const struct model_account *a);

/* An asset of which not all balances add up to 0, or -1. */
int model_unbalanced(const struct model *m);
