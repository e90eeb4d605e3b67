/* sign.c - MD5 over the members in order, then the merchant's key.
 *
 * Source: QQ Wallet, "签名算法", https://qpay.qq.com/buss/wiki/38/1192.
 */
#include "sandbox/qq/qpay.h"
#include "sandbox/text.h"
#include "sys/cleanup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b);

void qpay_sign(struct field *fields, size_t n, const char *key, char out[QPAY_SIGN_TEXT])
{
	CLEANUP(text_free) struct text text = { 0 };
	uint8_t digest[MD5_BYTES];

	qsort(fields, n, sizeof(fields[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		if (fields[i].value.n == 0 || str_is(fields[i].name, "sign"))
			continue;
		text_add(&text, fields[i].name);
		text_put(&text, "=");
		text_add(&text, fields[i].value);
		text_put(&text, "&");
	}
	text_printf(&text, "key=%s", key);
	md5(text_str(&text), digest);
	hex_write(digest, sizeof(digest), out);
	for (char *p = out; *p; p++)
		*p = (char)toupper((unsigned char)*p);
}

/* By bytes; no name comes twice. */
static int by_name(const void *a, const void *b)
{
	const struct str x = ((const struct field *)a)->name, y = ((const struct field *)b)->name;
	int order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);

	return order != 0 ? order : (x.n > y.n) - (x.n < y.n);
}
