#include "channel/alipay/request.h"

#include "base/check.h"
#include "base/time.h"
#include "channel/alipay/config.h"
#include "channel/alipay/sign.h"
#include "sys/cleanup.h"

#include <string.h>

enum { PARAMS_MAX = 16, NUMBER_MAX = 64, URL_MAX = 256 };

struct params {
	struct field field[PARAMS_MAX];
	size_t n;
};

static enum err params_make(const struct channel_versions *versions,
			    const struct alipay_request *request, const struct channel_env *env,
			    struct params *out);
static void param_add(struct params *p, const char *name, struct str value);
static struct str params_encode(const struct params *p, bool charset, struct arena *a);
static struct str form_make(const char *gateway, const struct params *p, struct arena *a);
static struct str html_escape(struct str s, struct arena *a);
static enum err url_check(const char *member, const char *url);

enum err alipay_call_build(const struct channel_versions *versions,
			   const struct alipay_request *request, const struct channel_env *env,
			   struct channel_call *call)
{
	struct params params;

	TRY(params_make(versions, request, env, &params));
	*call = (struct channel_call){
		.method = "POST",
		.url = arena_printf(env->arena, "%s?charset=utf-8", versions->config[0]->gateway),
		.tls.roots = str_of(versions->config[0]->roots),
		.type = "application/x-www-form-urlencoded;charset=utf-8",
		.body = params_encode(&params, false, env->arena),
	};
	return ERR_OK;
}

enum err alipay_number_call_build(const struct channel_versions *versions, const char *method,
				  const char *number, const struct channel_env *env,
				  struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	TRY(alipay_number_check("number", number));
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "out_trade_no", number);
	jout_object_end(&w);
	return alipay_call_build(
		versions,
		&(struct alipay_request){ .method = method, .biz = alipay_json(&w, env->arena) },
		env, call);
}

enum err alipay_redirect_build(const struct channel_versions *versions,
			       const struct alipay_request *request, const struct channel_env *env,
			       struct channel_action *action)
{
	const char *gateway = versions->config[0]->gateway;
	struct params params;

	TRY(params_make(versions, request, env, &params));
	*action = (struct channel_action){
		.type = ACTION_REDIRECT,
		.value = str_of(arena_printf(env->arena, "%s?%s", gateway,
					     params_encode(&params, true, env->arena).p)),
		.form = form_make(gateway, &params, env->arena),
	};
	return ERR_OK;
}

enum err alipay_order_string_build(const struct channel_versions *versions,
				   const struct alipay_request *request,
				   const struct channel_env *env, struct channel_action *action)
{
	struct params params;

	TRY(params_make(versions, request, env, &params));
	*action = (struct channel_action){
		.type = ACTION_APP,
		.value = params_encode(&params, true, env->arena),
	};
	return ERR_OK;
}

enum err alipay_number_check(const char *member, const char *number)
{
	static const char ALLOWED[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

	if (!str_is_made_of(str_of(number), ALLOWED, NUMBER_MAX))
		FAIL_AT(ERR_INVALID, member, "must be 1 to 64 letters, digits, _ and -");
	return ERR_OK;
}

struct str alipay_json(const struct jout *w, struct arena *a)
{
	return (struct str){ arena_text(a, (struct str){ w->p, w->n }), w->n };
}

static enum err params_make(const struct channel_versions *versions,
			    const struct alipay_request *request, const struct channel_env *env,
			    struct params *out)
{
	static const char *const NONE[] = { NULL };
	const struct channel_config *c = versions->config[0];
	char timestamp[LOCAL_TEXT], *sign = arena_alloc(env->arena, RSA_SIGN_BASE64_MAX);

	CHECK(versions->n > 0);
	TRY(channel_host_allow("gateway", str_of(c->gateway), &ALIPAY_HOSTS, c->livemode));
	TRY(url_check("notify_url", request->notify_url));
	TRY(url_check("return_url", request->return_url));
	china_write(env->now_ms, timestamp);

