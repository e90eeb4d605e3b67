/* Other people's signatures and encrypted texts: the vectors of $TAEL_VECTORS/wechat_qq.json that
 * are of APIv3.
 *
 * The file holds requests, notices and certificates that were published elsewhere, each with what a
 * right reading of it gives; of private keys it has the public half.  It is not part of the
 * project; without it the tests are skipped.
 */
#include "channel/wechat_kit.h"

#include "base/check.h"
#include "channel/wechat/config.h"
#include "channel/wechat/resource.h"
#include "channel/wechat/sign.h"
#include "channel/wechat/stamp.h"
#include "sys/cleanup.h"
#include "sys/file.h"

#include <jansson.h>

#include <stdlib.h>

enum { FILE_MAX = 1 << 20 };

static json_t *file; /* read once */

static json_t *vectors_file(void)
{
	const char *folder = getenv("TAEL_VECTORS");
	char path[1024], *text = NULL;
	size_t n;

	if (file != NULL || folder == NULL)
		return file;
	(void)snprintf(path, sizeof(path), "%s/wechat_qq.json", folder);
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

static bool fits(const char *pem, struct str text, const char *signature)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;

	CHECK(rsa_public_read(str_of(pem), &key) == ERR_OK);
	return rsa_sha256_verify(key, text, str_of(signature)) == ERR_OK;
}

/* Calls `check` for every vector whose name begins so and whose inputs have the member. */
static void each(const char *begins, const char *has,
		 void (*check)(const json_t *in, const json_t *want))
{
	json_t *vectors;
	int n = 0;

	if (getenv("TAEL_VECTORS") == NULL)
		SKIP("TAEL_VECTORS names no folder");
	vectors = json_object_get(vectors_file(), "vectors");
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		const json_t *v = json_array_get(vectors, i), *in = json_object_get(v, "inputs");

		if (!str_starts(str_of(text_of(v, "name")), begins) ||
		    json_object_get(in, has) == NULL)
			continue;
		printf("# %s\n", text_of(v, "name"));
		CALL(check(in, json_object_get(v, "expected")));
		n++;
	}
	printf("# %d\n", n);
	EXPECT(n > 0);
}

/* --- signatures --- */

static void request(const json_t *in, const json_t *want)
{
	const struct channel_env *env = kit_env();
	struct str text = wechat_request_text(env->arena, text_of(in, "method"), text_of(in, "url"),
					      text_of(in, "timestamp"), text_of(in, "nonce_str"),
					      str_of(text_of(in, "body")));
	const char *said = text_of(in, "string_to_sign");

	EXPECT_STR(said[0] ? said : text_of(want, "string_to_sign"), text.p);
	if (text_of(want, "signature")[0])
		EXPECT(fits(text_of(in, "private_key_pem"), text, text_of(want, "signature")));
}

static void requests_are_signed_over_five_lines(void)
{
	each("v3-", "url", request);
}

static void front(const json_t *in, const json_t *want)
{
	const json_t *lines = json_object_get(in, "lines");
	const char *line[4];
	struct str text;

	CHECK(json_array_size(lines) == 4);
	for (size_t i = 0; i < 4; i++)
		line[i] = json_string_value(json_array_get(lines, i));
	text = wechat_front_text(kit_env()->arena, line[0], line[1], line[2], line[3]);
	EXPECT_STR(text_of(in, "string_to_sign"), text.p);
	EXPECT(fits(text_of(in, "public_key_pem"), text, text_of(want, "sign")));
}

static void the_payers_side_signs_four_lines(void)
{
	each("v3-", "lines", front);
}

static void plain_signature(const json_t *in, const json_t *want)
{
	const char *signature = text_of(in, "signature");

	EXPECT(fits(text_of(in, "private_key_pem"), str_of(text_of(in, "message")),
		    signature[0] ? signature : text_of(want, "signature")));
}

static void signatures_are_sha256_with_rsa(void)
{
	each("rsa-sha256-", "message", plain_signature);
}

static void certificate(const json_t *in, const json_t *want)
{
	char serial[CERT_SERIAL_TEXT];

	(void)want;
	EXPECT_ERR(ERR_OK, cert_serial_hex(str_of(text_of(in, "certificate_pem")), serial));
	EXPECT_STR(text_of(in, "serial_no"), serial);
}

static void serials_are_written_as_the_platform_does(void)
{
	each("rsa-", "certificate_pem", certificate);
}

/* --- notices --- */

/* An account that verifies by this certificate. */
static struct channel_config *account(const char *certificate_pem, const char *api_v3_key)
{
	struct kit_members m = KIT_MEMBERS[KIT_NONE];
	struct channel_config *c;
	char identity[33];

	m.appid = "wxd678efh567hg6787";
	if (strlen(api_v3_key) == AES256_KEY_BYTES)
		m.api_v3_key = api_v3_key;
	CHECK(kit_config_read(&m, false, NOW_MS, identity, &c) == ERR_OK);
	CHECK(WECHAT.certificate_add(c, str_of(certificate_pem)) == ERR_OK);
	return c;
}

