/* accounts.h - the accounts that a book has loaded, found by their name and by their id.
 *
 * Two chained tables of pointers; an account stays where it is until it is forgotten.  All books of
 * a node share a bound on how many there are.
 */
#pragma once

#include "core/ledger.h"
#include "core/lot.h"

#include <stdbool.h>
#include <stddef.h>

/* The account is the first member, so that a `struct account *` of a book is one of these. */
struct entry {
	struct account account;
	struct entry *next_by_name, *next_by_id;
	bool dirty;        /* its row is behind; never forgotten while it is */
	struct lots *lots; /* NULL: what it has does not expire */
	char address[];
};

/* What an account has that expires, by when it does. */
struct lots {
	struct lot *at;
	size_t n, cap;
	int days;   /* the asset's term */
	bool dirty; /* some rows are not written; never forgotten while they are */
};

struct accounts {
	struct entry **by_name, **by_id;
	size_t slots, n;
	size_t hand;    /* the slot that is emptied next when memory is short */
	size_t *shared; /* how many all books hold; many lots count as more */
};

void accounts_begin(struct accounts *t, size_t *shared);
void accounts_free(struct accounts *t);

/* NULL: not loaded. */
struct entry *accounts_find(const struct accounts *t, struct str address, int64_t asset);
struct entry *accounts_find_id(const struct accounts *t, int64_t id);

/* Starts fetching what accounts_find will look at. */
void accounts_expect(const struct accounts *t, struct str address, int64_t asset);

/* Adds a copy of `a` under `address`, which no loaded account has. */
struct entry *accounts_keep(struct accounts *t, const struct account *a, struct str address);
void accounts_forget(struct accounts *t, struct entry *e);

void accounts_lots_free(struct accounts *t, struct lots *l); /* NULL-safe */

/* Makes room for a lot more than there are. */
void accounts_lots_grow(struct accounts *t, struct lots *l);

/* Forgets clean accounts, any, until the books hold `most` or enough of these were looked at. */
void accounts_shrink(struct accounts *t, size_t most);
