#include "sandbox/download.h"

const char *download_keep(struct downloads *ds, struct text *file, int64_t until_ms,
			  struct rand *rand)
{
	struct download *d = &ds->at[ds->made++ % DOWNLOADS_MAX];

	text_free(&d->file);
	rand_hex(rand, (sizeof(d->token) - 1) / 2, d->token);
	d->file = *file;
	*file = (struct text){ 0 };
	d->until_ms = until_ms;
	return d->token;
}

bool download_find(const struct downloads *ds, struct str token, int64_t now_ms, struct text *out)
{
	for (size_t i = 0; i < DOWNLOADS_MAX; i++) {
		const struct download *d = &ds->at[i];

		if (token.n > 0 && str_is(token, d->token) && now_ms < d->until_ms) {
			text_add(out, text_str(&d->file));
			return true;
		}
	}
	return false;
}

void downloads_free(struct downloads *ds)
{
	for (size_t i = 0; i < DOWNLOADS_MAX; i++)
		text_free(&ds->at[i].file);
}
