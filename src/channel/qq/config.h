/* config.h - one version of a QQ Wallet account: the key that signs both ways, and the certificate
 * that refunds and reversals show.
 *
 * Source: QQ Wallet, "安全规范", https://qpay.qq.com/buss/wiki/38/1192, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "channel/host.h"
#include "sys/crypto.h"

#define QQ_BASE_LIVE "https://qpay.qq.com"
#define QQ_API_BASE_LIVE "https://api.qpay.qq.com"

enum { QQ_API_KEY_BYTES = 32, QQ_BASE_MAX = 256 };

struct channel_config {
	bool livemode;
	char mch_id[33];
	char appid[33];                     /* "": not sent; jsapi and app need it */
	char api_key[QQ_API_KEY_BYTES + 1]; /* a secret */
	char app_key[65];                   /* a secret; "": no qq.app */
	char op_user_id[33];
	char op_user_passwd[2 * MD5_BYTES + 1];                /* a secret: hex of the MD5 */
	char base[QQ_BASE_MAX + 1], api_base[QQ_BASE_MAX + 1]; /* without a '/' at the end */
	char cert[16384], key[8192];                           /* PEM; "" for a test over http */
	char ca[32768];                                        /* PEM; "": the system's roots */
	int64_t expires_ms; /* the first certificate's end; 0: none */
};

/* Who may be called: at `base`, at `api_base`. */
extern const struct channel_hosts QQ_HOSTS, QQ_API_HOSTS;

/* See struct channel. */
enum err qq_config_read(struct str json, bool livemode, int64_t now_ms, char identity[33],
			struct channel_config **out);
void qq_config_free(struct channel_config *c);
int64_t qq_config_expires_ms(const struct channel_config *c);

/* The rule of hosts for an address as it stands in a configuration. */
MUST_USE enum err qq_base_check(const char *member, const char *base,
				const struct channel_hosts *hosts, bool livemode);
