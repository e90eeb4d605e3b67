/* keys.h - two apps of Alipay, one in key mode and one in certificate mode, and their keys.
 *
 * They are kept in DIR/alipay-keys.json, and handed to the shop as DIR/alipay.json and
 * DIR/alipay-cert.json.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sandbox/keys.h"
#include "sandbox/state.h"
#include "sandbox/trade.h"
#include "sys/crypto.h"

#include <stdbool.h>

enum { APP_KEY, APP_CERT, APPS_N };

/* One app of a merchant, as the platform knows it. */
struct app {
	struct merchant merchant; /* id and seller: 16 digits each */
	const char *file;         /* its configuration's name in DIR */
	bool certificates;        /* certificate mode: both sides name the SN of theirs */
	struct key_pair own;      /* the shop's; the private one is only for the configuration */
	struct key_pair platform; /* the platform's, for this app */
	char app_cert[PEM_MAX], platform_cert[PEM_MAX]; /* certificate mode only */

	struct rsa_key *verifies; /* what requests are checked with */
	struct rsa_key *signs;    /* what answers and notices are signed with */
	char app_cert_sn[CERT_SN_TEXT], platform_cert_sn[CERT_SN_TEXT];
	char root_sn[CERT_SNS_TEXT];
};

struct alipay_keys {
	struct app apps[APPS_N];
	struct secret root_pem;
	char root_cert[PEM_MAX];
};

/* The platform's open, write_configs and close: see platform.h. */
MUST_USE enum err ali_open(struct sandbox *s, const char *dir);
MUST_USE enum err ali_write_configs(const struct sandbox *s, const char *dir);
void ali_close(struct sandbox *s);

/* The app called `id`, or NULL. */
const struct app *ali_find_app(const struct alipay_keys *keys, struct str id);
