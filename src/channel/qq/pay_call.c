/* pay_call.c - what a page or a phone app hands to QQ to have an order paid.
 *
 * Source: QQ Wallet, "公众号支付", https://qpay.qq.com/buss/wiki/38/1203, and "APP 支付",
 * https://qpay.qq.com/buss/wiki/38/1196, read 2026-11.
 */
#include "channel/qq/config.h"
#include "channel/qq/message.h"
#include "sys/cleanup.h"
#include "sys/json.h"

#include <string.h>

static struct str json_of(const struct jout *w, struct arena *a);
static void app_sign(const struct channel_config *c, struct str text, struct arena *a,
		     char sig[BASE64_TEXT(SHA1_BYTES)]);

/* For mqq.tenpay.pay. */
struct str qq_jsapi_call(const struct channel_config *c, struct str prepay_id, struct arena *a)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	jout_open(&w);
	jout_object(&w, NULL);
	jout_str(&w, "tokenId", prepay_id);
	jout_text(&w, "appInfo",
		  arena_printf(a, "appid#%s|bargainor_id#%s|channel#wallet", c->appid, c->mch_id));
	jout_object_end(&w);
	return json_of(&w, a);
}

/* Signed over five of its members in byte order, an empty pubAcc among them; not over the time. */
struct str qq_app_call(const struct channel_config *c, struct str prepay_id, const char *nonce,
		       int64_t now_ms, struct arena *a)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	char sig[BASE64_TEXT(SHA1_BYTES)];
	const char *text = arena_printf(a, "appId=%s&bargainorId=%s&nonce=%s&pubAcc=&tokenId=%.*s",
					c->appid, c->mch_id, nonce, (int)prepay_id.n, prepay_id.p);
	app_sign(c, str_of(text), a, sig);
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "appId", c->appid);
	jout_text(&w, "bargainorId", c->mch_id);
	jout_str(&w, "tokenId", prepay_id);
	jout_text(&w, "pubAcc", "");
	jout_text(&w, "nonce", nonce);
	jout_integer(&w, "timeStamp", now_ms / 1000);
	jout_text(&w, "sig", sig);
	jout_text(&w, "sigType", "HMAC-SHA1");
	jout_object_end(&w);
	return json_of(&w, a);
}

static struct str json_of(const struct jout *w, struct arena *a)
{
	return (struct str){ arena_text(a, (struct str){ w->p, w->n }), w->n };
}

static void app_sign(const struct channel_config *c, struct str text, struct arena *a,
		     char sig[BASE64_TEXT(SHA1_BYTES)])
{
	char *key = arena_printf(a, "%s&", c->app_key);
	uint8_t digest[SHA1_BYTES];

	hmac_sha1(str_of(key), text, digest);
	wipe(key, strlen(key));
	(void)base64_write(digest, SHA1_BYTES, sig);
}
