/* inspect.c - why an answer or a notice is accepted or refused, for people, offline.
 *
 * An MD5 does not tell whose key made it, so a signature that does not fit is one of a changed body
 * or of another key; a few usual mistakes are told apart.
 *
 * Source: QQ Wallet, "安全规范", https://qpay.qq.com/buss/wiki/38/1192, read 2026-11.
 */
#include "channel/qq/config.h"
#include "channel/qq/message.h"
#include "channel/qq/sign.h"
#include "sys/cleanup.h"
#include "sys/json.h"
#include "sys/xml.h"

/* What was found; `reason` is told as it is. */
struct finding {
	bool verified;
	const char *reason;
	const char *kind; /* "answer" "notice" */
	struct str text;  /* what the signature has to fit, without the key */
	struct xml message;
};

static void message_inspect(const struct channel_versions *versions, struct arena *a,
			    struct finding *f);
static const char *misfit(const struct channel_versions *versions, const struct finding *f,
			  struct arena *a);
static struct str spaces_left_out(struct str text, struct arena *a);
static struct str finding_write(const struct finding *f, struct arena *a);

struct str qq_inspect(const struct channel_versions *versions, const struct channel_incoming *in,
		      const struct channel_env *env)
{
	struct str body = str_trim(in->body);
	struct finding f = { .kind = "notice", .text = STR("") };

	if (body.n == 0)
		f.reason = "there is no body: QQ Wallet sends browsers back with nothing signed";
	else if (xml_read(body, env->arena, &f.message) != ERR_OK)
		f.reason = arena_text(env->arena, str_of(err_text()));
	else
		message_inspect(versions, env->arena, &f);
	return finding_write(&f, env->arena);
}

static void message_inspect(const struct channel_versions *versions, struct arena *a,
			    struct finding *f)
{
	struct str sign = xml_value(&f->message, "sign");

	if (xml_value(&f->message, "return_code").n > 0)
		f->kind = "answer";
	f->text = qq_text_to_sign(f->message.field, f->message.n, a);
	if (qq_fits(versions, f->text, sign, a) == 0) {
		f->reason = misfit(versions, f, a);
	} else if (versions->n > 0 &&
		   !str_is(xml_value(&f->message, "mch_id"), versions->config[0]->mch_id)) {
		f->reason = "the signature fits, but mch_id differs: of another merchant";
	} else {
		f->verified = true;
		f->reason = "the signature fits";
	}
}

static const char *misfit(const struct channel_versions *versions, const struct finding *f,
			  struct arena *a)
{
	struct str sign = xml_value(&f->message, "sign");

	if (sign.n == 0 && str_is(xml_value(&f->message, "return_code"), "FAIL"))
		return "it is not signed: the platform did not understand the request, and "
		       "return_msg tells why";
	if (sign.n == 0)
		return "it is not signed: there is no member sign";
	if (sign.n == 2 * SHA256_BYTES)
		return "signed with HMAC-SHA256: choose MD5, QQ Wallet's own";
	if (sign.n != QQ_SIGN_TEXT - 1)
		return "sign is not the 32 hex digits of an MD5";
	if (qq_fits(versions, spaces_left_out(f->text, a), sign, a) > 0)
		return "body was changed or re-encoded: spaces were added";
	return "signed with another api_key, or body was changed after it was signed";
}

static struct str spaces_left_out(struct str text, struct arena *a)
{
	char *out = arena_alloc(a, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (str_find(STR(" \t\r\n"), text.p[i]) == 4)
			out[n++] = text.p[i];
	return (struct str){ out, n };
}

static struct str finding_write(const struct finding *f, struct arena *a)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "verdict", f->verified ? "verified" : "rejected");
	jout_text(&w, "reason", f->reason);
	jout_object(&w, "content");
	jout_text(&w, "kind", f->kind);
	jout_str(&w, "signed_text", f->text);
	for (size_t i = 0; i < f->message.n; i++) {
		if (i == 0)
			jout_object(&w, "fields");
		jout_str(&w, f->message.field[i].name.p, f->message.field[i].value);
		if (i == f->message.n - 1)
			jout_object_end(&w);
	}
	jout_object_end(&w);
	jout_object_end(&w);
	return (struct str){ arena_text(a, (struct str){ w.p, w.n }), w.n };
}
