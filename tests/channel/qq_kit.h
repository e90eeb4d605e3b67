/* qq_kit.h - what the QQ Wallet tests share: accounts, and the platform's side: answers and notices
 * signed with the account's key.
 */
#pragma once

#include "channel/qq/qq.h"
#include "sys/crypto.h"
#include "tap.h"

#define NUMBER "att0HZX3K9F2M7QA"
#define REFUND_NUMBER "ref0HZX3K9F2M7QB"
#define TRADE_NO "1900000109201611220000000001"
#define PREPAY_ID "1V8cfb2c4c5cb5a2d3f5f9c1e7f5e1a0"
#define MCH_ID "1900000109"
#define APPID "100619284"
#define API_KEY "0123456789abcdefGHIJKLMNOPQRSTUV"
#define OTHER_API_KEY "VUTSRQPONMLKJIHGfedcba9876543210"

/* 2026-11-22 16:00:00 in UTC+8, and two hours later. */
#define NOW_MS INT64_C(1795334400000)
#define END_MS (NOW_MS + 7200000)

/* KIT_TLS is KIT_PLAIN over https with a certificate; KIT_BARE has no appid and no app_key. */
enum kit_mode { KIT_PLAIN, KIT_TLS, KIT_BARE, KIT_OTHER, KIT_MODES };

/* The members of a configuration; NULL leaves one out. */
struct kit_members {
	const char *mch_id, *appid, *api_key, *app_key, *op_user_id, *op_user_password;
	const char *cert, *key, *base_url, *api_base_url, *ca;
};
extern const struct kit_members KIT_MEMBERS[KIT_MODES];

/* Test keys: the shop's with its certificate, others', and roots. */
extern const struct kit_pems {
	const char *key, *certificate, *key_pkcs1, *key_public, *other_key, *other_certificate,
		*small_key, *roots;
} PEM;

enum err kit_config_read(const struct kit_members *m, bool livemode, int64_t now_ms,
			 char identity[33], struct channel_config **out);

/* An account of one version, made once. */
const struct channel_versions *kit_versions(enum kit_mode mode);

/* The arena starts empty with each call; the bytes of its randomness are 0, 1, 2, … each time. */
const struct channel_env *kit_env(void);

/* "b=2&a=1&c=" as a message, signed with a key over "a=1&b=2"; at most 64 members, no '&' in their
 * values. */
struct str kit_message(struct arena *a, const char *key, const char *members);

/* The same with our key and what all answers say: return_code SUCCESS, retcode 0, our mch_id. */
struct str kit_answer(struct arena *a, const char *members);

struct channel_reply kit_reply(struct str body);
struct channel_incoming kit_incoming(struct str body);
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
