#include "channel/wechat_kit.h"

#include "alipay_keys.h"
#include "base/check.h"
#include "base/codec.h"
#include "channel/wechat/stamp.h"
#include "sys/json.h"

const struct kit_pems PEM = {
	.app = APP_PEM,
	.app_public = APP_PUBLIC_PEM,
	.platform = PLATFORM_PEM,
	.platform_public = PLATFORM_PUBLIC_PEM,
	.other = OTHER_PEM,
	.other_public = OTHER_PUBLIC_PEM,
	.small_public = SMALL_PUBLIC_PEM,
	.app_certificate = APP_CERTIFICATE_PEM,
	.platform_certificate = PLATFORM_CERTIFICATE_PEM,
	.root_certificates = ROOT_CERTIFICATES_PEM,
};

const struct kit_signer PLATFORM = { PLATFORM_PEM, PUBLIC_KEY_ID, NOW_S };
const struct kit_signer PLATFORM_CERTIFICATE = { PLATFORM_PEM, CERT_SERIAL, NOW_S };

#define ACCOUNT                                                                           \
	.mch_id = MCH_ID, .appid = APPID, .serial_no = SERIAL_NO, .private_key = APP_PEM, \
	.api_v3_key = API_V3_KEY, .base_url = BASE_URL, .mini_appid = MINI_APPID,         \
	.app_appid = APP_APPID

const struct kit_members KIT_MEMBERS[KIT_MODES] = {
	[KIT_PUBLIC] = { ACCOUNT, .public_key_id = PUBLIC_KEY_ID, .public_key = PLATFORM_PUBLIC_PEM,
			 .backup_url = "http://127.0.0.1:8091/" },
	[KIT_CERT] = { ACCOUNT, .platform_certs = PLATFORM_CERTIFICATE_PEM },
	[KIT_BOTH] = { ACCOUNT, .public_key_id = PUBLIC_KEY_ID, .public_key = PLATFORM_PUBLIC_PEM,
		       .platform_certs = PLATFORM_CERTIFICATE_PEM },
	[KIT_NONE] = { ACCOUNT },
	[KIT_OTHER] = { ACCOUNT, .public_key_id = PUBLIC_KEY_ID, .public_key = OTHER_PUBLIC_PEM },
	[KIT_OTHER_API_V3] = { .mch_id = MCH_ID,
			       .appid = APPID,
			       .serial_no = SERIAL_NO,
			       .private_key = APP_PEM,
			       .api_v3_key = "another0key0of0the0same0merchant",
			       .base_url = BASE_URL,
			       .public_key_id = PUBLIC_KEY_ID,
			       .public_key = PLATFORM_PUBLIC_PEM },
	[KIT_ONE_APPID] = { .mch_id = MCH_ID,
			    .appid = APPID,
			    .serial_no = SERIAL_NO,
			    .private_key = APP_PEM,
			    .api_v3_key = API_V3_KEY,
			    .base_url = BASE_URL,
			    .public_key_id = PUBLIC_KEY_ID,
			    .public_key = PLATFORM_PUBLIC_PEM },
};

static void fives(struct rand *r, void *out, size_t n)
{
	(void)r;
	memset(out, '5', n);
}
static struct rand only_fives = { fives };

enum err kit_config_read(const struct kit_members *m, bool livemode, int64_t now_ms,
			 char identity[33], struct channel_config **out)
{
	const struct {
		const char *name, *value;
	} pairs[] = {
		{ "mch_id", m->mch_id },
		{ "appid", m->appid },
		{ "mini_appid", m->mini_appid },
		{ "app_appid", m->app_appid },
		{ "serial_no", m->serial_no },
		{ "private_key", m->private_key },
		{ "api_v3_key", m->api_v3_key },
		{ "public_key_id", m->public_key_id },
		{ "public_key", m->public_key },
		{ "platform_certs", m->platform_certs },
		{ "base_url", m->base_url },
		{ "backup_url", m->backup_url },
		{ "ca", m->ca },
	};
	struct jout w;
	enum err e;

	jout_open(&w);
	jout_object(&w, NULL);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].value != NULL)
			jout_text(&w, pairs[i].name, pairs[i].value);
	jout_object_end(&w);
	e = WECHAT.config_read((struct str){ w.p, w.n }, livemode, now_ms, identity, out);
	jout_free(&w);
	return e;
}

const struct channel_config *kit_config(enum kit_mode mode)
{
	static struct channel_config *made[KIT_MODES];
	char identity[33];

	if (made[mode] == NULL) {
		enum err e =
			kit_config_read(&KIT_MEMBERS[mode], false, NOW_MS, identity, &made[mode]);

		if (e != ERR_OK)
			printf("# %s: %s %s\n", err_name(e), err_param(), err_text());
		CHECK(e == ERR_OK);
	}
	return made[mode];
}

const struct channel_versions *kit_versions(enum kit_mode mode)
{
	static struct channel_versions versions[KIT_MODES];

	versions[mode] = (struct channel_versions){ .config = { kit_config(mode) }, .n = 1 };
	return &versions[mode];
}

struct channel_versions kit_two_versions(enum kit_mode newer, enum kit_mode older)
{
	return (struct channel_versions){ .config = { kit_config(newer), kit_config(older) },
					  .n = 2 };
}

