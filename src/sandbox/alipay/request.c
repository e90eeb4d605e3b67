#include "sandbox/alipay/request.h"

#include "base/codec.h"
#include "base/time.h"
#include "sandbox/alipay/sub_code.h"
#include "sys/cleanup.h"

#include <strings.h>

static bool read_part(struct str part, struct arena *a, struct params *ps);
static const struct param *find(const struct params *ps, struct str name);
static bool check_publics(const struct params *ps, struct node *refused);
static bool check_words(const struct params *ps, struct node *refused);
static bool check_certificates(const struct params *ps, const struct app *app,
			       struct node *refused);
static bool is_word(struct str s, const char *word);
static bool missing(struct node *refused, const char *sub_code);
static bool invalid(struct node *refused, const char *sub_code, const char *text);

bool request_read(struct str query, struct str body, struct arena *a, struct params *ps,
		  struct node *refused)
{
	*ps = (struct params){ 0 };
	if (read_part(query, a, ps) && read_part(body, a, ps))
		return true;
	return invalid(refused, "isv.invalid-parameter",
		       "参数无效: not a form in UTF-8, a parameter that comes twice, or too many");
}

const struct app *request_app(const struct params *ps, const struct alipay_keys *keys,
			      struct node *refused)
{
	struct str id = params_get(ps, "app_id");
	const struct app *app = ali_find_app(keys, id);

	if (id.n == 0) {
		missing(refused, "isv.missing-app-id");
		return NULL;
	}
	if (!app) {
		invalid(refused, "isv.invalid-app-id", NULL);
		return NULL;
	}
	return check_publics(ps, refused) && check_words(ps, refused) ? app : NULL;
}

bool request_is_genuine(const struct params *ps, const struct app *app, struct arena *a,
			struct node *refused)
{
	CLEANUP(text_free) struct text text = { 0 };

	sign_string(ps, SIGN_REQUEST, &text);
	if (rsa_sha256_verify(app->verifies, text_str(&text), params_get(ps, "sign")) != ERR_OK) {
		node_fail(refused, "40002", "isv.invalid-signature",
			  str_of(arena_printf(a,
					      "验签出错，建议检查签名字符串或签名私钥与应用公钥是否"
					      "匹配，网关生成的验签字符串为：%s",
					      text.p)));
		return false;
	}
	if (!check_certificates(ps, app, refused))
		return false;
	if (params_get(ps, "encrypt_type").n > 0)
		return invalid(refused, "isv.decryption-error-not-valid-encrypt-key", NULL);
	return true;
}

/* Adds what `part` holds to *ps. */
static bool read_part(struct str part, struct arena *a, struct params *ps)
{
	struct field fields[PARAMS_MAX];
	char *buffer = arena_alloc(a, part.n + 1);
	size_t n;

	if (form_read(part, buffer, fields, PARAMS_MAX, &n) != ERR_OK)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct param *there = find(ps, fields[i].name);

		if (there && !str_eq(there->value, fields[i].value))
			return false;
		/* What is not text could not be shown in an answer. */
		if (!str_is_text(fields[i].name) || !str_is_text(fields[i].value))
			return false;
		if (there)
			continue;
		if (ps->n == PARAMS_MAX)
			return false;
		ps->at[ps->n++] = (struct param){ fields[i].name, fields[i].value };
	}
	return true;
}

static const struct param *find(const struct params *ps, struct str name)
{
	for (size_t i = 0; i < ps->n; i++) {
		if (str_eq(ps->at[i].name, name))
			return &ps->at[i];
	}
	return NULL;
}

static bool check_publics(const struct params *ps, struct node *refused)
{
	static const struct {
		const char *name, *sub_code;
	} NEEDED[] = {
		{ "method", "isv.missing-method" },   { "sign_type", "isv.missing-signature-type" },
		{ "sign", "isv.missing-signature" },  { "timestamp", "isv.missing-timestamp" },
		{ "version", "isv.missing-version" },
	};

	for (size_t i = 0; i < sizeof(NEEDED) / sizeof(NEEDED[0]); i++) {
		if (params_get(ps, NEEDED[i].name).n == 0)
			return missing(refused, NEEDED[i].sub_code);
	}
	return true;
}

static bool check_words(const struct params *ps, struct node *refused)
{
	struct str format = params_get(ps, "format");
	int64_t ms;

	if (!str_is(params_get(ps, "sign_type"), "RSA2"))
		return invalid(refused, "isv.invalid-signature-type", NULL);
	/* The platform also takes GBK; the sandbox does not. */
	if (!is_word(params_get(ps, "charset"), "utf-8"))
		return invalid(refused, "isv.invalid-charset", NULL);
	if (format.n > 0 && !is_word(format, "JSON"))
		return invalid(refused, "isv.invalid-format", NULL);
	if (!str_is(params_get(ps, "version"), "1.0"))
		return invalid(refused, "isv.invalid-parameter", "参数无效: version");
	if (params_get(ps, "timestamp").n != LOCAL_TEXT - 1 ||
	    china_read(params_get(ps, "timestamp"), &ms) != ERR_OK)
		return invalid(refused, "isv.invalid-timestamp", NULL);
	return true;
}

/* Both sides name their certificates, or neither does. */
static bool check_certificates(const struct params *ps, const struct app *app, struct node *refused)
{
	struct str own = params_get(ps, "app_cert_sn");
	struct str root = params_get(ps, "alipay_root_cert_sn");

	if (!app->certificates) {
		if (own.n == 0 && root.n == 0)
			return true;
		return invalid(refused, "isv.invalid-signature",
			       "验签出错: app_cert_sn of an app in key mode");
	}
	if (own.n == 0)
		return missing(refused, "isv.missing-app-cert-sn");
	if (root.n == 0)
		return missing(refused, "isv.missing-root-cert-sn");
	if (!str_is(own, app->app_cert_sn))
		return invalid(refused, "isv.invalid-signature",
			       "验签出错: app_cert_sn is not of this app's certificate");
	if (!str_is(root, app->root_sn))
		return invalid(refused, "isv.invalid-signature",
			       "验签出错: alipay_root_cert_sn is not of this root");
	return true;
}

/* In any letter case. */
static bool is_word(struct str s, const char *word)
{
	struct str w = str_of(word);

	return s.n == w.n && strncasecmp(s.p, w.p, w.n) == 0;
}

static bool missing(struct node *refused, const char *sub_code)
{
	node_fail(refused, "40001", sub_code, str_of(sub_code_text(sub_code)));
	return false;
}

/* text NULL: the sub code's own sentence. */
static bool invalid(struct node *refused, const char *sub_code, const char *text)
{
	node_fail(refused, "40002", sub_code, str_of(text ? text : sub_code_text(sub_code)));
	return false;
}
