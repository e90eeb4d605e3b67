/* keys.h - two merchants of WeChat Pay and the platform's own keys.
 *
 * One merchant verifies the platform by its public key (PUB_KEY_ID_…, DIR/wechat.json), the other
 * by its certificates (DIR/wechat-cert.json).  All keys are kept in DIR/wechat-keys.json; a
 * rotation adds a certificate there, which signs from then on.
 *
 * Source: pay.weixin.qq.com, APIv3, "certificates and keys", "WeChat Pay public key".
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sandbox/keys.h"
#include "sandbox/state.h"
#include "sandbox/trade.h"
#include "sys/crypto.h"

#include <stdbool.h>
#include <stddef.h>

enum { WX_KEY, WX_CERT, WX_MERCHANTS, WX_CERTS_MAX = 8, WX_CERTS_SHOWN = 2, WX_APPIDS = 3 };

struct wx_merchant {
	struct merchant merchant;      /* id: mchid */
	const char *file;              /* its configuration's name in DIR */
	bool certificates;             /* it verifies by certificates; else by the public key */
	const char *appids[WX_APPIDS]; /* official account, mini program, app */
	struct key_pair own;           /* the private one is only for the configuration */
	char cert[PEM_MAX], serial[CERT_SERIAL_TEXT];
	struct secret api_v3_key; /* 32 letters and digits */
	struct rsa_key *verifies; /* what requests are checked with */
};

/* One key that the platform signs with. */
struct wx_signer {
	char serial[CERT_SERIAL_TEXT]; /* of the certificate, or PUB_KEY_ID_… */
	struct rsa_key *key;
};

struct wx_platform_cert {
	struct key_pair pair;
	char pem[PEM_MAX];
	int64_t made_ms;
	struct wx_signer signer;
};

struct wechat {
	struct wx_merchant merchants[WX_MERCHANTS];
	struct key_pair public_pair;
	struct wx_signer public_signer;

	/* In the order of making; the last one signs notices.  Only ever added to: lock held to
	 * read how many there are. */
	struct wx_platform_cert certs[WX_CERTS_MAX];
	size_t certs_n;
};

/* The platform's open, write_configs and close: see platform.h. */
MUST_USE enum err wx_open(struct sandbox *s, const char *dir);
MUST_USE enum err wx_write_configs(const struct sandbox *s, const char *dir);
void wx_close(struct sandbox *s);

/* The merchant called `id`, or NULL. */
const struct wx_merchant *wx_find_merchant(const struct wechat *w, struct str id);

/* Where the certificates begin that are valid: given out, and to be named by a request.  Lock
 * held. */
size_t wx_certs_first(const struct wechat *w);

/* A new certificate of the platform, kept in the file; the newest two are valid.  Lock not held,
 * one caller at a time.  ERR_BUSY after WX_CERTS_MAX; ERR_IO, ERR_CRYPTO. */
MUST_USE enum err wx_rotate(struct sandbox *s, int64_t now_ms);

/* POST /sandbox/wechat/rotate */
exchange_serve wx_control_rotate;
