#include "store/migrate.h"

#include "base/codec.h"
#include "sys/crypto.h"

#include <string.h>

static void checksum_of(const struct script *s, char out[HEX_TEXT(SHA256_BYTES)]);

enum err migrate(const struct migrating *m, const struct script *scripts, size_t n, int64_t now_ms,
		 bool look_only, struct migration_counts *counts)
{
	int highest;

	TRY(m->highest(m->connection, &highest));
	if (highest > (int)n)
		FAIL(ERR_CORRUPT,
		     "the store was made by a newer tael (script %d, this one knows %zu)", highest,
		     n);
	*counts = (struct migration_counts){ .applied = highest, .known = (int)n };
	for (size_t i = 0; i < n; i++) {
		char ours[HEX_TEXT(SHA256_BYTES)], theirs[HEX_TEXT(SHA256_BYTES)];
		int number = (int)i + 1;

		checksum_of(&scripts[i], ours);
		if (number <= highest) {
			TRY(m->applied(m->connection, number, theirs));
			if (strcmp(ours, theirs) != 0)
				FAIL(ERR_CORRUPT, "%s was applied with other content",
				     scripts[i].name);
			continue;
		}
		if (look_only)
			continue;
		TRY(m->apply(m->connection, number, scripts[i].text, ours, now_ms));
		counts->applied = number;
	}
	return ERR_OK;
}

static void checksum_of(const struct script *s, char out[HEX_TEXT(SHA256_BYTES)])
{
	uint8_t sum[SHA256_BYTES];

	sha256((struct str){ s->text, s->n }, sum);
	hex_write(sum, sizeof(sum), out);
}
