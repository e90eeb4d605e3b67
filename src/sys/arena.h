/* arena.h - memory with one lifetime: a request's, a job's, a command's.
 *
 * arena_alloc never returns NULL: bounds are kept at the door, so reaching the cap is our bug
 * (CHECK) and true lack of memory ends the process (all state is in the store).  One thread at a
 * time.
 */
#pragma once

#include "base/str.h"

#include <stddef.h>

struct arena;

/* At most `cap` bytes in all; the first block is small. */
struct arena *arena_new(size_t cap);

/* NULL-safe. */
void arena_free(struct arena *a);
void arena_freep(struct arena **a); /* for CLEANUP */

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t n);

/* A copy of s with a NUL after it. */
char *arena_text(struct arena *a, struct str s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Everything back, the first block kept. */
void arena_reset(struct arena *a);
