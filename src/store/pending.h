/* pending.h - transfers of this batch that are posted but not yet executed as rows.
 *
 * A row at a time costs an engine more than twice as much as many rows at once, so they gather here
 * until a closure reads rows, the batch ends, or there are many.  Those that a caller asked for by
 * a request key are found by it.
 */
#pragma once

#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PENDING_MAX = 8192 }; /* then the engine executes them */

struct pending_row {
	struct transfer transfer;
	char asset[POST_ASSET_MAX + 1]; /* its code, of a keyed one */
	bool keyed;                     /* its request key is a row that is not yet executed, too */
	uint32_t next;                  /* of those in the same slot, + 1 */
};

/* Many large rows take megabytes, so only the books of the present batch have room for some. */
struct pending {
	struct pending_row *rows;
	size_t n, cap;
	uint32_t *slots;
	struct pending *spare; /* whose room it takes before it makes its own; NULL: nobody's */
};

void pending_free(struct pending *p);

/* The batch is over: an empty one leaves its room to the spare, which keeps the larger one. */
void pending_leave(struct pending *p);

/* Adds a row; it stays where it is until the next is added. */
struct pending_row *pending_add(struct pending *p);

/* The one that was added last. */
struct pending_row *pending_last(struct pending *p);

/* Its transfer's app and request id are in place: it can be found from now on. */
void pending_key(struct pending *p, struct pending_row *row);

/* NULL: no row here has it. */
const struct pending_row *pending_find(const struct pending *p, int64_t app, struct str key);

/* Drops the rows from the n-th on. */
void pending_drop(struct pending *p, size_t n);
