/* config.h - one version of an Alipay account: its keys, read and checked.
 *
 * Key mode has the platform's public key; certificate mode has three certificates, whose serials go
 * into every request.  Signing itself is the same.
 *
 * Source: Alipay Open Platform, "公钥证书方式", https://opendocs.alipay.com/common/057k53, read
 * 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "channel/host.h"
#include "sys/crypto.h"

#define ALIPAY_GATEWAY_LIVE "https://openapi.alipay.com/gateway.do"
#define ALIPAY_GATEWAY_TEST "https://openapi-sandbox.dl.alipaydev.com/gateway.do"

enum { ALIPAY_APP_ID_MAX = 32, ALIPAY_GATEWAY_MAX = 256 };

struct channel_config {
	bool livemode;
	char app_id[ALIPAY_APP_ID_MAX + 1];
	char seller_id[17]; /* "": not compared */
	char gateway[ALIPAY_GATEWAY_MAX + 1];
	struct rsa_key *private_key; /* ours: signs */
	struct rsa_key *alipay_key;  /* the platform's public key: verifies */
	/* "" in key mode */
	char app_sn[CERT_SN_TEXT], alipay_sn[CERT_SN_TEXT], root_sns[CERT_SNS_TEXT];
	char *roots;        /* PEM, trusted instead of the system's; "" if none */
	int64_t expires_ms; /* the earliest end of all certificates; 0 if there is none */
};

extern const struct channel_hosts ALIPAY_HOSTS;

/* See struct channel. */
enum err alipay_config_read(struct str json, bool livemode, int64_t now_ms, char identity[33],
			    struct channel_config **out);
void alipay_config_free(struct channel_config *c);
int64_t alipay_config_expires_ms(const struct channel_config *c);
