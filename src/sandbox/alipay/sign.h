/* sign.h - what Alipay signs, read a second time from its documents: the string and the signature.
 *
 * The platform's side needs three strings: of a request (to verify it), of a notice and of a
 * browser's return (to sign them).  Answers are signed as raw text, see envelope.h.
 *
 * Source: Alipay open platform, "signing" and "verifying notices by yourself"; see docs/sandbox.md.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sandbox/text.h"
#include "sys/crypto.h"

#include <stdbool.h>
#include <stddef.h>

enum { PARAMS_MAX = 64 };

struct param {
	struct str name, value;
};

/* Parameters in the order of adding; all text is borrowed. */
struct params {
	struct param at[PARAMS_MAX];
	size_t n;
};

/* Adds one; an empty value is left out, since the platform never sends one.  CHECKs that it fits:
 * for lists that the program makes itself. */
void params_add(struct params *ps, const char *name, struct str value);

/* The value of the parameter called `name`; "" if there is none. */
struct str params_get(const struct params *ps, const char *name);

/* Sorted by name, in byte order. */
void params_sort(struct params *ps);

enum sign_rule {
	SIGN_REQUEST, /* all but `sign` and empty values; sign_type is signed */
	SIGN_NOTICE   /* all but `sign` and `sign_type`; an empty value would stay as "name=" */
};

/* Appends name=value&name=value, sorted, the values as they are, to `out`. */
void sign_string(const struct params *ps, enum sign_rule rule, struct text *out);

/* Adds `sign` over what the rule says.  The text of the signature goes into out. */
MUST_USE enum err params_sign(struct params *ps, enum sign_rule rule, const struct rsa_key *key,
			      char out[RSA_SIGN_BASE64_MAX]);

/* Appends name=value&name=value in the list's order, encoded as a form. */
void params_form(const struct params *ps, struct text *out);
