#include "channel/alipay/sign.h"

#include "channel/alipay/config.h"

#include <stdlib.h>
#include <string.h>

static bool is_dropped(struct str name, const char *const *drop);
static int by_name(const void *a, const void *b);

struct str alipay_text_to_sign(struct arena *a, const struct field *fields, size_t n,
			       const char *const *drop, enum empty_values empty)
{
	struct field *kept = arena_alloc(a, (n + 1) * sizeof(*kept));
	size_t kept_n = 0, size = 1;

	for (size_t i = 0; i < n; i++) {
		if (is_dropped(fields[i].name, drop))
			continue;
		if (empty == EMPTY_LEFT_OUT && fields[i].value.n == 0)
			continue;
		kept[kept_n++] = fields[i];
		size += fields[i].name.n + fields[i].value.n + 2;
	}
	qsort(kept, kept_n, sizeof(*kept), by_name);

	char *text = arena_alloc(a, size), *end = text;

	for (size_t i = 0; i < kept_n; i++) {
		if (i > 0)
			*end++ = '&';
		memcpy(end, kept[i].name.p, kept[i].name.n);
		end += kept[i].name.n;
		*end++ = '=';
		if (kept[i].value.n > 0)
			memcpy(end, kept[i].value.p, kept[i].value.n);
		end += kept[i].value.n;
	}
	return (struct str){ text, (size_t)(end - text) };
}

int alipay_fits(const struct channel_versions *versions, struct str cert_sn, struct str text,
		struct str signature)
{
	bool named = false;

	for (size_t i = 0; i < versions->n && cert_sn.n > 0; i++)
		named = named || str_is(cert_sn, versions->config[i]->alipay_sn);
	for (size_t i = 0; i < versions->n; i++) {
		const struct channel_config *c = versions->config[i];

		if (named && !str_is(cert_sn, c->alipay_sn))
			continue;
		if (rsa_sha256_verify(c->alipay_key, text, signature) == ERR_OK)
			return (int)i + 1;
	}
	return 0;
}

static bool is_dropped(struct str name, const char *const *drop)
{
	for (; *drop != NULL; drop++)
		if (str_is(name, *drop))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	const struct field *x = a, *y = b;
	size_t shorter = x->name.n < y->name.n ? x->name.n : y->name.n;
	int order = memcmp(x->name.p, y->name.p, shorter);

	if (order != 0)
		return order;
	return x->name.n < y->name.n ? -1 : x->name.n > y->name.n;
}
