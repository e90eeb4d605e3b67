/* form.h - a signed form: a notice's body or the query of a browser's return.
 *
 * Decoded once; verified over all fields but `sign` and `sign_type`, empty values kept.  Messages
 * of the open platform, which are not about a trade, keep sign_type in what they sign.
 *
 * Source: Alipay Open Platform, "异步通知说明", https://opendocs.alipay.com/open/270/105902, read
 * 2026-11. Source: Alipay Open Platform, "自行实现验签", https://opendocs.alipay.com/common/02mse7,
 * read 2026-11.
 */
#pragma once

#include "base/codec.h"
#include "channel/channel.h"

enum { ALIPAY_FORM_MAX = 65536, ALIPAY_FORM_FIELDS_MAX = 128 };

struct alipay_form {
	struct field *field;
	size_t n;
	struct str text; /* what was verified, last */
	int version;     /* which version's key fits, from 1; 0 before it was verified */
};

/* ERR_INVALID: not a form, a field twice, too large. */
MUST_USE enum err alipay_form_open(struct str text, struct arena *a, struct alipay_form *out);

/* The value of a field, "" if it is absent. */
struct str alipay_form_value(const struct alipay_form *form, const char *name);

/* ERR_SIGNATURE: not signed with RSA2 by a key of ours. */
MUST_USE enum err alipay_form_verify(const struct channel_versions *versions, struct arena *a,
				     struct alipay_form *form);

/* Leaves out fields that Alipay does not put into a return: the shop's own, which are not signed.
 */
void alipay_form_keep_return_fields(struct alipay_form *form);

/* A verified form is of this application and, where configured, this seller.  ERR_NOTICE. */
MUST_USE enum err alipay_form_is_ours(const struct channel_versions *versions,
				      const struct alipay_form *form);
