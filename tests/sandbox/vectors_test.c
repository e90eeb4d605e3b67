/* vectors_test.c - what the sandbox signs and verifies, against published and self-made vectors.
 *
 * TAEL_VECTORS names a folder that holds alipay.json; without it there is nothing to compare with.
 */
#include "tap.h"

#include "base/check.h"
#include "base/codec.h"
#include "sandbox/alipay/envelope.h"
#include "sandbox/alipay/sign.h"
#include "sys/cleanup.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *file;

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static json_t *vector(size_t i)
{
	return json_array_get(json_object_get(file, "vectors"), i);
}

static size_t vectors_n(void)
{
	return json_array_size(json_object_get(file, "vectors"));
}

/* Those of a kind that the sandbox deals with: SHA-256 only. */
static bool is_kind(const json_t *v, const char *kind)
{
	const char *alg = text_of(json_object_get(v, "inputs"), "alg");

	return strcmp(text_of(v, "kind"), kind) == 0 && strcmp(alg, "RSA") != 0;
}

static const char *pem(const json_t *v, const char *which)
{
	const char *name = text_of(json_object_get(v, "inputs"), which);

	return text_of(json_object_get(json_object_get(file, "keys"), name), "pem");
}

static void read_params(json_t *object, struct params *ps)
{
	const char *name;
	json_t *value;

	*ps = (struct params){ 0 };
	json_object_foreach (object, name, value) {
		CHECK(ps->n < PARAMS_MAX);
		ps->at[ps->n++] =
			(struct param){ str_of(name),
					{ json_string_value(value), json_string_length(value) } };
	}
}

/* Which of the sandbox's two rules a vector's `drop` means; what else it names leaves the list, as
 * a shop's own parameter does. */
static enum sign_rule rule_of(const json_t *v, struct params *ps)
{
	const json_t *drop = json_object_get(json_object_get(v, "inputs"), "drop");
	enum sign_rule rule = SIGN_REQUEST;

	for (size_t i = 0; i < json_array_size(drop); i++) {
		const char *name = json_string_value(json_array_get(drop, i));

		if (strcmp(name, "sign_type") == 0)
			rule = SIGN_NOTICE;
		for (size_t k = 0; k < ps->n; k++) {
			if (str_is(ps->at[k].name, name) && strncmp(name, "sign", 4) != 0)
				ps->at[k--] = ps->at[--ps->n];
		}
	}
	return rule;
}

static bool verifies(const char *public_pem, struct str text, const char *sign)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;

	CHECK(rsa_public_read(str_of(public_pem), &key) == ERR_OK);
	return rsa_sha256_verify(key, text, str_of(sign)) == ERR_OK;
}

/* A private key may have been replaced by its public half: then the given signature is checked. */
static bool signs_as(const json_t *v, struct str text, const char *want)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;
	const char *private_pem = pem(v, "private_key");
	char sign[RSA_SIGN_BASE64_MAX];

	if (!strstr(private_pem, "PRIVATE KEY"))
		return verifies(pem(v, "public_key"), text, want);
	CHECK(rsa_private_read(str_of(private_pem), &key) == ERR_OK);
	CHECK(rsa_sha256_sign(key, text, sign) == ERR_OK);
	return strcmp(sign, want) == 0;
}

/* The string that is signed, for requests, notices and returns. */
static void strings_to_sign(void)
{
	static const char *const KINDS[] = { "rsa_sign", "form_sign", "params_verify", "canon" };
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	for (size_t i = 0; i < vectors_n(); i++) {
		CLEANUP(text_free) struct text text = { 0 };
		json_t *v = vector(i), *in = json_object_get(v, "inputs");
		struct params ps;
		bool wanted = false;

		for (size_t k = 0; k < sizeof(KINDS) / sizeof(KINDS[0]); k++)
			wanted = wanted || strcmp(text_of(v, "kind"), KINDS[k]) == 0;
		if (!wanted)
			continue;
		printf("# %s\n", text_of(v, "name"));
		read_params(json_object_get(in, "params"), &ps);
		sign_string(&ps, rule_of(v, &ps), &text);
		EXPECT_STR(text_of(json_object_get(v, "expected"), "content"), text.p);
		if (is_kind(v, "params_verify"))
			EXPECT(verifies(pem(v, "key"), text_str(&text),
					params_get(&ps, "sign").p) ==
			       json_is_true(
				       json_object_get(json_object_get(v, "expected"), "valid")));
		n++;
	}
	printf("# %d strings agree\n", n);
	EXPECT(n > 0);
}

/* What the shop signs, as the gateway verifies it. */
static void requests(void)
{
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	for (size_t i = 0; i < vectors_n(); i++) {
		CLEANUP(text_free) struct text text = { 0 };
		json_t *v = vector(i), *want = json_object_get(v, "expected");
		struct params ps;

		if (!is_kind(v, "rsa_sign"))
			continue;
		printf("# %s\n", text_of(v, "name"));
		read_params(json_object_get(json_object_get(v, "inputs"), "params"), &ps);
		sign_string(&ps, SIGN_REQUEST, &text);
		EXPECT(verifies(pem(v, "public_key"), text_str(&text), text_of(want, "sign")));
		text_put(&text, " ");
		EXPECT(!verifies(pem(v, "public_key"), text_str(&text), text_of(want, "sign")));
		n++;
	}
	printf("# %d requests verify\n", n);
	EXPECT(n > 0);
}

