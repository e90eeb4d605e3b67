/* world.h - a store in a folder of its own with a clock that a test can step, and what use cases
 * are given. */
#pragma once

#include "app/services.h"
#include "app/vault.h"
#include "base/check.h"
#include "store/sqlite/sqlite.h"
#include "sys/crypto.h"
#include "sys/log.h"

#include "temp_dir.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { MERCHANT = 1001, APP = 2001, OTHER_APP = 2002 };

struct world {
	struct temp_dir dir;
	char clock_file[300];
	struct clock *clock;
	struct vault *vault;
	struct services services;
};

/* Waits for what other threads do; the test's own time limit ends it. */
#define UNTIL(cond)                             \
	do {                                    \
		while (!(cond))                 \
			(void)poll(NULL, 0, 1); \
	} while (0)

static inline void world_open(struct world *w, bool create, bool run_twice)
{
	struct sqlite_options o = {
		.dir = w->dir.path, .clock = w->clock, .create = create, .run_twice = run_twice
	};

	CHECK(sqlite_store_open(&o, &w->services.store) == ERR_OK);
}

static inline void world_clock_set(struct world *w, int64_t offset_ms)
{
	uint8_t bytes[8];
	int fd = open(w->clock_file, O_WRONLY);

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)offset_ms >> (8 * i));
	CHECK(fd >= 0);
	CHECK(pwrite(fd, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes));
	CHECK(close(fd) == 0);
}

/* All but the folder and the store. */
static inline void world_fill(struct world *w)
{
	static const uint8_t KEY[VAULT_KEY_BYTES] = { 1, 2, 3 };

	crypto_start();
	(void)snprintf(w->clock_file, sizeof(w->clock_file), "%s/clock", w->dir.path);
	CHECK(clock_mapped(w->clock_file, &w->clock) == ERR_OK);
	w->vault = vault_of_key(KEY, rand_system());
	w->services.clock = w->clock;
	w->services.rand = rand_system();
	w->services.vault = w->vault;
	w->services.run = id_next(0, w->clock->wall_ms(w->clock), 0);
	w->services.allow_private_webhooks = true;
}

static inline void world_begin_as(struct world *w, bool run_twice)
{
	*w = (struct world){ .dir = temp_dir_make() };
	world_fill(w);
	world_open(w, true, run_twice);
}

/* What a process before left in a folder. */
static inline void world_reopen(struct world *w, const char *parent, const char *name)
{
	*w = (struct world){ 0 };
	(void)snprintf(w->dir.path, sizeof(w->dir.path), "%.120s/%.120s", parent, name);
	world_fill(w);
	world_open(w, false, false);
}

static inline void world_begin(struct world *w)
{
	world_begin_as(w, false);
}

static inline void world_end(struct world *w)
{
	store_close(w->services.store);
	vault_free(w->vault);
	clock_free(w->clock);
	temp_dir_remove(&w->dir);
}

static inline int64_t world_now(const struct world *w)
{
	return w->clock->wall_ms(w->clock);
}

/* The first column of a query without binds, e.g. "select count(*) from job". */
static inline enum err world_number_read(struct tx *tx, const void *ask, void *answer)
{
	struct rows r;

	tx_get(tx, &r, ask, NULL, 0);
	*(int64_t *)answer = rows_next(&r) ? row_i(&r, 0) : INT64_MIN;
	return rows_end(&r);
}

static inline int64_t world_number(const struct world *w, const char *query)
{
	int64_t n = 0;

	CHECK(store_read(w->services.store, MERCHANT, world_number_read, query, &n) == ERR_OK);
	return n;
}

static inline enum err world_do_write(struct tx *tx, const void *ask, void *answer)
{
	(void)answer;
	tx_put(tx, TX_ANY, ask, NULL, 0);
	return ERR_OK;
}

/* A statement without binds; a literal, as every query is. */
static inline void world_do(const struct world *w, const char *statement)
{
	CHECK(store_write(w->services.store, MERCHANT, world_do_write, statement, NULL) == ERR_OK);
}
