#include "channel/qq/request.h"

#include "base/check.h"
#include "channel/qq/config.h"
#include "channel/qq/sign.h"
#include "sys/xml.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 32, NONCE_BYTES = 16 };

static int by_name(const void *a, const void *b);

void qq_add(struct qq_request *r, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	CHECK(r->n < QQ_MEMBERS_MAX);
	r->field[r->n++] = (struct field){ str_of(name), value };
}

void qq_add_text(struct qq_request *r, const char *name, const char *value)
{
	qq_add(r, name, str_of(value));
}

enum err qq_call_build(const struct channel_versions *versions, struct qq_request *r,
		       const struct channel_env *env, struct channel_call *call)
{
	const struct channel_config *c = versions->config[0];
	const char *base = r->shows_certificate ? c->api_base : c->base;
	char *nonce = arena_alloc(env->arena, 2 * NONCE_BYTES + 1);
	char *sign = arena_alloc(env->arena, QQ_SIGN_TEXT);

	CHECK(versions->n > 0);
	TRY(qq_base_check(r->shows_certificate ? "api_base_url" : "base_url", base,
			  r->shows_certificate ? &QQ_API_HOSTS : &QQ_HOSTS, c->livemode));
	rand_hex(env->rand, NONCE_BYTES, nonce);
	qq_add_text(r, "appid", c->appid);
	qq_add_text(r, "mch_id", c->mch_id);
	qq_add_text(r, "nonce_str", nonce);
	qsort(r->field, r->n, sizeof(r->field[0]), by_name);
	qq_sign(qq_text_to_sign(r->field, r->n, env->arena), c->api_key, env->arena, sign);
	qq_add_text(r, "sign", sign);

	*call = (struct channel_call){
		.method = "POST",
		.url = arena_printf(env->arena, "%s%s", base, r->path),
		.tls = { .roots = str_of(c->ca) },
		.type = "text/xml; charset=utf-8",
		.body = xml_write(r->field, r->n, env->arena),
	};
	if (r->shows_certificate) {
		call->tls.certificate = str_of(c->cert);
		call->tls.private_key = str_of(c->key);
	}
	return ERR_OK;
}

enum err qq_number_check(const char *member, const char *number)
{
	static const char ALLOWED[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

	if (!str_is_made_of(str_of(number), ALLOWED, NUMBER_MAX))
		FAIL_AT(ERR_INVALID, member, "must be 1 to 32 letters, digits, _ and -");
	return ERR_OK;
}

/* Their names are literals. */
static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct field *)a)->name.p, ((const struct field *)b)->name.p);
}
