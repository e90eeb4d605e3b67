#include "channel/wechat/sign.h"

#include <inttypes.h>
#include <string.h>

static struct str lines(struct arena *a, const struct str *line, size_t n);

struct str wechat_request_text(struct arena *a, const char *method, const char *target,
			       const char *timestamp, const char *nonce, struct str body)
{
	return lines(a,
		     (struct str[]){ str_of(method), str_of(target), str_of(timestamp),
				     str_of(nonce), body },
		     5);
}

struct str wechat_message_text(struct arena *a, struct str timestamp, struct str nonce,
			       struct str body)
{
	return lines(a, (struct str[]){ timestamp, nonce, body }, 3);
}

struct str wechat_front_text(struct arena *a, const char *appid, const char *timestamp,
			     const char *nonce, const char *last)
{
	return lines(
		a, (struct str[]){ str_of(appid), str_of(timestamp), str_of(nonce), str_of(last) },
		4);
}

enum err wechat_sign(const struct channel_config *c, struct arena *a, struct str text,
		     const char **signature)
{
	char *out = arena_alloc(a, RSA_SIGN_BASE64_MAX);

	TRY(rsa_sha256_sign(c->private_key, text, out));
	*signature = out;
	return ERR_OK;
}

void wechat_nonce(const struct channel_env *env, char out[WECHAT_NONCE_TEXT])
{
	rand_hex(env->rand, (WECHAT_NONCE_TEXT - 1) / 2, out);
}

void wechat_seconds(const struct channel_env *env, char out[WECHAT_SECONDS_TEXT])
{
	size_t n = 0;

	str_add(out, WECHAT_SECONDS_TEXT, &n, "%" PRId64, env->now_ms / 1000);
}

/* A line may itself end in a newline: it stays, and one more is added. */
static struct str lines(struct arena *a, const struct str *line, size_t n)
{
	size_t size = 1;
	char *text, *end;

	for (size_t i = 0; i < n; i++)
		size += line[i].n + 1;
	end = text = arena_alloc(a, size);
	for (size_t i = 0; i < n; i++) {
		if (line[i].n > 0)
			memcpy(end, line[i].p, line[i].n);
		end += line[i].n;
		*end++ = '\n';
	}
	return (struct str){ text, (size_t)(end - text) };
}
