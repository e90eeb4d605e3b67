/* group.h - transfers that were asked for together: at once, or kept and done by a job.
 *
 * Their order is the request's: each sees those before it.  An atomic group moves all or nothing;
 * in another one each transfer succeeds or is refused by itself.
 */
#pragma once

#include "app/services.h"
#include "app/transfer.h"
#include "base/err.h"
#include "store/store.h"
#include "sys/arena.h"
#include "sys/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GROUP_MAX = 8000, GROUP_BODY_MAX = 2 * 1024 * 1024, GROUP_PENDING_MAX = 32 };

/* What a body asks for, with texts borrowed from it or the arena. */
struct group_ask {
	int64_t app, request; /* request: names this one among the app's */
	struct digest digest; /* of the body, when it is to be done later */
	bool atomic, later;
	struct post *posts;
	struct post_result *results; /* filled by whoever posts them */
	size_t n;
	struct str body;
};

/* Reads {"atomic"?,"async"?,"transfers":[1 to GROUP_MAX]} into all of *out but the request; fails
 * at "transfers[3999].amount" and the like. */
MUST_USE enum err group_read(struct str body, int64_t app, struct arena *arena,
			     struct group_ask *out);

enum group_status { GROUP_PENDING = 1, GROUP_DONE = 2, GROUP_REFUSED = 3 };
const char *group_status_name(enum group_status status);

struct group {
	int64_t id; /* 0: none, since nothing was moved */
	enum group_status status;
	int64_t first, last, count; /* its transfers */
	int64_t created_at, done_at;
	struct outcome refusal; /* of a refused one */
	bool replayed;          /* kept before, and asked for again */
};

/* Does it, or, when it is to be done later, remembers it and makes its job (a closure; answer:
 * struct group).  The outcome of an atomic group is that of the first transfer that fails, at
 * "transfers[3999].amount".  A group that was done before gets the same results, replayed, and the
 * same id; one that is to be done later and was asked for with the same body is that one, while it
 * waits and 72 hours after it has done all of it.  ERR_BUSY: GROUP_PENDING_MAX wait already. */
enum err group_post(struct tx *tx, const void *ask, void *answer);

/* Does a group that waits; one that does not wait is left alone.  Fails when it could not be found
 * out how it ends: then nothing was done. */
MUST_USE enum err group_run(const struct services *s, int64_t merchant, int64_t group);

/* A group and, when it was done later, what became of each of its transfers (a closure; answer:
 * struct group_shown).  ERR_NOT_FOUND. */
struct group_get_ask {
	int64_t id, app;
	struct arena *arena;
};
struct group_shown {
	struct group group;
	struct group_ask asked; /* n 0: there are no results to show */
};
enum err group_get(struct tx *tx, const void *ask, void *answer);

/* Its transfers in order, each once (a closure).  ERR_NOT_FOUND. */
struct group_list_ask {
	int64_t id, app;
	struct list_ask slice;
};
struct group_transfers {
	struct transfer_view transfers[LIST_MAX];
	size_t n;
	bool more;
};
enum err group_transfers(struct tx *tx, const void *ask, void *answer);

/* --- the table --- */

/* The group that this asks for to be done later, if it was kept before. */
MUST_USE enum err group_kept(struct tx *tx, const struct group_ask *ask, struct group *out,
			     bool *found);
void group_put(struct tx *tx, int64_t app, const struct group *g);

/* Moves a group's transfers; *out gets its id, first, last and count.  Fails as group_post. */
MUST_USE enum err group_move(struct tx *tx, const struct group_ask *ask, int64_t id,
			     struct group *out);

/* Results as the table keeps them: ["id",replayed,from_is_negative,from_balance,to_is_negative,
 * to_balance], balances without their signs, or ["code","param","text"], for each. */
void group_results_write(struct jout *w, const struct post_result *results, size_t n);
