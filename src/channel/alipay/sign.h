/* sign.h - the text under a signature, and which of our versions made or fits it.
 *
 * A request signs all its parameters but `sign`; a trade notice and a browser's return all but
 * `sign` and `sign_type`.  Values are raw, not URL-encoded.  RSA2 is SHA256withRSA, PKCS#1 v1.5.
 *
 * Source: Alipay Open Platform, "自行实现签名", https://opendocs.alipay.com/common/057k53, read
 * 2026-11. Source: Alipay Open Platform, "自行实现验签", https://opendocs.alipay.com/common/02mse7,
 * read 2026-11.
 */
#pragma once

#include "base/codec.h"
#include "channel/channel.h"

/* Requests leave empty values out.  The platform's own verifiers keep them in notices. */
enum empty_values { EMPTY_LEFT_OUT, EMPTY_KEPT };

/* "a=1&b=2" in byte order of the names, without the names in `drop` (ends in NULL), in the arena.
 */
struct str alipay_text_to_sign(struct arena *a, const struct field *fields, size_t n,
			       const char *const *drop, enum empty_values empty);

/* Which version's platform key fits, from 1; 0 if none does.  `cert_sn` is the serial that the
 * answer names, "" if none: a version with that serial is the only one asked then. */
int alipay_fits(const struct channel_versions *versions, struct str cert_sn, struct str text,
		struct str signature);
