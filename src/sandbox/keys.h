/* keys.h - the sandbox's own keys: two apps of Alipay, one in key mode and one in certificate mode.
 *
 * They are made once, kept in DIR/keys.json, and handed to the shop's side as DIR/alipay.json and
 * DIR/alipay-cert.json, the configurations that `tael channel add` takes.  Every file is mode 0600.
 * Whoever reads them can pay nobody: they are known to this sandbox only.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sys/crypto.h"
#include "sys/rand.h"
#include "sys/secret.h"

#include <stdbool.h>
#include <stdint.h>

enum { APP_KEY, APP_CERT, APPS_N, PEM_MAX = 4096, APP_ID_TEXT = 17 };

/* One app of a merchant, as the platform knows it. */
struct app {
	const char *id, *seller_id; /* 16 digits each */
	const char *file;           /* its configuration's name in DIR */
	bool certificates;          /* certificate mode: both sides name the SN of theirs */
	struct secret private_pem;  /* the shop's key: only written into the configuration */
	char public_pem[PEM_MAX];
	struct secret platform_pem; /* the platform's key for this app */
	char platform_public_pem[PEM_MAX];
	char app_cert[PEM_MAX], platform_cert[PEM_MAX]; /* certificate mode only */

	struct rsa_key *verifies; /* of public_pem: what requests are checked with */
	struct rsa_key *signs;    /* of platform_pem: what answers and notices are signed with */
	char app_cert_sn[CERT_SN_TEXT], platform_cert_sn[CERT_SN_TEXT];
	char root_sn[CERT_SNS_TEXT];
};

struct keys {
	struct app apps[APPS_N];
	struct secret root_pem;
	char root_cert[PEM_MAX];
};

/* Reads DIR/keys.json, or makes the keys and writes it (and DIR, mode 0700, if it is missing).
 * *keys must be zeroed; release it with keys_free whatever came of it.  ERR_IO; ERR_CONFIG when the
 * file holds something else; ERR_CRYPTO. */
MUST_USE enum err keys_open(struct keys *keys, const char *dir, struct rand *rand, int64_t now_ms);

/* Writes both configurations, naming the gateway below `url`.  ERR_IO. */
MUST_USE enum err keys_write_configs(const struct keys *keys, const char *dir, const char *url);

/* The app called `id`, or NULL. */
const struct app *keys_app(const struct keys *keys, struct str id);

void keys_free(struct keys *keys);
