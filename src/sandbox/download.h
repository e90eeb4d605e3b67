/* download.h - files that wait to be fetched by a token of their own, for a while. */
#pragma once

#include "base/str.h"
#include "sandbox/text.h"
#include "sys/rand.h"

#include <stdbool.h>
#include <stdint.h>

enum { DOWNLOADS_MAX = 64, DOWNLOAD_TOKEN_TEXT = 49 };

struct download {
	char token[DOWNLOAD_TOKEN_TEXT];
	struct text file;
	int64_t until_ms; /* wall clock */
};

/* When there are too many, the oldest goes. */
struct downloads {
	struct download at[DOWNLOADS_MAX];
	uint64_t made;
};

/* Keeps `file` (which is taken) for so long; returns its token.  Lock held, as below. */
const char *download_keep(struct downloads *ds, struct text *file, int64_t until_ms,
			  struct rand *rand);

/* Copies the file called so into *out; false when there is none or its time is over. */
bool download_find(const struct downloads *ds, struct str token, int64_t now_ms, struct text *out);

void downloads_free(struct downloads *ds);
