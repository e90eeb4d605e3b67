#include "channel/wechat/request.h"

#include "base/check.h"
#include "base/codec.h"
#include "channel/wechat/config.h"
#include "channel/wechat/sign.h"

#include <string.h>

#define NUMBER_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-|*"

enum { NUMBER_MIN = 6, NUMBER_MAX = 32, REFUND_NUMBER_MAX = 64, URL_MAX = 255 };

static enum err authorize(const struct channel_config *c, const char *method, const char *target,
			  struct str body, const struct channel_env *env, const char **out);
static void field_add(struct channel_call *call, const char *name, const char *value);

enum err wechat_call_build(const struct channel_versions *versions, const char *target,
			   const struct jout *w, const struct channel_env *env,
			   struct channel_call *call)
{
	const struct channel_config *c = versions->config[0];
	const struct wechat_key *key = wechat_key_preferred(c);
	const char *method = w ? "POST" : "GET", *authorization;
	struct str body = w ? wechat_json(w, env->arena) : STR("");

	CHECK(versions->n > 0);
	TRY(wechat_hosts_check(c));
	TRY(authorize(c, method, target, body, env, &authorization));
	*call = (struct channel_call){
		.method = method,
		.url = arena_printf(env->arena, "%s%s", c->base_url, target),
		.tls.roots = str_of(c->roots),
		.type = w ? "application/json" : NULL,
		.body = body,
	};
	if (c->backup_url[0])
		call->backup_url = arena_printf(env->arena, "%s%s", c->backup_url, target);
	field_add(call, "Authorization", authorization);
	field_add(call, "Accept", "application/json");
	/* The key of the platform's that we have: it then signs with this one. */
	if (key != NULL)
		field_add(call, "Wechatpay-Serial", key->serial);
	return ERR_OK;
}

enum err wechat_number_check(const char *number)
{
	if (strlen(number) < NUMBER_MIN ||
	    !str_is_made_of(str_of(number), NUMBER_BYTES, NUMBER_MAX))
		FAIL_AT(ERR_INVALID, "number", "must be 6 to 32 letters, digits, _ - | and *");
	return ERR_OK;
}

enum err wechat_refund_number_check(const char *number)
{
	if (!str_is_made_of(str_of(number), NUMBER_BYTES "@", REFUND_NUMBER_MAX))
		FAIL_AT(ERR_INVALID, "refund_number",
			"must be 1 to 64 letters, digits, _ - | * and @");
	return ERR_OK;
}

void wechat_text_cut(const char *text, size_t max, char *out)
{
	str_copy_cut(out, max + 1, str_of(text));
	for (char *p = out; *p; p++)
		if (strchr("\t\r\n", *p) != NULL)
			*p = ' ';
}

bool wechat_has_wide_character(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0xf0)
			return true;
	return false;
}

enum err wechat_url_check(const char *member, const char *url)
{
	struct str s = str_of(url);

	if (s.n > URL_MAX)
		FAIL_AT(ERR_INVALID, member, "longer than %d bytes", URL_MAX);
	if (!str_starts(s, "http://") && !str_starts(s, "https://"))
		FAIL_AT(ERR_INVALID, member, "must begin with https:// or http://");
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			FAIL_AT(ERR_INVALID, member, "must be a URL");
	return ERR_OK;
}

const char *wechat_path_text(struct arena *a, const char *number)
{
	char *text = arena_alloc(a, URL_TEXT(strlen(number)));

	(void)url_write(str_of(number), text);
	return text;
}

struct str wechat_json(const struct jout *w, struct arena *a)
{
	return (struct str){ arena_text(a, (struct str){ w->p, w->n }), w->n };
}

static enum err authorize(const struct channel_config *c, const char *method, const char *target,
			  struct str body, const struct channel_env *env, const char **out)
{
	char nonce[WECHAT_NONCE_TEXT], timestamp[WECHAT_SECONDS_TEXT];
	const char *signature;

	wechat_nonce(env, nonce);
	wechat_seconds(env, timestamp);
	TRY(wechat_sign(c, env->arena,
			wechat_request_text(env->arena, method, target, timestamp, nonce, body),
			&signature));
	*out = arena_printf(env->arena,
			    "WECHATPAY2-SHA256-RSA2048 mchid=\"%s\",nonce_str=\"%s\","
			    "signature=\"%s\",timestamp=\"%s\",serial_no=\"%s\"",
			    c->mch_id, nonce, signature, timestamp, c->serial_no);
	return ERR_OK;
}

static void field_add(struct channel_call *call, const char *name, const char *value)
{
	CHECK(call->fields_n < sizeof(call->fields) / sizeof(call->fields[0]));
	call->fields[call->fields_n++] = (struct channel_field){ name, str_of(value) };
}