const struct channel_env *kit_env(void)
{
	static struct arena *arena;
	static struct channel_env env;

	if (arena == NULL)
		arena = arena_new(16 * 1024 * 1024);
	arena_reset(arena);
	env = (struct channel_env){ .arena = arena, .rand = &only_fives, .now_ms = NOW_MS };
	return &env;
}

static const struct rsa_key *kit_key(const char *pem)
{
	static struct {
		const char *pem;
		struct rsa_key *key;
	} made[8];
	size_t i = 0;

	while (made[i].pem != NULL && strcmp(made[i].pem, pem) != 0)
		i++;
	if (made[i].key == NULL) {
		CHECK(rsa_private_read(str_of(pem), &made[i].key) == ERR_OK);
		made[i].pem = pem;
	}
	return made[i].key;
}

const char *kit_sign(struct arena *a, const char *pem, struct str text)
{
	char *sign = arena_alloc(a, RSA_SIGN_BASE64_MAX);

	CHECK(rsa_sha256_sign(kit_key(pem), text, sign) == ERR_OK);
	return sign;
}

const char *kit_headers(struct arena *a, const struct kit_signer *signer, struct str body)
{
	const char *nonce = "c5ac7061fccab6bf3e254dcf98995b8c";
	const char *text = arena_printf(a, "%lld\n%s\n", (long long)signer->at_s, nonce);
	size_t n = strlen(text);
	char *all = arena_alloc(a, n + body.n + 1);

	memcpy(all, text, n);
	if (body.n > 0)
		memcpy(all + n, body.p, body.n);
	all[n + body.n] = '\n';
	return arena_printf(a,
			    "HTTP/1.1 200 OK\r\nServer: nginx\r\nwechatpay-nonce: %s\r\n"
			    "Wechatpay-Signature: %s\r\nWechatpay-Timestamp: %lld\r\n"
			    "WECHATPAY-SERIAL: %s\r\nRequest-ID: 08C8\r\n\r\n",
			    nonce, kit_sign(a, signer->pem, (struct str){ all, n + body.n + 1 }),
			    (long long)signer->at_s, signer->serial);
}

struct channel_reply kit_reply_by(struct arena *a, const struct kit_signer *signer, int status,
				  const char *body)
{
	struct channel_reply reply = kit_unsigned(status, body);

	reply.headers = kit_headers(a, signer, reply.body);
	return reply;
}

struct channel_reply kit_reply(struct arena *a, int status, const char *body)
{
	return kit_reply_by(a, &PLATFORM, status, body);
}

struct channel_reply kit_unsigned(int status, const char *body)
{
	return (struct channel_reply){
		.call = ERR_OK,
		.status = status,
		.body = str_of(body),
		.headers = "HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n",
	};
}

const char *kit_resource(struct arena *a, const char *key, const char *more, const char *aad,
			 const char *plain)
{
	struct str text = str_of(plain);
	uint8_t *sealed = arena_alloc(a, text.n + AES_GCM_EXTRA);
	char *base64 = arena_alloc(a, BASE64_TEXT(text.n + AES_GCM_EXTRA));

	CHECK(aes_gcm_seal((const uint8_t *)key, &only_fives, str_of(aad), text, sealed) == ERR_OK);
	(void)base64_write(sealed + 12, text.n + AES_GCM_EXTRA - 12, base64);
	return arena_printf(a,
			    "{%s\"algorithm\":\"AEAD_AES_256_GCM\",\"ciphertext\":\"%s\","
			    "\"associated_data\":\"%s\",\"nonce\":\"%.12s\"}",
			    more, base64, aad, (const char *)sealed);
}

struct str kit_notice_body(struct arena *a, const char *event, const char *original_type,
			   const char *plain)
{
	const char *more = arena_printf(a, "\"original_type\":\"%s\",", original_type);

	return str_of(arena_printf(a,
				   "{\"id\":\"EV-2018022511223320873\",\"create_time\":"
				   "\"2026-11-22T16:01:03+08:00\",\"resource_type\":"
				   "\"encrypt-resource\",\"event_type\":\"%s\",\"summary\":"
				   "\"支付成功\",\"resource\":%s}",
				   event, kit_resource(a, API_V3_KEY, more, original_type, plain)));
}

struct channel_incoming kit_incoming_with(const char *headers, struct str body)
{
	return (struct channel_incoming){
		.body = body,
		.query = STR(""),
		.type = STR("application/json"),
		.header = wechat_reply_header,
		.self = headers,
	};
}

struct channel_incoming kit_incoming(struct arena *a, struct str body)
{
	return kit_incoming_with(kit_headers(a, &PLATFORM, body), body);
}

struct channel_create kit_create(const char *method)
{
	return (struct channel_create){
		.method = channel_method_find(&WECHAT, str_of(method)),
		.number = NUMBER,
		.fen = 10,
		.subject = "测试 <Tea> \"A\"/B",
		.openid = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
		.auth_code = "134567890123456789",
		.client_ip = "203.0.113.7",
		.notify_url = "https://pay.example.com/notify/wechat/1/main",
		.return_url = "",
		.expires_at_ms = END_MS,
	};
}

struct channel_refund_ask kit_refund(void)
{
	return (struct channel_refund_ask){
		.number = NUMBER,
		.trade_no = TRADE_NO,
		.refund_number = REFUND_NUMBER,
		.fen = 4,
		.total_fen = 10,
		.note = "尺码不对",
		.notify_url = "",
	};
}
