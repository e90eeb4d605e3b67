/* config.h - one version of a WeChat Pay account: its keys, read and checked.
 *
 * Whatever comes from the platform names, by a serial, the key that it is signed with: the
 * platform's public key ("PUB_KEY_ID_…") or one of its certificates.  A merchant may have either or
 * both; certificates may also be fetched and added later.
 *
 * Source: WeChat Pay, "微信支付公钥", https://pay.weixin.qq.com/doc/v3/merchant/4012153196, and
 *         "平台证书", https://pay.weixin.qq.com/doc/v3/merchant/4012551764, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "sys/crypto.h"

#define WECHAT_BASE_LIVE "https://api.mch.weixin.qq.com"
#define WECHAT_BACKUP_LIVE "https://api2.mch.weixin.qq.com"

enum {
	WECHAT_MCH_ID_MAX = 32,
	WECHAT_APPID_MAX = 32,
	WECHAT_BASE_MAX = 256,
	WECHAT_KEYS_MAX = 2 * CHANNEL_CERTIFICATES_MAX
};

/* A key of the platform's. */
struct wechat_key {
	char serial[CHANNEL_SERIAL_MAX + 1];
	struct rsa_key *key;
	int64_t ends_ms; /* 0: a public key, which does not end */
};

struct channel_config {
	bool livemode;
	char mch_id[WECHAT_MCH_ID_MAX + 1];
	char appid[WECHAT_APPID_MAX + 1];
	char mini_appid[WECHAT_APPID_MAX + 1], app_appid[WECHAT_APPID_MAX + 1]; /* never "" */
	char serial_no[CHANNEL_SERIAL_MAX + 1]; /* of the merchant's own certificate */
	struct rsa_key *private_key;            /* ours: signs */
	uint8_t api_v3_key[AES256_KEY_BYTES];   /* opens what the platform encrypts */
	char base_url[WECHAT_BASE_MAX + 1],
		backup_url[WECHAT_BASE_MAX + 1]; /* backup_url "" if none */
	struct wechat_key keys[WECHAT_KEYS_MAX];
	size_t keys_n;
	char *roots;        /* PEM; "" trusts the system's */
	int64_t expires_ms; /* the earliest end of a certificate in the configuration; 0 if none */
};

/* See struct channel. */
enum err wechat_config_read(struct str json, bool livemode, int64_t now_ms, char identity[33],
			    struct channel_config **out);
void wechat_config_free(struct channel_config *c);
int64_t wechat_config_expires_ms(const struct channel_config *c);
bool wechat_certificates_wanted(const struct channel_config *c);
enum err wechat_certificate_add(struct channel_config *c, struct str pem);

/* The hosts that this account calls, as channel_host_allow. */
MUST_USE enum err wechat_hosts_check(const struct channel_config *c);

/* The key that a serial names, or NULL. */
const struct wechat_key *wechat_key_find(const struct channel_config *c, struct str serial);

/* The key that the platform is asked to sign with: the public key, else the certificate that ends
 * last; NULL when none is known yet. */
const struct wechat_key *wechat_key_preferred(const struct channel_config *c);

/* True when two serials are one: hex in either case, leading zeros or not. */
bool wechat_serial_is(struct str serial, const char *other);
