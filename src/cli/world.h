/* world.h - a data folder, opened for one command: its settings, its store, its vault, and the
 * services that use cases are given.
 */
#pragma once

#include "app/services.h"
#include "cli/settings.h"

#include <stdbool.h>

enum world_mode {
	WORLD_READ,  /* a read-only store: a server may run */
	WORLD_WRITE, /* takes the lock: ERR_LOCKED while another process has it */
	WORLD_CREATE /* makes the store: ERR_EXISTS when there is one */
};

struct world {
	struct services services;
	struct settings settings;
};

/* What opening needs beside the folder; zeros will do for a command. */
struct world_ask {
	const char *dir;
	enum world_mode mode;
	bool secrets;        /* open the master key as well: needed to read or seal a secret */
	bool network;        /* start the client */
	struct clock *clock; /* NULL: the machine's */
	/* Kill points, see stop_at.h. */
	void (*before_commit)(void *self), (*after_commit)(void *self);
	void *self;
};

/* Reads the settings and opens what was asked for.  What was opened is closed again on failure. */
MUST_USE enum err world_open(const struct world_ask *ask, struct world *w);

/* The settings were changed by flags: carries over what services take from them. */
void world_apply(struct world *w);

void world_close(struct world *w); /* for CLEANUP; a world of zeros is closed */
