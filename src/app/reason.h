/* reason.h - what a merchant's transfers are for. */
#pragma once

#include "app/holder_kind.h"
#include "app/list.h"
#include "base/err.h"
#include "core/ledger.h"
#include "core/reason.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum { REASON_NAME_MAX = 64 };

struct reason {
	int64_t code;
	char name[REASON_NAME_MAX + 1], name_en[REASON_NAME_MAX + 1];
	char from[HOLDER_KIND_MAX + 1], to[HOLDER_KIND_MAX + 1]; /* kinds; "" for Tael's own */
	int64_t created_at;                                      /* 0 for Tael's own */
};

/* A code names its reason for ever: the same content again finds it, other content is ERR_EXISTS.
 * ERR_FORBIDDEN for kinds that only Tael moves. */
struct reason_ask {
	int64_t code; /* REASON_MERCHANT_MIN..REASON_MAX */
	char name[REASON_NAME_MAX + 1], name_en[REASON_NAME_MAX + 1];
	char from[HOLDER_KIND_MAX + 1], to[HOLDER_KIND_MAX + 1];
};
struct reason_answer {
	struct reason reason;
	bool replayed;
};
/* A closure. */
enum err reason_add(struct tx *tx, const void *ask, void *answer);

/* One of the merchant's own.  ERR_REASON_UNKNOWN at "reason". */
MUST_USE enum err reason_get(struct tx *tx, int64_t code, struct reason *out);

/* A slice by code, Tael's own first (a reading closure; ask: struct list_ask by number). */
struct reasons {
	struct reason reasons[LIST_MAX];
	size_t n;
	bool more;
};
enum err reasons_list(struct tx *tx, const void *ask, void *answer);
