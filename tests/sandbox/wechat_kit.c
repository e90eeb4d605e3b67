#include "wechat_kit.h"

#include "kit_inside.h"

#include "base/check.h"
#include "net/client.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SIGN_BYTES = 256, SIGN_BASE64 = 345, TRUSTED = 8, TAG = 16, API_KEY = 32 };

static json_t *config[2];
static EVP_PKEY *own[2];

/* The platform's keys that the shop has, by serial. */
static struct {
	const char *serial;
	EVP_PKEY *key;
} trusted[TRUSTED];
static size_t trusted_n;

static EVP_PKEY *key_of(const char *pem, bool is_private);
static const char *serial_of(const char *pem);
static const char *sign(EVP_PKEY *key, const char *text);
static bool verify(const char *serial, const char *text, const char *base64);
static struct shop_got read_got(struct kit_http http);
static json_t *at(struct shop_got a, const char *path);

void shop_keys_read(const char *dir)
{
	config[KIT_KEY] = json_load_file(kit_printf("%s/wechat.json", dir), 0, NULL);
	config[KIT_CERT] = json_load_file(kit_printf("%s/wechat-cert.json", dir), 0, NULL);
	CHECK(config[KIT_KEY] && config[KIT_CERT]);
	for (enum kit_mode mode = KIT_KEY; mode <= KIT_CERT; mode++)
		own[mode] = key_of(shop_config(mode, "private_key"), true);
	trusted[trusted_n].serial = shop_config(KIT_KEY, "public_key_id");
	trusted[trusted_n++].key = key_of(shop_config(KIT_KEY, "public_key"), false);
	shop_trust(serial_of(shop_config(KIT_CERT, "platform_certs")),
		   shop_config(KIT_CERT, "platform_certs"));
}

void shop_keys_free(void)
{
	for (size_t i = 0; i < trusted_n; i++)
		EVP_PKEY_free(trusted[i].key);
	for (enum kit_mode mode = KIT_KEY; mode <= KIT_CERT; mode++) {
		EVP_PKEY_free(own[mode]);
		json_decref(config[mode]);
	}
}

void shop_trust(const char *serial, const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	CHECK(x != NULL && trusted_n < TRUSTED);
	CHECK(strcmp(serial_of(pem), serial) == 0);
	trusted[trusted_n].serial = serial;
	trusted[trusted_n++].key = X509_get_pubkey(x);
	X509_free(x);
	BIO_free(bio);
}

struct shop_got shop_call(enum kit_mode mode, const char *method, const char *path,
			  const char *body)
{
	const struct shop_change none = { 0 };

	return shop_call_with(mode, method, path, body, &none);
}

struct shop_got shop_call_with(enum kit_mode mode, const char *method, const char *path,
			       const char *body, const struct shop_change *change)
{
	static int nonces;
	const char *serial = change->serial_no ? change->serial_no : shop_config(mode, "serial_no");
	const char *mchid = change->mchid ? change->mchid : shop_mchid(mode);
	const char *named = mode == KIT_KEY ? shop_config(mode, "public_key_id")
					    : serial_of(shop_config(mode, "platform_certs"));
	const char *nonce = kit_printf("nonce%d", ++nonces);
	const char *timestamp = kit_printf("%" PRId64, kit_now_ms() / 1000 - change->older_s);
	const char *signed_body = change->sign_body ? change->sign_body : body ? body : "";
	const char *text =
		kit_printf("%s\n%s\n%s\n%s\n%s\n", method, path, timestamp, nonce, signed_body);
	const char *signature = sign(own[change->signs_else ? change->signs_for : mode], text);
	const char *authorization = kit_printf(
		"WECHATPAY2-SHA256-RSA2048 mchid=\"%s\",nonce_str=\"%s\", signature=\"%s\","
		"timestamp=\"%s\",serial_no=\"%s\"",
		mchid, nonce, signature, timestamp, serial);
	struct net_field fields[4];
	size_t n = 0;

	if (change->authorization)
		authorization = change->authorization;
	if (change->wechatpay_serial)
		named = change->wechatpay_serial;
	fields[n++] = (struct net_field){ "Accept", str_of(change->accept ? change->accept
									  : "application/json") };
	fields[n++] = (struct net_field){ "User-Agent", STR("kit/1.0") };
	if (authorization[0] != '\0')
		fields[n++] = (struct net_field){ "Authorization", str_of(authorization) };
	if (named[0] != '\0')
		fields[n++] = (struct net_field){ "Wechatpay-Serial", str_of(named) };
	return read_got(kit_send(method, path, body ? "application/json" : NULL, body, fields, n));
}

