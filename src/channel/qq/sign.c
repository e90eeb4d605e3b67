#include "channel/qq/sign.h"

#include "channel/qq/config.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b);
static void upper(char *text);

struct str qq_text_to_sign(const struct field *fields, size_t n, struct arena *a)
{
	const struct field **sorted = arena_alloc(a, (n + 1) * sizeof(const struct field *));
	size_t count = 0, cap = 1, length = 0;
	char *text;

	for (size_t i = 0; i < n; i++) {
		if (fields[i].value.n == 0 || str_is(fields[i].name, "sign"))
			continue;
		sorted[count++] = &fields[i];
		cap += fields[i].name.n + fields[i].value.n + strlen("=&");
	}
	qsort(sorted, count, sizeof(const struct field *), by_name);
	text = arena_alloc(a, cap);
	for (size_t i = 0; i < count; i++)
		str_add(text, cap, &length, "%s%.*s=%.*s", i > 0 ? "&" : "", (int)sorted[i]->name.n,
			sorted[i]->name.p, (int)sorted[i]->value.n, sorted[i]->value.p);
	return (struct str){ text, length };
}

void qq_sign(struct str text, const char *api_key, struct arena *a, char out[QQ_SIGN_TEXT])
{
	size_t cap = text.n + strlen("&key=") + strlen(api_key) + 1, n = 0;
	char *whole = arena_alloc(a, cap);
	uint8_t digest[MD5_BYTES];

	str_add(whole, cap, &n, "%.*s&key=%s", (int)text.n, text.p, api_key);
	md5((struct str){ whole, n }, digest);
	wipe(whole, cap);
	hex_write(digest, MD5_BYTES, out);
	upper(out);
}

int qq_fits(const struct channel_versions *versions, struct str text, struct str sign,
	    struct arena *a)
{
	char theirs[QQ_SIGN_TEXT], ours[QQ_SIGN_TEXT];

	if (sign.n != QQ_SIGN_TEXT - 1)
		return 0;
	memcpy(theirs, sign.p, sign.n);
	theirs[sign.n] = '\0';
	upper(theirs);
	for (size_t i = 0; i < versions->n; i++) {
		qq_sign(text, versions->config[i]->api_key, a, ours);
		if (same_bytes(ours, theirs, QQ_SIGN_TEXT))
			return (int)i + 1;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct field *x = *(const struct field *const *)a;
	const struct field *y = *(const struct field *const *)b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int order = memcmp(x->name.p, y->name.p, n);

	return order != 0 ? order : (x->name.n > y->name.n) - (x->name.n < y->name.n);
}

static void upper(char *text)
{
	for (; *text; text++)
		if (*text >= 'a' && *text <= 'z')
			*text = (char)(*text - 'a' + 'A');
}
