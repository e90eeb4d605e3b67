#include "sandbox/alipay/sign.h"

#include "base/check.h"
#include "sys/cleanup.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b);
static bool is_signed(const struct param *p, enum sign_rule rule);

void params_add(struct params *ps, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	CHECK(ps->n < PARAMS_MAX);
	ps->at[ps->n++] = (struct param){ str_of(name), value };
}

struct str params_get(const struct params *ps, const char *name)
{
	for (size_t i = 0; i < ps->n; i++) {
		if (str_is(ps->at[i].name, name))
			return ps->at[i].value;
	}
	return STR("");
}

void params_sort(struct params *ps)
{
	qsort(ps->at, ps->n, sizeof(ps->at[0]), by_name);
}

void sign_string(const struct params *ps, enum sign_rule rule, struct text *out)
{
	struct params sorted = *ps;
	const char *between = "";

	params_sort(&sorted);
	for (size_t i = 0; i < sorted.n; i++) {
		if (!is_signed(&sorted.at[i], rule))
			continue;
		text_put(out, between);
		text_add(out, sorted.at[i].name);
		text_put(out, "=");
		text_add(out, sorted.at[i].value);
		between = "&";
	}
}

enum err params_sign(struct params *ps, enum sign_rule rule, const struct rsa_key *key,
		     char out[RSA_SIGN_BASE64_MAX])
{
	CLEANUP(text_free) struct text signed_text = { 0 };

	sign_string(ps, rule, &signed_text);
	TRY(rsa_sha256_sign(key, text_str(&signed_text), out));
	params_add(ps, "sign", str_of(out));
	return ERR_OK;
}

void params_form(const struct params *ps, struct text *out)
{
	for (size_t i = 0; i < ps->n; i++) {
		text_put(out, i > 0 ? "&" : "");
		text_form(out, ps->at[i].name);
		text_put(out, "=");
		text_form(out, ps->at[i].value);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct param *x = a, *y = b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int order = memcmp(x->name.p, y->name.p, n);

	if (order != 0)
		return order;
	return x->name.n < y->name.n ? -1 : x->name.n > y->name.n;
}

static bool is_signed(const struct param *p, enum sign_rule rule)
{
	if (str_is(p->name, "sign"))
		return false;
	switch (rule) {
	case SIGN_REQUEST:
		return p->value.n > 0;
	case SIGN_NOTICE:
		return !str_is(p->name, "sign_type");
	}
	CHECK(!"a rule without a meaning");
	return false;
}