const char *shop_mchid(enum kit_mode mode)
{
	return shop_config(mode, "mch_id");
}

const char *shop_config(enum kit_mode mode, const char *member)
{
	return json_string_value(json_object_get(config[mode], member));
}

const char *shop_text(struct shop_got a, const char *path)
{
	return json_string_value(at(a, path));
}

int shop_integer(struct shop_got a, const char *path)
{
	json_t *value = at(a, path);

	return json_is_integer(value) ? (int)json_integer_value(value) : -1;
}

const char *shop_order(enum kit_mode mode, const char *number, const char *more)
{
	return kit_printf("{\"appid\":\"%s\",\"mchid\":\"%s\",\"description\":\"测试 + & \\\"\\/\","
			  "\"out_trade_no\":\"%s\",\"notify_url\":\"%s/notify/%s\","
			  "\"amount\":{\"total\":8888,\"currency\":\"CNY\"}%s}",
			  shop_config(mode, "appid"), shop_mchid(mode), number, kit_shop_url(),
			  number, more);
}

const char *shop_code_order(enum kit_mode mode, const char *number, const char *auth_code)
{
	return kit_printf(
		"{\"appid\":\"%s\",\"mchid\":\"%s\",\"description\":\"coffee\","
		"\"out_trade_no\":\"%s\",\"amount\":{\"total\":8888},"
		"\"payer\":{\"auth_code\":\"%s\"},"
		"\"scene_info\":{\"device_id\":\"till 7\",\"store_info\":{\"id\":\"1\"}}}",
		shop_config(mode, "appid"), shop_mchid(mode), number, auth_code);
}

const char *shop_refund_of(const char *number, const char *refund_no, int fen)
{
	return kit_printf("{\"out_trade_no\":\"%s\",\"out_refund_no\":\"%s\",\"reason\":\"cold\","
			  "\"notify_url\":\"%s/notify/%s\","
			  "\"amount\":{\"refund\":%d,\"total\":8888,\"currency\":\"CNY\"}}",
			  number, refund_no, kit_shop_url(), refund_no, fen);
}

const char *shop_native(enum kit_mode mode, bool paid)
{
	const char *number = kit_number();
	struct shop_got a = shop_call(mode, "POST", "/v3/pay/transactions/native",
				      shop_order(mode, number, ",\"attach\":\"a b\""));

	if (a.http.status != 200 || (paid && !shop_pay(number)))
		printf("# native: %d %s\n", a.http.status, a.http.body);
	return number;
}

struct shop_got shop_query(enum kit_mode mode, const char *number)
{
	return shop_call(mode, "GET",
			 kit_printf("/v3/pay/transactions/out-trade-no/%s?mchid=%s", number,
				    shop_mchid(mode)),
			 NULL);
}

const char *shop_state(enum kit_mode mode, const char *number)
{
	struct shop_got a = shop_query(mode, number);
	const char *state = shop_text(a, "trade_state");

	return state ? state : shop_text(a, "code");
}

json_t *shop_control(const char *what, const char *members)
{
	struct kit_http got = kit_http(kit_printf("/sandbox/%s", what), "application/json",
				       kit_printf("{\"channel\":\"wechat\",%s}", members));

	if (got.e != ERR_OK || got.status != 200) {
		printf("# /sandbox/%s: %d %s\n", what, got.status, got.body);
		return NULL;
	}
	return kit_json(got.body);
}

bool shop_pay(const char *number)
{
	return shop_control("pay", kit_printf("\"out_trade_no\":\"%s\"", number)) != NULL;
}

bool shop_fault(const char *number, const char *members)
{
	return shop_control("faults", kit_printf("\"out_trade_no\":\"%s\",%s", number, members)) !=
	       NULL;
}

json_t *shop_open_notice(enum kit_mode mode, const struct kit_notice *n)
{
	const char *plain;

	if (!n->came || !shop_notice_verifies(n))
		return NULL;
	plain = shop_decrypt(mode, json_object_get(kit_json(n->body), "resource"));
	return plain ? kit_json(plain) : NULL;
}

bool shop_notice_verifies(const struct kit_notice *n)
{
	return verify(n->serial, kit_printf("%s\n%s\n%s\n", n->timestamp, n->nonce, n->body),
		      n->signature);
}

