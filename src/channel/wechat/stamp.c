#include "channel/wechat/stamp.h"

#include "channel/wechat/config.h"
#include "channel/wechat/sign.h"

#include <string.h>
#include <strings.h>

enum { FIELD_MAX = 1024 };

static struct str next_line(struct str *rest);

struct str wechat_reply_header(const void *self, const char *name, bool *twice)
{
	struct str rest = str_of(self), found = STR("");
	bool ours = false;
	size_t n = 0;

	*twice = false;
	while (rest.n > 0) {
		struct str line = next_line(&rest), value;
		struct str field = str_cut(line, ':', &value);

		/* A folded line: nobody sends one, and whose value it is would be a guess. */
		if (ours && line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t'))
			*twice = true;
		ours = field.n < line.n && field.n == strlen(name) &&
		       strncasecmp(field.p, name, field.n) == 0;
		if (ours && n++ == 0)
			found = str_trim(value);
	}
	*twice = *twice || n > 1;
	return found;
}

enum err wechat_stamp_read(wechat_header *header, const void *self, struct wechat_stamp *out)
{
	const struct {
		const char *name;
		struct str *value;
	} fields[] = {
		{ "Wechatpay-Timestamp", &out->timestamp },
		{ "Wechatpay-Nonce", &out->nonce },
		{ "Wechatpay-Signature", &out->signature },
		{ "Wechatpay-Serial", &out->serial },
	};
	const char *missing = NULL, *doubled = NULL;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		bool twice = false;

		*fields[i].value = header(self, fields[i].name, &twice);
		if (twice && doubled == NULL)
			doubled = fields[i].name;
		if (fields[i].value->n == 0 && missing == NULL)
			missing = fields[i].name;
		if (fields[i].value->n > FIELD_MAX || !str_is_text(*fields[i].value))
			FAIL(ERR_SIGNATURE, "%s cannot be right", fields[i].name);
	}
	if (missing != NULL)
		FAIL(ERR_SIGNATURE, "it is not signed: there is no %s", missing);
	if (doubled != NULL)
		FAIL(ERR_SIGNATURE, "%s comes twice", doubled);
	return ERR_OK;
}

enum err wechat_window_check(const struct wechat_stamp *stamp, int64_t now_ms)
{
	int64_t seconds, apart_ms;

	if (str_integer(stamp->timestamp, 0, INT64_C(99999999999), &seconds) != ERR_OK)
		FAIL(ERR_SIGNATURE, "Wechatpay-Timestamp is not a time in seconds");
	apart_ms = now_ms - seconds * 1000;
	if (apart_ms > WECHAT_WINDOW_MS || apart_ms < -WECHAT_WINDOW_MS)
		FAIL(ERR_SIGNATURE, "it was signed %lld seconds %s, more than %d",
		     (long long)(apart_ms > 0 ? apart_ms : -apart_ms) / 1000,
		     apart_ms > 0 ? "ago" : "ahead of our clock", WECHAT_WINDOW_MS / 1000);
	return ERR_OK;
}

enum err wechat_stamp_verify(const struct channel_versions *versions,
			     const struct wechat_stamp *stamp, struct str body,
			     const struct channel_env *env, int *version)
{
	struct str text = wechat_message_text(env->arena, stamp->timestamp, stamp->nonce, body);
	bool known = false;

	TRY(wechat_window_check(stamp, env->now_ms));
	for (size_t i = 0; i < versions->n; i++) {
		const struct wechat_key *k = wechat_key_find(versions->config[i], stamp->serial);

		known = known || k != NULL;
		if (k != NULL && rsa_sha256_verify(k->key, text, stamp->signature) == ERR_OK) {
			*version = (int)i + 1;
			return ERR_OK;
		}
	}
	if (!known)
		FAIL(ERR_SIGNATURE, "it names a serial that is not known here: %.*s",
		     (int)(stamp->serial.n < CHANNEL_SERIAL_MAX ? stamp->serial.n
								: CHANNEL_SERIAL_MAX),
		     stamp->serial.p);
	FAIL(ERR_SIGNATURE, "the signature does not fit");
}

static struct str next_line(struct str *rest)
{
	struct str line = str_cut(*rest, '\n', rest);

	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}