static struct str named_header(const void *self, const char *name, bool *twice)
{
	*twice = false;
	return str_of(text_of(self, name));
}

static void notice(const json_t *in, const json_t *want)
{
	const json_t *headers = json_object_get(in, "headers");
	struct channel_env env = *kit_env();
	struct channel_config *c =
		account(text_of(in, "platform_certificate_pem"), text_of(in, "api_v3_key"));
	struct channel_versions v = { .config = { c }, .n = 1 };
	struct channel_incoming incoming = { .body = str_of(text_of(in, "body")),
					     .query = STR(""),
					     .type = STR("application/json"),
					     .header = named_header,
					     .self = headers };
	struct channel_answer answer;
	struct channel_notice said;

	EXPECT(json_is_true(json_object_get(want, "valid")));
	env.now_ms = strtoll(text_of(headers, "Wechatpay-Timestamp"), NULL, 10) * 1000;
	EXPECT_ERR(ERR_OK, WECHAT.notice_read(&v, &incoming, &env, &answer, &said));
	EXPECT_INT(1, answer.key_version);
	if (said.kind == NOTICE_TRADE) {
		EXPECT(strstr(text_of(want, "plaintext"), said.trade.number) != NULL);
		EXPECT(strstr(text_of(want, "plaintext"), said.trade.trade_no) != NULL);
	}
	env.now_ms += WECHAT_WINDOW_MS + 1;
	EXPECT_ERR(ERR_SIGNATURE, WECHAT.notice_read(&v, &incoming, &env, &answer, &said));
	WECHAT.config_free(c);
}

static void notices_are_verified_and_opened(void)
{
	each("v3-notify-", "headers", notice);
}

/* --- encrypted texts --- */

static enum err open_one(const char *key, const char *nonce, const char *aad,
			 const char *ciphertext, struct str *plain)
{
	struct channel_config c = { .keys_n = 0 };
	struct channel_versions v = { .config = { &c }, .n = 1 };
	struct wechat_resource r = { .algorithm = "AEAD_AES_256_GCM",
				     .ciphertext = str_of(ciphertext) };
	int version;

	CHECK(strlen(key) == sizeof(c.api_v3_key));
	memcpy(c.api_v3_key, key, sizeof(c.api_v3_key));
	CHECK(str_copy(r.nonce, sizeof(r.nonce), str_of(nonce)) == ERR_OK);
	CHECK(str_copy(r.associated_data, sizeof(r.associated_data), str_of(aad)) == ERR_OK);
	return wechat_resource_open(&v, &r, kit_env()->arena, plain, &version);
}

static void resource(const json_t *in, const json_t *want)
{
	struct str plain;

	EXPECT_ERR(ERR_OK,
		   open_one(text_of(in, "api_v3_key"), text_of(in, "nonce"),
			    text_of(in, "associated_data"), text_of(in, "ciphertext_b64"), &plain));
	EXPECT_STR(text_of(want, "plaintext"), plain.p);
}

static void encrypted_texts_are_opened(void)
{
	each("v3-", "nonce", resource);
}

static void negatives(const json_t *in, const json_t *want)
{
	const json_t *cases = json_object_get(in, "cases");
	struct str plain;

	(void)want;
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *one = json_array_get(cases, i);

		EXPECT(open_one(text_of(in, "api_v3_key"), text_of(one, "nonce"),
				text_of(one, "associated_data"), text_of(one, "ciphertext_b64"),
				&plain) != ERR_OK);
	}
}

static void wrong_texts_are_not_opened(void)
{
	each("v3-aes-gcm-java-negatives", "cases", negatives);
}

static void malformed(const json_t *in, const json_t *want)
{
	const json_t *nonces = json_object_get(in, "bad_nonces");
	const json_t *ciphertexts = json_object_get(in, "bad_ciphertexts");
	const char *key = text_of(in, "api_v3_key"), *aad = text_of(in, "associated_data");
	struct str plain;

	(void)want;
	for (size_t i = 0; i < json_array_size(nonces); i++)
		EXPECT_ERR(ERR_NOTICE, open_one(key, json_string_value(json_array_get(nonces, i)),
						aad, text_of(in, "ciphertext_b64"), &plain));
	for (size_t i = 0; i < json_array_size(ciphertexts); i++)
		EXPECT_ERR(ERR_NOTICE,
			   open_one(key, text_of(in, "nonce_for_bad_ciphertexts"), aad,
				    json_string_value(json_array_get(ciphertexts, i)), &plain));
}

static void malformed_texts_are_refused_before_use(void)
{
	each("v3-aes-gcm-malformed", "bad_nonces", malformed);
}

static const struct tap_test TESTS[] = {
	TEST(requests_are_signed_over_five_lines), TEST(the_payers_side_signs_four_lines),
	TEST(signatures_are_sha256_with_rsa),      TEST(serials_are_written_as_the_platform_does),
	TEST(notices_are_verified_and_opened),     TEST(encrypted_texts_are_opened),
	TEST(wrong_texts_are_not_opened),          TEST(malformed_texts_are_refused_before_use),
};

KIT_MAIN(TESTS)