	/* In byte order of the names, as they are signed. */
	out->n = 0;
	param_add(out, "alipay_root_cert_sn", str_of(c->root_sns));
	param_add(out, "app_cert_sn", str_of(c->app_sn));
	param_add(out, "app_id", str_of(c->app_id));
	param_add(out, "biz_content", request->biz);
	param_add(out, "charset", STR("utf-8"));
	param_add(out, "format", STR("JSON"));
	param_add(out, "method", str_of(request->method));
	param_add(out, "notify_url", str_of(request->notify_url));
	param_add(out, "return_url", str_of(request->return_url));
	param_add(out, "sign_type", STR("RSA2"));
	param_add(out, "timestamp", str_of(arena_text(env->arena, str_of(timestamp))));
	param_add(out, "version", STR("1.0"));

	TRY(rsa_sha256_sign(
		c->private_key,
		alipay_text_to_sign(env->arena, out->field, out->n, NONE, EMPTY_LEFT_OUT), sign));
	param_add(out, "sign", str_of(sign));
	return ERR_OK;
}

/* An empty parameter is never sent: verifiers do not agree on whether it is signed. */
static void param_add(struct params *p, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	CHECK(p->n < PARAMS_MAX);
	p->field[p->n++] = (struct field){ str_of(name), value };
}

/* NUL-ended.  `charset` false leaves that parameter out: it stands in the URL. */
static struct str params_encode(const struct params *p, bool charset, struct arena *a)
{
	size_t size = 1, n = 0;
	char *text;

	for (size_t i = 0; i < p->n; i++)
		size += p->field[i].name.n + URL_TEXT(p->field[i].value.n) + 2;
	text = arena_alloc(a, size);
	for (size_t i = 0; i < p->n; i++) {
		if (!charset && str_is(p->field[i].name, "charset"))
			continue;
		str_add(text, size, &n, "%s%s=", n > 0 ? "&" : "", p->field[i].name.p);
		n += url_write(p->field[i].value, text + n);
	}
	return (struct str){ text, n };
}

/* `charset` stands in the action, as in a call. */
static struct str form_make(const char *gateway, const struct params *p, struct arena *a)
{
	const char *inputs = "";

	for (size_t i = 0; i < p->n; i++) {
		if (str_is(p->field[i].name, "charset"))
			continue;
		inputs = arena_printf(a, "%s<input type=\"hidden\" name=\"%s\" value=\"%s\">\n",
				      inputs, p->field[i].name.p,
				      html_escape(p->field[i].value, a).p);
	}
	return str_of(
		arena_printf(a,
			     "<form id=\"alipay\" method=\"post\" action=\"%s?charset=utf-8\">\n"
			     "%s<noscript><button>支付宝 Alipay</button></noscript>\n"
			     "</form>\n"
			     "<script>document.getElementById(\"alipay\").submit()</script>\n",
			     gateway, inputs));
}

static struct str html_escape(struct str s, struct arena *a)
{
	char *text = arena_alloc(a, 6 * s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *entity = s.p[i] == '&'    ? "&amp;"
				     : s.p[i] == '<'  ? "&lt;"
				     : s.p[i] == '>'  ? "&gt;"
				     : s.p[i] == '"'  ? "&quot;"
				     : s.p[i] == '\'' ? "&#39;"
						      : NULL;

		if (entity == NULL)
			text[n++] = s.p[i];
		else
			str_add(text, 6 * s.n + 1, &n, "%s", entity);
	}
	return (struct str){ text, n };
}

static enum err url_check(const char *member, const char *url)
{
	struct str s = str_of(url);

	if (s.n == 0)
		return ERR_OK;
	if (s.n > URL_MAX)
		FAIL_AT(ERR_INVALID, member, "longer than 256 bytes");
	if (!str_starts(s, "http://") && !str_starts(s, "https://"))
		FAIL_AT(ERR_INVALID, member, "must begin with https:// or http://");
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			FAIL_AT(ERR_INVALID, member, "must be a URL");
	return ERR_OK;
}
