/* wechat_vectors_test.c - what the sandbox signs, verifies and encrypts for WeChat Pay, against
 * published vectors.
 *
 * TAEL_VECTORS names a folder that holds wechat_qq.json; without it there is nothing to compare
 * with.
 */
#include "tap.h"

#include "base/check.h"
#include "base/codec.h"
#include "sandbox/wechat/sign.h"
#include "sys/cleanup.h"
#include "sys/crypto.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { SEALED_MAX = 16384 };

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

static struct rsa_key *key_of(const char *pem, enum err (*read)(struct str, struct rsa_key **))
{
	struct rsa_key *key = NULL;

	CHECK(read(str_of(pem), &key) == ERR_OK);
	return key;
}

/* Made again where the private key was published, else verified. */
static void check_signature(const char *pem, struct str text, const char *want)
{
	bool is_public = strstr(pem, "PUBLIC KEY") != NULL;
	CLEANUP(rsa_key_freep)
	struct rsa_key *key = key_of(pem, is_public ? rsa_public_read : rsa_private_read);
	char sign[RSA_SIGN_BASE64_MAX];

	if (is_public) {
		EXPECT_ERR(ERR_OK, rsa_sha256_verify(key, text, str_of(want)));
		return;
	}
	EXPECT_ERR(ERR_OK, rsa_sha256_sign(key, text, sign));
	EXPECT_STR(want, sign);
}

/* The string as the sandbox puts it together, and the signature that a client made of it. */
static void requests(void)
{
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	for (size_t i = 0; i < vectors_n(); i++) {
		json_t *v = vector(i), *in = json_object_get(v, "inputs");
		json_t *want = json_object_get(v, "expected");
		const char *whole = text_of(in, "string_to_sign");
		CLEANUP(text_free) struct text text = { 0 };
		struct wx_signed r = { .method = str_of(text_of(in, "method")),
				       .timestamp = str_of(text_of(in, "timestamp")),
				       .nonce = str_of(text_of(in, "nonce_str")),
				       .body = str_of(text_of(in, "body")) };

		if (r.method.n == 0)
			continue;
		printf("# %s\n", text_of(v, "name"));
		r.path = str_cut(str_of(text_of(in, "url")), '?', &r.query);
		wx_request_string(&r, &text);
		EXPECT_STR(whole[0] ? whole : text_of(want, "string_to_sign"), text.p);
		if (text_of(want, "signature")[0])
			CALL(check_signature(text_of(in, "private_key_pem"), text_str(&text),
					     text_of(want, "signature")));
		n++;
	}
	EXPECT(n > 0);
}

/* The string of an answer or a notice, by the key of the platform's that made it. */
static void notices(void)
{
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	for (size_t i = 0; i < vectors_n(); i++) {
		json_t *v = vector(i), *in = json_object_get(v, "inputs");
		json_t *headers = json_object_get(in, "headers");
		const char *cert = text_of(in, "platform_certificate_pem");
		const char *sign = text_of(headers, "Wechatpay-Signature");
		CLEANUP(text_free) struct text text = { 0 };
		CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;

		if (cert[0] == '\0' || sign[0] == '\0' ||
		    !json_is_true(json_object_get(json_object_get(v, "expected"), "valid")))
			continue;
		printf("# %s\n", text_of(v, "name"));
		key = key_of(cert, rsa_from_certificate);
		wx_answer_string(str_of(text_of(headers, "Wechatpay-Timestamp")),
				 str_of(text_of(headers, "Wechatpay-Nonce")),
				 str_of(text_of(in, "body")), &text);
		EXPECT_ERR(ERR_OK, rsa_sha256_verify(key, text_str(&text), str_of(sign)));
		text_put(&text, " ");
		EXPECT(rsa_sha256_verify(key, text_str(&text), str_of(sign)) != ERR_OK);
		n++;
	}
	EXPECT(n > 0);
}

/* Nonce, text and tag lie in a published envelope as the sandbox lays them. */
static void envelopes(void)
{
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	for (size_t i = 0; i < vectors_n(); i++) {
		json_t *v = vector(i), *in = json_object_get(v, "inputs");
		const char *key = text_of(in, "api_v3_key"), *nonce = text_of(in, "nonce");
		static uint8_t sealed[SEALED_MAX], plain[SEALED_MAX];
		size_t size;

		if (strlen(key) != AES256_KEY_BYTES || strlen(nonce) != WX_GCM_NONCE)
			continue;
		printf("# %s\n", text_of(v, "name"));
		memcpy(sealed, nonce, WX_GCM_NONCE);
		EXPECT_ERR(ERR_OK,
			   base64_read(str_of(text_of(in, "ciphertext_b64")), sealed + WX_GCM_NONCE,
				       SEALED_MAX - WX_GCM_NONCE, &size));
		EXPECT_ERR(ERR_OK, aes_gcm_open((const uint8_t *)key,
						str_of(text_of(in, "associated_data")),
						(struct str){ (char *)sealed, size + WX_GCM_NONCE },
						plain));
		plain[size + WX_GCM_NONCE - AES_GCM_EXTRA] = '\0';
		EXPECT_STR(text_of(json_object_get(v, "expected"), "plaintext"),
			   (const char *)plain);
		n++;
	}
	EXPECT(n > 0);
}

/* What the sandbox seals has a nonce of letters and opens again, with its own name only. */
static void what_is_sealed_opens(void)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(65536);
	struct wx_merchant m = { .api_v3_key =
					 secret_copy(STR("0123456789abcdefghijklmnopqrstuv")) };
	const uint8_t *key = (const uint8_t *)secret_reveal(&m.api_v3_key).p;
	uint8_t sealed[256], plain[256];
	struct wx_sealed s;
	size_t size;

	EXPECT_ERR(ERR_OK, wx_seal(&m, rand_system(), "refund", STR("{\"a\":1}"), a, &s));
	EXPECT(str_is_made_of(str_of(s.nonce),
			      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
			      WX_GCM_NONCE));
	memcpy(sealed, s.nonce, WX_GCM_NONCE);
	EXPECT_ERR(ERR_OK, base64_read(str_of(s.ciphertext), sealed + WX_GCM_NONCE,
				       sizeof(sealed) - WX_GCM_NONCE, &size));
	size += WX_GCM_NONCE;
	EXPECT_ERR(ERR_OK,
		   aes_gcm_open(key, STR("refund"), (struct str){ (char *)sealed, size }, plain));
	EXPECT(memcmp(plain, "{\"a\":1}", 7) == 0);
	EXPECT_ERR(ERR_SIGNATURE, aes_gcm_open(key, STR("transaction"),
					       (struct str){ (char *)sealed, size }, plain));
	secret_wipe(&m.api_v3_key);
}

static const struct tap_test TESTS[] = {
	TEST(requests),
	TEST(notices),
	TEST(envelopes),
	TEST(what_is_sealed_opens),
};

int main(int argc, char **argv)
{
	const char *dir = getenv("TAEL_VECTORS");
	char path[4096];
	int code;

	crypto_start();
	if (dir) {
		(void)snprintf(path, sizeof(path), "%s/wechat_qq.json", dir);
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
