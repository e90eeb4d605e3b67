/* holder_kind.h - who may hold in a merchant's ledger: user, app, shop and the kinds it adds. */
#pragma once

#include "app/list.h"
#include "base/err.h"
#include "core/ledger.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum { HOLDER_KIND_NAME_MAX = 64 };

struct holder_kind {
	char kind[HOLDER_KIND_MAX + 1];
	char name[HOLDER_KIND_NAME_MAX + 1], name_en[HOLDER_KIND_NAME_MAX + 1];
	int64_t created_at; /* 0: built in */
};

/* A kind is named for ever: the same content again finds it, other content is ERR_EXISTS, as are
 * the kinds that are built in.  ERR_FORBIDDEN for Tael's own.  A closure. */
struct holder_kind_ask {
	char kind[HOLDER_KIND_MAX + 1]; /* checked by holder_kind_check */
	char name[HOLDER_KIND_NAME_MAX + 1], name_en[HOLDER_KIND_NAME_MAX + 1];
};
struct holder_kind_answer {
	struct holder_kind kind;
	bool replayed;
};
enum err holder_kind_add(struct tx *tx, const void *ask, void *answer);

/* A slice by kind, those that are built in among them (a reading closure; ask: struct list_ask by
 * text). */
struct holder_kinds {
	struct holder_kind kinds[LIST_MAX];
	size_t n;
	bool more;
};
enum err holder_kinds_list(struct tx *tx, const void *ask, void *answer);

/* ERR_INVALID at `param` unless kind is [a-z][a-z0-9_]{0,15}. */
MUST_USE enum err holder_kind_check(const char *kind, const char *param);

/* ERR_HOLDER_UNKNOWN at `param` unless the kind is Tael's, built in or added.  This is a get. */
MUST_USE enum err holder_kind_known(struct tx *tx, struct str kind, const char *param);
