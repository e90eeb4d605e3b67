/* alipay_kit.h - what the Alipay tests share: accounts with test keys, and the platform's side:
 * answers and notices signed with its key.
 */
#pragma once

#include "channel/alipay/alipay.h"
#include "sys/crypto.h"
#include "tap.h"

#define NUMBER "att0HZX3K9F2M7QA"
#define REFUND_NUMBER "ref0HZX3K9F2M7QB"
#define TRADE_NO "2026112222001400000000000001"
#define APP_ID "2021000000000001"

/* 2026-11-22 16:00:00 in UTC+8, and two hours later. */
#define NOW_MS INT64_C(1795334400000)
#define END_MS (NOW_MS + 7200000)

/* The files of keys/. */
extern const struct kit_pems {
	const char *app, *app_pkcs1, *app_public, *platform, *platform_public, *other,
		*other_public, *small, *small_public, *app_certificate, *platform_certificate,
		*root_certificates;
} PEM;

enum kit_mode { KIT_KEY, KIT_CERT, KIT_OTHER, KIT_SELLER, KIT_MODES };

/* The members of a configuration; NULL leaves one out. */
struct kit_members {
	const char *app_id, *private_key, *alipay_public_key;
	const char *app_cert, *alipay_cert, *alipay_root_cert;
	const char *gateway, *seller_id, *ca;
};
extern const struct kit_members KIT_MEMBERS[KIT_MODES];

struct kit_pair {
	const char *name, *value;
};

/* Writes the members as JSON and lets the channel read them. */
enum err kit_config_read(const struct kit_members *m, bool livemode, int64_t now_ms,
			 char identity[33], struct channel_config **out);

/* An account of one version, made once. */
const struct channel_config *kit_config(enum kit_mode mode);
const struct channel_versions *kit_versions(enum kit_mode mode);

/* The arena starts empty with each call: what an earlier one made is gone. */
const struct channel_env *kit_env(void);

/* RSA2 over a text with a private key's PEM, base64. */
const char *kit_sign(struct arena *a, const char *pem, struct str text);

/* {"NAME":NODE,"sign":"…"}; a '/' in the signature is escaped, as the platform does. */
struct str kit_body_named(struct arena *a, const char *pem, const char *name, const char *node);

/* The platform's answer to a method of the trade family: "query" for alipay.trade.query. */
struct str kit_body(struct arena *a, const char *method, const char *node);

struct channel_reply kit_reply(struct str body);

/* A signed form.  The pairs are given in byte order of their names, as they are signed. */
struct str kit_form(struct arena *a, const char *pem, const struct kit_pair *pairs, size_t n);

struct channel_incoming kit_incoming(struct str body, struct str query);

struct channel_create kit_create(const char *method);
struct channel_refund_ask kit_refund(void);

/* The main of every test program: the algorithms are fetched first. */
#define KIT_MAIN(tests)                                                      \
	int main(int argc, char **argv)                                      \
	{                                                                    \
		crypto_start();                                              \
		return tap_main((tests), sizeof(tests) / sizeof((tests)[0]), \
				argc > 1 ? argv[1] : NULL);                  \
	}