static void order_strings(void)
{
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	for (size_t i = 0; i < vectors_n(); i++) {
		CLEANUP(text_free) struct text text = { 0 };
		json_t *v = vector(i);
		struct str form = str_of(text_of(json_object_get(v, "inputs"), "order_string"));
		char buffer[8192];
		struct field fields[PARAMS_MAX];
		struct params ps = { 0 };

		if (!is_kind(v, "order_string"))
			continue;
		EXPECT(form.n < sizeof(buffer));
		EXPECT_ERR(ERR_OK, form_read(form, buffer, fields, PARAMS_MAX, &ps.n));
		for (size_t k = 0; k < ps.n; k++)
			ps.at[k] = (struct param){ fields[k].name, fields[k].value };
		sign_string(&ps, SIGN_REQUEST, &text);
		EXPECT_STR(text_of(json_object_get(v, "expected"), "content"), text.p);
		EXPECT(verifies(pem(v, "public_key"), text_str(&text), params_get(&ps, "sign").p));
		n++;
	}
	printf("# %d order strings verify\n", n);
	EXPECT(n > 0);
}

/* What the platform signs and sends: the form, byte for byte where it is given. */
static void notices(void)
{
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	for (size_t i = 0; i < vectors_n(); i++) {
		CLEANUP(text_free) struct text text = { 0 }, form = { 0 };
		json_t *v = vector(i), *want = json_object_get(v, "expected");
		struct params ps;

		if (!is_kind(v, "form_sign"))
			continue;
		printf("# %s\n", text_of(v, "name"));
		read_params(json_object_get(json_object_get(v, "inputs"), "params"), &ps);
		sign_string(&ps, SIGN_NOTICE, &text);
		EXPECT(signs_as(v, text_str(&text), text_of(want, "sign")));
		params_sort(&ps);
		params_add(&ps, "sign", str_of(text_of(want, "sign")));
		params_form(&ps, &form);
		EXPECT_STR(text_of(want, "body"), form.p);
		n++;
	}
	printf("# %d notices agree\n", n);
	EXPECT(n > 0);
}

/* Whole answers: the node signed as it stands, the envelope around it byte for byte. */
static void answers(void)
{
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	for (size_t i = 0; i < vectors_n(); i++) {
		CLEANUP(text_free) struct text body = { 0 };
		json_t *v = vector(i), *want = json_object_get(v, "expected"), *parsed;
		const char *raw = text_of(want, "raw"), *sign = text_of(want, "sign");

		if (!is_kind(v, "response"))
			continue;
		printf("# %s\n", text_of(v, "name"));
		EXPECT(signs_as(v, str_of(raw), sign));
		parsed = json_loads(text_of(json_object_get(v, "inputs"), "body"), 0, NULL);
		EXPECT(parsed != NULL);
		envelope_write(str_of(text_of(json_object_get(v, "inputs"), "node")), str_of(raw),
			       str_of(text_of(parsed, "alipay_cert_sn")), str_of(sign), &body);
		json_decref(parsed);
		EXPECT_STR(text_of(json_object_get(v, "inputs"), "body"), body.p);
		n++;
	}
	printf("# %d answers agree\n", n);
	EXPECT(n > 0);
}

/* A node of the sandbox's own has the order and the escapes of the published ones. */
static void nodes(void)
{
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	for (size_t i = 0; i < vectors_n(); i++) {
		CLEANUP(text_free) struct text text = { 0 };
		json_t *v = vector(i);
		const char *raw = text_of(json_object_get(v, "expected"), "raw");
		json_t *parsed;
		struct node node;

		if (strcmp(text_of(v, "name"), "own_response_precreate") != 0)
			continue;
		parsed = json_loads(raw, 0, NULL);
		node_success(&node);
		node_add(&node, "qr_code", str_of(text_of(parsed, "qr_code")));
		node_add(&node, "out_trade_no", str_of(text_of(parsed, "out_trade_no")));
		node_write(&node, &text);
		json_decref(parsed);
		EXPECT_STR(raw, text.p);
		n++;
	}
	EXPECT(n > 0);
}

static void certificates(void)
{
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	for (size_t i = 0; i < vectors_n(); i++) {
		json_t *v = vector(i), *in = json_object_get(v, "inputs");
		json_t *want = json_object_get(v, "expected");
		char sn[CERT_SN_TEXT], sns[CERT_SNS_TEXT];

		printf("# %s\n", text_of(v, "name"));
		if (is_kind(v, "cert_sn")) {
			EXPECT_ERR(ERR_OK, cert_sn(str_of(text_of(in, "cert_pem")), sn));
			EXPECT_STR(text_of(want, "sn"), sn);
			n++;
		} else if (is_kind(v, "root_cert_sn")) {
			EXPECT_ERR(ERR_OK, cert_root_sns(str_of(text_of(in, "bundle_pem")), sns));
			EXPECT_STR(text_of(want, "root_sn"), sns);
			n++;
		}
	}
	printf("# %d certificate numbers agree\n", n);
	EXPECT(n > 0);
}

static const struct tap_test TESTS[] = {
	TEST(strings_to_sign), TEST(requests), TEST(order_strings), TEST(notices),
	TEST(answers),         TEST(nodes),    TEST(certificates),
};

int main(int argc, char **argv)
{
	const char *dir = getenv("TAEL_VECTORS");
	char path[4096];
	int code;

	crypto_start();
	if (dir) {
		(void)snprintf(path, sizeof(path), "%s/alipay.json", dir);
		file = json_load_file(path, 0, NULL);
		if (!file) {
			printf("Bail out! %s cannot be read\n", path);
			return 1;
		}
	}
	code = tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
	json_decref(file);
	return code;
}
