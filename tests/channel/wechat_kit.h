/* wechat_kit.h - what the WeChat tests share: accounts with test keys, and the platform's side:
 * answers and notices signed with its key, contents encrypted under the APIv3 key.
 */
#pragma once

#include "channel/wechat/wechat.h"
#include "sys/crypto.h"
#include "tap.h"

#define NUMBER "att0HZX3K9F2M7QA"
#define REFUND_NUMBER "ref0HZX3K9F2M7QB"
#define TRADE_NO "4200002026112216000000000001"
#define MCH_ID "1900007291"
#define APPID "wx2026112216000001"
#define MINI_APPID "wx2026112216000002"
#define APP_APPID "wx2026112216000003"
#define SERIAL_NO "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"
#define API_V3_KEY "Tael0tests0of0WeChat0Pay0APIv3K0"
#define PUBLIC_KEY_ID "PUB_KEY_ID_0119000072912026112200351600000001"
/* By openssl x509 -serial. */
#define CERT_SERIAL "20260122000000000000000000000002"
#define BASE_URL "http://127.0.0.1:8090"

/* 2026-11-22 16:00:00 in UTC+8, and two hours later. */
#define NOW_MS INT64_C(1795334400000)
#define NOW_S 1795334400
#define END_MS (NOW_MS + 7200000)

/* The files of keys/. */
extern const struct kit_pems {
	const char *app, *app_public, *platform, *platform_public, *other, *other_public,
		*small_public, *app_certificate, *platform_certificate, *root_certificates;
} PEM;

enum kit_mode {
	KIT_PUBLIC,       /* the platform's public key */
	KIT_CERT,         /* its certificate */
	KIT_BOTH,         /* during a change-over */
	KIT_NONE,         /* certificates are still to be fetched */
	KIT_OTHER,        /* another public key under the same id */
	KIT_OTHER_API_V3, /* another APIv3 key */
	KIT_ONE_APPID,    /* no appid of its own for mini programs and phone apps */
	KIT_MODES
};

/* The members of a configuration; NULL leaves one out. */
struct kit_members {
	const char *mch_id, *appid, *mini_appid, *app_appid, *serial_no, *private_key, *api_v3_key;
	const char *public_key_id, *public_key, *platform_certs, *base_url, *backup_url, *ca;
};
extern const struct kit_members KIT_MEMBERS[KIT_MODES];

/* Writes the members as JSON and lets the channel read them. */
enum err kit_config_read(const struct kit_members *m, bool livemode, int64_t now_ms,
			 char identity[33], struct channel_config **out);

/* An account of one version, made once. */
const struct channel_config *kit_config(enum kit_mode mode);
const struct channel_versions *kit_versions(enum kit_mode mode);

/* Two versions, newest first. */
struct channel_versions kit_two_versions(enum kit_mode newer, enum kit_mode older);

/* The arena starts empty with each call: what an earlier one made is gone.  Every random byte is
 * '5'. */
const struct channel_env *kit_env(void);

/* SHA256withRSA over a text with a private key's PEM, base64. */
const char *kit_sign(struct arena *a, const char *pem, struct str text);

/* Who signs, and when. */
struct kit_signer {
	const char *pem, *serial;
	int64_t at_s;
};
extern const struct kit_signer PLATFORM;             /* by its public key, now */
extern const struct kit_signer PLATFORM_CERTIFICATE; /* by its certificate, now */

/* The header lines that an answer or a notice with this body carries. */
const char *kit_headers(struct arena *a, const struct kit_signer *signer, struct str body);

struct channel_reply kit_reply_by(struct arena *a, const struct kit_signer *signer, int status,
				  const char *body);
struct channel_reply kit_reply(struct arena *a, int status, const char *body); /* by PLATFORM */
struct channel_reply kit_unsigned(int status, const char *body);

/* {"algorithm","ciphertext","associated_data","nonce"} and `more` members before. */
const char *kit_resource(struct arena *a, const char *key, const char *more, const char *aad,
			 const char *plain);

/* The body of a notice. */
struct str kit_notice_body(struct arena *a, const char *event, const char *original_type,
			   const char *plain);

/* A request with these header lines. */
struct channel_incoming kit_incoming_with(const char *headers, struct str body);

/* The body signed by PLATFORM. */
struct channel_incoming kit_incoming(struct arena *a, struct str body);

struct channel_create kit_create(const char *method);
struct channel_refund_ask kit_refund(void);

/* What WeChat says of a trade; `state` and `rest` (",…" or "") are put in. */
#define KIT_TRADE(state, rest)                                                                   \
	"{\"amount\":{\"currency\":\"CNY\",\"payer_currency\":\"CNY\",\"payer_total\":9,"        \
	"\"total\":10},\"appid\":\"" APPID "\",\"attach\":\"\",\"bank_type\":\"OTHERS\","        \
	"\"mchid\":\"" MCH_ID "\",\"out_trade_no\":\"" NUMBER "\",\"payer\":{\"openid\":"        \
	"\"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o\"},\"promotion_detail\":[],\"success_time\":"            \
	"\"2026-11-22T16:01:02+08:00\",\"trade_state\":\"" state                                 \
	"\",\"trade_state_desc\":\"支付成功\",\"trade_type\":\"NATIVE\",\"transaction_id\":" \
	"\"" TRADE_NO "\"" rest "}"

/* The main of every test program: the algorithms are fetched first. */
#define KIT_MAIN(tests)                                                      \
	int main(int argc, char **argv)                                      \
	{                                                                    \
		crypto_start();                                              \
		return tap_main((tests), sizeof(tests) / sizeof((tests)[0]), \
				argc > 1 ? argv[1] : NULL);                  \
	}
