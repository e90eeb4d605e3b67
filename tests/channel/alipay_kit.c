#include "channel/alipay_kit.h"

#include "alipay_keys.h"
#include "base/check.h"
#include "base/codec.h"
#include "sys/json.h"

const struct kit_pems PEM = {
	.app = APP_PEM,
	.app_pkcs1 = APP_PKCS1_PEM,
	.app_public = APP_PUBLIC_PEM,
	.platform = PLATFORM_PEM,
	.platform_public = PLATFORM_PUBLIC_PEM,
	.other = OTHER_PEM,
	.other_public = OTHER_PUBLIC_PEM,
	.small = SMALL_PEM,
	.small_public = SMALL_PUBLIC_PEM,
	.app_certificate = APP_CERTIFICATE_PEM,
	.platform_certificate = PLATFORM_CERTIFICATE_PEM,
	.root_certificates = ROOT_CERTIFICATES_PEM,
};

static const struct rsa_key *kit_key(const char *pem);

const struct kit_members KIT_MEMBERS[KIT_MODES] = {
	[KIT_KEY] = { .app_id = APP_ID,
		      .private_key = APP_PEM,
		      .alipay_public_key = PLATFORM_PUBLIC_PEM },
	[KIT_CERT] = { .app_id = APP_ID,
		       .private_key = APP_PEM,
		       .app_cert = APP_CERTIFICATE_PEM,
		       .alipay_cert = PLATFORM_CERTIFICATE_PEM,
		       .alipay_root_cert = ROOT_CERTIFICATES_PEM },
	[KIT_OTHER] = { .app_id = APP_ID,
			.private_key = APP_PEM,
			.alipay_public_key = OTHER_PUBLIC_PEM },
	[KIT_SELLER] = { .app_id = APP_ID,
			 .private_key = APP_PEM,
			 .alipay_public_key = PLATFORM_PUBLIC_PEM,
			 .seller_id = "2088000000000011" },
};

enum err kit_config_read(const struct kit_members *m, bool livemode, int64_t now_ms,
			 char identity[33], struct channel_config **out)
{
	const struct kit_pair pairs[] = {
		{ "app_id", m->app_id },
		{ "private_key", m->private_key },
		{ "alipay_public_key", m->alipay_public_key },
		{ "app_cert", m->app_cert },
		{ "alipay_cert", m->alipay_cert },
		{ "alipay_root_cert", m->alipay_root_cert },
		{ "gateway", m->gateway },
		{ "seller_id", m->seller_id },
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
	e = ALIPAY.config_read((struct str){ w.p, w.n }, livemode, now_ms, identity, out);
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

const struct channel_env *kit_env(void)
{
	static struct arena *arena;
	static struct channel_env env;

	if (arena == NULL)
		arena = arena_new(16 * 1024 * 1024);
	arena_reset(arena);
	env = (struct channel_env){ .arena = arena, .rand = rand_system(), .now_ms = NOW_MS };
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

struct str kit_body_named(struct arena *a, const char *pem, const char *name, const char *node)
{
	const char *sign = kit_sign(a, pem, str_of(node));
	char *escaped = arena_alloc(a, 2 * strlen(sign) + 1), *end = escaped;

	for (; *sign; sign++) {
		if (*sign == '/')
			*end++ = '\\';
		*end++ = *sign;
	}
	return str_of(arena_printf(a, "{\"%s\":%s,\"sign\":\"%s\"}", name, node, escaped));
}

struct str kit_body(struct arena *a, const char *method, const char *node)
{
	return kit_body_named(a, PEM.platform, arena_printf(a, "alipay_trade_%s_response", method),
			      node);
}

struct channel_reply kit_reply(struct str body)
{
	return (struct channel_reply){ .call = ERR_OK, .status = 200, .body = body, .headers = "" };
}

struct str kit_form(struct arena *a, const char *pem, const struct kit_pair *pairs, size_t n)
{
	const char *text = "", *form = "";

	for (size_t i = 0; i < n; i++) {
		struct str value = str_of(pairs[i].value);
		char *encoded = arena_alloc(a, URL_TEXT(value.n));

		CHECK(i == 0 || strcmp(pairs[i - 1].name, pairs[i].name) < 0);
		(void)url_write(value, encoded);
		text = arena_printf(a, "%s%s%s=%s", text, i > 0 ? "&" : "", pairs[i].name,
				    pairs[i].value);
		form = arena_printf(a, "%s%s=%s&", form, pairs[i].name, encoded);
	}
	struct str sign = str_of(kit_sign(a, pem, str_of(text)));
	char *encoded = arena_alloc(a, URL_TEXT(sign.n));

	(void)url_write(sign, encoded);
	return str_of(arena_printf(a, "%ssign_type=RSA2&sign=%s", form, encoded));
}

struct channel_incoming kit_incoming(struct str body, struct str query)
{
	return (struct channel_incoming){
		.body = body,
		.query = query,
		.type = STR("application/x-www-form-urlencoded; charset=utf-8"),
	};
}

struct channel_create kit_create(const char *method)
{
	return (struct channel_create){
		.method = channel_method_find(&ALIPAY, str_of(method)),
		.number = NUMBER,
		.fen = 10,
		.subject = "测试 <Tea> \"A\"/B",
		.openid = "2088000000000001",
		.auth_code = "28763443825664394",
		.client_ip = "",
		.notify_url = "https://pay.example.com/notify/alipay/1/main",
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
