/* Other people's signatures: every vector of $TAEL_VECTORS/alipay.json whose kind the driver deals
 * with.
 *
 * The file holds requests, answers, notices and certificates that were published elsewhere, each
 * with what a right reading of it gives.  It is not part of the project; without it the tests are
 * skipped.
 */
#include "channel/alipay_kit.h"

#include "base/check.h"
#include "base/codec.h"
#include "channel/alipay/answer.h"
#include "channel/alipay/config.h"
#include "channel/alipay/sign.h"
#include "sys/file.h"

#include <jansson.h>

#include <stdlib.h>

enum { FIELDS_MAX = 64, DROP_MAX = 8, FILE_MAX = 1 << 20 };

struct params {
	struct field field[FIELDS_MAX];
	size_t n;
	const char *drop[DROP_MAX + 1];
};

static json_t *file; /* read once */

static json_t *vectors_file(void)
{
	const char *folder = getenv("TAEL_VECTORS");
	char path[1024], *text = NULL;
	size_t n;

	if (file != NULL || folder == NULL)
		return file;
	(void)snprintf(path, sizeof(path), "%s/alipay.json", folder);
	if (file_read(path, FILE_MAX, &text, &n) == ERR_OK)
		file = json_loadb(text, n, 0, NULL);
	free(text);
	CHECK(file != NULL);
	return file;
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static const char *key_pem(const char *name)
{
	return text_of(json_object_get(json_object_get(vectors_file(), "keys"), name), "pem");
}

/* A version whose platform key is the one named; NULL when the driver would refuse such a key. */
static struct channel_versions *version_of(const char *key)
{
	static struct channel_config config;
	static struct channel_versions versions = { .config = { &config }, .n = 1 };

	rsa_key_free(config.alipay_key);
	config.alipay_key = NULL;
	if (rsa_public_read(str_of(key_pem(key)), &config.alipay_key) != ERR_OK)
		return NULL;
	return &versions;
}

static bool is_rsa2(const json_t *inputs)
{
	return strcmp(text_of(inputs, "alg"), "RSA2") == 0;
}

static void params_read(const json_t *inputs, const char *drop_name, struct params *out)
{
	json_t *params = json_object_get(inputs, "params");
	json_t *drop = json_object_get(inputs, drop_name);

	memset(out, 0, sizeof(*out));
	for (void *at = json_object_iter(params); at; at = json_object_iter_next(params, at)) {
		out->field[out->n].name = str_of(json_object_iter_key(at));
		out->field[out->n++].value = str_of(json_string_value(json_object_iter_value(at)));
	}
	for (size_t i = 0; i < json_array_size(drop); i++)
		out->drop[i] = json_string_value(json_array_get(drop, i));
}

static bool fits(const char *key, struct str text, const char *sign)
{
	struct channel_versions *versions = version_of(key);

	return versions != NULL && alipay_fits(versions, STR(""), text, str_of(sign)) == 1;
}

/* --- one function a kind: `v` is the vector, `in` and `want` its inputs and what is expected ---
 */

static void rsa_verify(const json_t *in, const json_t *want)
{
	bool valid = json_is_true(json_object_get(want, "valid"));

	/* SHA-1 is not accepted, however right it is. */
	EXPECT_INT(valid && is_rsa2(in),
		   fits(text_of(in, "key"), str_of(text_of(in, "content")), text_of(in, "sign")));
}

static void params_verify(const json_t *in, const json_t *want)
{
	const struct channel_env *env = kit_env();
	const char *sign = text_of(json_object_get(in, "params"), "sign");
	bool valid = json_is_true(json_object_get(want, "valid"));
	struct params p;
	struct str text;

	params_read(in, "drop", &p);
	text = alipay_text_to_sign(env->arena, p.field, p.n, p.drop, EMPTY_KEPT);
	EXPECT_STR(text_of(want, "content"), text.p);
	EXPECT_INT(valid && is_rsa2(in), fits(text_of(in, "key"), text, sign));
	params_read(want, "invalid_if_drop_is", &p);
	if (p.drop[0] == NULL)
		return;
	const char *wrong[DROP_MAX + 1];

	memcpy(wrong, p.drop, sizeof(wrong));
	params_read(in, "drop", &p);
	text = alipay_text_to_sign(env->arena, p.field, p.n, wrong, EMPTY_KEPT);
	EXPECT(!fits(text_of(in, "key"), text, sign));
}

/* The same message through the door that notices and returns take. */
static void notice_verify(const char *body, const char *key, bool valid)
{
	const struct channel_env *env = kit_env();
	struct channel_incoming in = kit_incoming(str_of(body), STR(""));
	struct channel_versions *versions = version_of(key);
	struct channel_config config;
	struct channel_notice notice;
	struct channel_answer answer;
	enum err e;

	EXPECT(versions != NULL);
	config = *versions->config[0];
	const char *app_id = strstr(body, "&app_id=");

	app_id = app_id ? app_id + 8 : strstr(body, "app_id=") + 7;
	(void)snprintf(config.app_id, sizeof(config.app_id), "%.16s", app_id);
	e = ALIPAY.notice_read(&(struct channel_versions){ .config = { &config }, .n = 1 }, &in,
			       env, &answer, &notice);
	EXPECT_ERR(valid ? ERR_OK : ERR_SIGNATURE, e);
}

static void form_verify(const json_t *in, const json_t *want)
{
	const struct channel_env *env = kit_env();
	const char *body = text_of(in, "body");
	struct params p;

	params_read(in, "drop", &p);
	EXPECT_ERR(ERR_OK, form_read(str_of(body), arena_alloc(env->arena, strlen(body) + 1),
				     p.field, FIELDS_MAX, &p.n));
	EXPECT_STR(text_of(want, "content"),
		   alipay_text_to_sign(env->arena, p.field, p.n, p.drop, EMPTY_KEPT).p);
	CALL(notice_verify(body, text_of(in, "key"), json_is_true(json_object_get(want, "valid"))));
}

static void form_sign(const json_t *in, const json_t *want)
{
	const struct channel_env *env = kit_env();
	struct params p;
	struct str text;

	params_read(in, "drop", &p);
	text = alipay_text_to_sign(env->arena, p.field, p.n, p.drop, EMPTY_KEPT);
	EXPECT_STR(text_of(want, "content"), text.p);
	EXPECT(fits(text_of(in, "public_key"), text, text_of(want, "sign")));
	CALL(notice_verify(text_of(want, "body"), text_of(in, "public_key"),
			   json_is_true(json_object_get(want, "valid"))));
}

/* The signature is of a private key that is not told: the public half proves the text. */
static void rsa_sign(const json_t *in, const json_t *want)
{
	const struct channel_env *env = kit_env();
	struct params p;
	struct str text;

	params_read(in, "drop", &p);
	text = alipay_text_to_sign(env->arena, p.field, p.n, p.drop, EMPTY_LEFT_OUT);
	EXPECT_STR(text_of(want, "content"), text.p);
	EXPECT(fits(text_of(in, "public_key"), text, text_of(want, "sign")));
}

static void order_string(const json_t *in, const json_t *want)
{
	static const char *const DROP[] = { "sign", NULL };
	const struct channel_env *env = kit_env();
	const char *string = text_of(in, "order_string");
	struct params p;
	struct str text;

	EXPECT_ERR(ERR_OK, form_read(str_of(string), arena_alloc(env->arena, strlen(string) + 1),
				     p.field, FIELDS_MAX, &p.n));
	text = alipay_text_to_sign(env->arena, p.field, p.n, DROP, EMPTY_LEFT_OUT);
	EXPECT_STR(text_of(want, "content"), text.p);
	EXPECT(fits(text_of(in, "public_key"), text, text_of(want, "sign")));
}

static void canon(const json_t *in, const json_t *want)
{
	const struct channel_env *env = kit_env();
	struct params p;

	params_read(in, "drop", &p);
	EXPECT_STR(text_of(want, "content"),
		   alipay_text_to_sign(env->arena, p.field, p.n, p.drop, EMPTY_LEFT_OUT).p);
}

static void extract_node(const json_t *in, const json_t *want)
{
	const struct channel_env *env = kit_env();
	struct alipay_envelope envelope;

	EXPECT_ERR(ERR_OK, alipay_envelope_read(str_of(text_of(in, "body")), text_of(in, "node"),
						env->arena, &envelope));
	EXPECT(str_is(envelope.node, text_of(want, "raw")));
}

static void response(const json_t *in, const json_t *want)
{
	const struct channel_env *env = kit_env();
	struct alipay_envelope envelope;
	enum err e = alipay_envelope_read(str_of(text_of(in, "body")), text_of(in, "node"),
					  env->arena, &envelope);

	if (text_of(in, "aes_key")[0]) {
		/* Encrypted answers are not asked for, and so refused. */
		EXPECT_ERR(ERR_JSON, e);
		return;
	}
	EXPECT_ERR(ERR_OK, e);
	EXPECT(str_is(envelope.node, text_of(want, "raw")));
	EXPECT(str_is(envelope.sign, text_of(want, "sign")));
	EXPECT_INT(json_is_true(json_object_get(want, "valid")),
		   fits(text_of(in, "public_key"), envelope.node, text_of(want, "sign")));
}

static void certificate_sn(const json_t *in, const json_t *want)
{
	char sn[CERT_SN_TEXT];

	EXPECT_ERR(ERR_OK, cert_sn(str_of(text_of(in, "cert_pem")), sn));
	EXPECT_STR(text_of(want, "sn"), sn);
}

static void root_sn(const json_t *in, const json_t *want)
{
	char sns[CERT_SNS_TEXT];

	EXPECT_ERR(ERR_OK, cert_root_sns(str_of(text_of(in, "bundle_pem")), sns));
	EXPECT_STR(text_of(want, "root_sn"), sns);
}

/* --- */

static void each(const char *kind, void (*check)(const json_t *in, const json_t *want))
{
	json_t *vectors;
	int n = 0;

	if (getenv("TAEL_VECTORS") == NULL)
		SKIP("TAEL_VECTORS names no folder");
	vectors = json_object_get(vectors_file(), "vectors");
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		const json_t *v = json_array_get(vectors, i);

		if (strcmp(text_of(v, "kind"), kind) != 0)
			continue;
		printf("# %s\n", text_of(v, "name"));
		CALL(check(json_object_get(v, "inputs"), json_object_get(v, "expected")));
		n++;
	}
	printf("# %d of kind %s\n", n, kind);
	EXPECT(n > 0);
}

#define KINDS(X)                        \
	X(rsa_verify, rsa_verify)       \
	X(params_verify, params_verify) \
	X(form_verify, form_verify)     \
	X(form_sign, form_sign)         \
	X(rsa_sign, rsa_sign)           \
	X(order_string, order_string)   \
	X(canon, canon)                 \
	X(extract_node, extract_node)   \
	X(response, response)           \
	X(cert_sn, certificate_sn)      \
	X(root_cert_sn, root_sn)

#define X(kind, check)                   \
	static void vectors_##kind(void) \
	{                                \
		each(#kind, check);      \
	}
KINDS(X)
#undef X

static const struct tap_test TESTS[] = {
#define X(kind, check) TEST(vectors_##kind),
	KINDS(X)
#undef X
};

KIT_MAIN(TESTS)
