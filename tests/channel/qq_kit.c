#include "channel/qq_kit.h"

#include "alipay_keys.h"
#include "base/check.h"
#include "base/codec.h"
#include "sys/json.h"

#include <stdlib.h>

enum { MEMBERS_MAX = 64 };

#define BASE "http://127.0.0.1:8090"

const struct kit_pems PEM = {
	.key = APP_PEM,
	.certificate = APP_CERTIFICATE_PEM,
	.key_pkcs1 = APP_PKCS1_PEM,
	.key_public = APP_PUBLIC_PEM,
	.other_key = OTHER_PEM,
	.other_certificate = PLATFORM_CERTIFICATE_PEM,
	.small_key = SMALL_PEM,
	.roots = ROOT_CERTIFICATES_PEM,
};

static int by_text(const void *a, const void *b);
static void count_up(struct rand *r, void *out, size_t n);

const struct kit_members KIT_MEMBERS[KIT_MODES] = {
	[KIT_PLAIN] = { .mch_id = MCH_ID,
			.appid = APPID,
			.api_key = API_KEY,
			.app_key = "d139ae6fb0175e5659dce2a7c1fe84d5",
			.op_user_password = "operator 1",
			.base_url = BASE,
			.api_base_url = BASE "/" },
	[KIT_TLS] = { .mch_id = MCH_ID,
		      .appid = APPID,
		      .api_key = API_KEY,
		      .op_user_password = "operator 1",
		      .cert = APP_CERTIFICATE_PEM,
		      .key = APP_PEM,
		      .base_url = "https://pay.example.com/qq/",
		      .api_base_url = "https://api.example.com:8443",
		      .ca = ROOT_CERTIFICATES_PEM },
	[KIT_BARE] = { .mch_id = MCH_ID,
		       .api_key = API_KEY,
		       .op_user_password = "operator 1",
		       .base_url = BASE,
		       .api_base_url = BASE },
	[KIT_OTHER] = { .mch_id = MCH_ID,
			.appid = APPID,
			.api_key = OTHER_API_KEY,
			.op_user_password = "operator 1",
			.base_url = BASE,
			.api_base_url = BASE },
};

enum err kit_config_read(const struct kit_members *m, bool livemode, int64_t now_ms,
			 char identity[33], struct channel_config **out)
{
	const struct {
		const char *name, *value;
	} pairs[] = {
		{ "mch_id", m->mch_id },
		{ "appid", m->appid },
		{ "api_key", m->api_key },
		{ "app_key", m->app_key },
		{ "op_user_id", m->op_user_id },
		{ "op_user_password", m->op_user_password },
		{ "cert", m->cert },
		{ "key", m->key },
		{ "base_url", m->base_url },
		{ "api_base_url", m->api_base_url },
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
	e = QQ.config_read((struct str){ w.p, w.n }, livemode, now_ms, identity, out);
	jout_free(&w);
	return e;
}

const struct channel_versions *kit_versions(enum kit_mode mode)
{
	static struct channel_config *made[KIT_MODES];
	static struct channel_versions versions[KIT_MODES];
	char identity[33];

	if (made[mode] == NULL) {
		enum err e =
			kit_config_read(&KIT_MEMBERS[mode], false, NOW_MS, identity, &made[mode]);

		if (e != ERR_OK)
			printf("# %s: %s %s\n", err_name(e), err_param(), err_text());
		CHECK(e == ERR_OK);
	}
	versions[mode] = (struct channel_versions){ .config = { made[mode] }, .n = 1 };
	return &versions[mode];
}

const struct channel_env *kit_env(void)
{
	static struct rand counting = { count_up };
	static struct arena *arena;
	static struct channel_env env;

	if (arena == NULL)
		arena = arena_new(16 * 1024 * 1024);
	arena_reset(arena);
	env = (struct channel_env){ .arena = arena, .rand = &counting, .now_ms = NOW_MS };
	return &env;
}

struct str kit_message(struct arena *a, const char *key, const char *members)
{
	const char *member[MEMBERS_MAX], *text = "", *xml = "<xml>";
	struct str rest = str_of(members);
	uint8_t digest[MD5_BYTES];
	char sign[HEX_TEXT(MD5_BYTES)];
	size_t n = 0;

	while (rest.n > 0) {
		CHECK(n < MEMBERS_MAX);
		member[n++] = arena_text(a, str_cut(rest, '&', &rest));
	}
	/* As whole texts: no name here goes on with a digit where another one ends. */
	qsort(member, n, sizeof(member[0]), by_text);
	for (size_t i = 0; i < n; i++) {
		struct str value, name = str_cut(str_of(member[i]), '=', &value);

		xml = arena_printf(a, "%s<%.*s><![CDATA[%.*s]]></%.*s>", xml, (int)name.n, name.p,
				   (int)value.n, value.p, (int)name.n, name.p);
		if (value.n > 0)
			text = arena_printf(a, "%s%s&", text, member[i]);
	}
	md5(str_of(arena_printf(a, "%skey=%s", text, key)), digest);
	hex_write(digest, MD5_BYTES, sign);
	for (char *p = sign; *p; p++)
		*p = (char)(*p >= 'a' ? *p - 32 : *p);
	return str_of(arena_printf(a, "%s<sign>%s</sign></xml>", xml, sign));
}

struct str kit_answer(struct arena *a, const char *members)
{
	return kit_message(a, API_KEY,
			   arena_printf(a,
					"appid=" APPID "&mch_id=" MCH_ID "&nonce_str=5K8264&"
					"retcode=0&retmsg=ok&return_code=SUCCESS&return_msg=&%s",
					members));
}

struct channel_reply kit_reply(struct str body)
{
	return (struct channel_reply){ .call = ERR_OK, .status = 200, .body = body, .headers = "" };
}

struct channel_incoming kit_incoming(struct str body)
{
	return (struct channel_incoming){ .body = body,
					  .query = STR(""),
					  .type = STR("text/xml; charset=utf-8") };
}

struct channel_create kit_create(const char *method)
{
	return (struct channel_create){
		.method = channel_method_find(&QQ, str_of(method)),
		.number = NUMBER,
		.fen = 10,
		.subject = "测试 <Tea> \"A\"/B",
		.openid = "",
		.auth_code = "910728310408849937",
		.client_ip = "203.0.113.7",
		.notify_url = "https://pay.example.com/notify/qq/1/main",
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

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void count_up(struct rand *r, void *out, size_t n)
{
	(void)r;
	for (size_t i = 0; i < n; i++)
		((uint8_t *)out)[i] = (uint8_t)i;
}