const char *shop_decrypt(enum kit_mode mode, json_t *resource)
{
	const char *key = shop_config(mode, "api_v3_key");
	const char *nonce = json_string_value(json_object_get(resource, "nonce"));
	const char *about = json_string_value(json_object_get(resource, "associated_data"));
	const char *base64 = json_string_value(json_object_get(resource, "ciphertext"));
	size_t n = strlen(base64);
	unsigned char *sealed = kit_room(n + 1), *plain = kit_room(n + 1);
	int size = EVP_DecodeBlock(sealed, (const unsigned char *)base64, (int)n), part, rest;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool good;

	CHECK(strlen(key) == API_KEY && strlen(nonce) == 12);
	while (n > 0 && base64[n - 1] == '=') {
		n--;
		size--;
	}
	CHECK(size > TAG);
	good = EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, (const unsigned char *)key,
				  (const unsigned char *)nonce) == 1 &&
	       EVP_DecryptUpdate(ctx, NULL, &part, (const unsigned char *)about,
				 (int)strlen(about)) == 1 &&
	       EVP_DecryptUpdate(ctx, plain, &part, sealed, size - TAG) == 1 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, sealed + size - TAG) == 1 &&
	       EVP_DecryptFinal_ex(ctx, plain + part, &rest) == 1;
	EVP_CIPHER_CTX_free(ctx);
	return good ? (const char *)plain : NULL;
}

static EVP_PKEY *key_of(const char *pem, bool is_private)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = is_private ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL)
				   : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);

	CHECK(key != NULL);
	BIO_free(bio);
	return key;
}

/* Upper-case hexadecimal of the certificate's number. */
static const char *serial_of(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	const ASN1_INTEGER *number;
	char *out;

	CHECK(x != NULL);
	number = X509_get0_serialNumber(x);
	out = kit_room((size_t)number->length * 2 + 1);
	for (int i = 0; i < number->length; i++)
		(void)snprintf(out + 2 * i, 3, "%02X", number->data[i]);
	X509_free(x);
	BIO_free(bio);
	return out;
}

static const char *sign(EVP_PKEY *key, const char *text)
{
	unsigned char raw[SIGN_BYTES];
	char *base64 = kit_room(SIGN_BASE64);
	size_t n = sizeof(raw);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	CHECK(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1);
	CHECK(EVP_DigestSign(ctx, raw, &n, (const unsigned char *)text, strlen(text)) == 1);
	EVP_MD_CTX_free(ctx);
	CHECK(EVP_EncodeBlock((unsigned char *)base64, raw, (int)n) == SIGN_BASE64 - 1);
	return base64;
}

static bool verify(const char *serial, const char *text, const char *base64)
{
	unsigned char raw[SIGN_BASE64];
	EVP_PKEY *key = NULL;
	EVP_MD_CTX *ctx;
	bool good;

	for (size_t i = 0; i < trusted_n; i++) {
		if (strcmp(trusted[i].serial, serial) == 0)
			key = trusted[i].key;
	}
	if (!key || strlen(base64) != SIGN_BASE64 - 1 ||
	    EVP_DecodeBlock(raw, (const unsigned char *)base64, SIGN_BASE64 - 1) < SIGN_BYTES)
		return false;
	ctx = EVP_MD_CTX_new();
	CHECK(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1);
	good = EVP_DigestVerify(ctx, raw, SIGN_BYTES, (const unsigned char *)text, strlen(text)) ==
	       1;
	EVP_MD_CTX_free(ctx);
	return good;
}

static struct shop_got read_got(struct kit_http http)
{
	struct shop_got a = { .http = http };

	a.json = http.body[0] != '\0' ? kit_json(http.body) : NULL;
	a.verified = verify(kit_header(http, "Wechatpay-Serial"),
			    kit_printf("%s\n%s\n%s\n", kit_header(http, "Wechatpay-Timestamp"),
				       kit_header(http, "Wechatpay-Nonce"), http.body),
			    kit_header(http, "Wechatpay-Signature"));
	return a;
}

static json_t *at(struct shop_got a, const char *path)
{
	struct str rest = str_of(path);
	json_t *value = a.json;

	while (rest.n > 0 && value) {
		struct str name = str_cut(rest, '/', &rest);

		value = json_object_getn(value, name.p, name.n);
	}
	return value;
}
