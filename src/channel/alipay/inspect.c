/* inspect.c - why an answer, a notice or a return is accepted or refused, for people, offline.
 *
 * A body that begins with '{' is an answer of the gateway, another body is a notice; without a body
 * the query is a browser's return.  Whose key made a signature is told apart from what it covers,
 * and a few usual mistakes (slashes escaped anew, decoded twice) are tried out.
 *
 * Source: Alipay Open Platform, "自行实现验签", https://opendocs.alipay.com/common/02mse7, read
 * 2026-11.
 */
#include "channel/alipay/answer.h"
#include "channel/alipay/config.h"
#include "channel/alipay/form.h"
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "channel/alipay/sign.h"
#include "sys/cleanup.h"

#include <string.h>

/* What was found; `reason` is told as it is. */
struct finding {
	bool verified;
	const char *reason;
	const char *kind; /* "answer" "notice" "return" */
	struct str text;  /* what the signature has to fit */
	const struct alipay_form *form;
	struct alipay_envelope envelope;
};

static void answer_inspect(const struct channel_versions *versions, struct str body,
			   struct arena *a, struct finding *f);
static void form_inspect(const struct channel_versions *versions, struct str text, struct arena *a,
			 struct finding *f);
static const char *misfit(const struct channel_versions *versions, struct str signature,
			  const char *other_content);
static const char *misfit_of_answer(const struct channel_versions *versions,
				    const struct alipay_envelope *envelope, struct arena *a);
static const char *misfit_of_form(const struct channel_versions *versions,
				  const struct alipay_form *form, struct arena *a);
static struct str slashes_changed(struct str text, bool escape, struct arena *a);
static bool decoded_twice_fits(const struct channel_versions *versions,
			       const struct alipay_form *form, struct arena *a);
static struct str finding_write(const struct finding *f, struct arena *a);

struct str alipay_inspect(const struct channel_versions *versions,
			  const struct channel_incoming *in, const struct channel_env *env)
{
	struct str body = str_trim(in->body);
	struct finding f = { .text = STR("") };

	if (body.n > 0 && body.p[0] == '{') {
		f.kind = "answer";
		answer_inspect(versions, body, env->arena, &f);
	} else {
		f.kind = body.n > 0 ? "notice" : "return";
		form_inspect(versions, body.n > 0 ? body : str_trim(in->query), env->arena, &f);
	}
	return finding_write(&f, env->arena);
}

static void answer_inspect(const struct channel_versions *versions, struct str body,
			   struct arena *a, struct finding *f)
{
	if (alipay_envelope_read(body, NULL, a, &f->envelope) != ERR_OK) {
		f->reason = arena_text(a, str_of(err_text()));
		f->envelope = (struct alipay_envelope){ 0 };
		return;
	}
	f->text = f->envelope.node;
	if (f->envelope.sign.n == 0) {
		f->reason = "the answer is not signed: it can only be a failure at the gateway";
		return;
	}
	f->verified = alipay_fits(versions, f->envelope.cert_sn, f->text, f->envelope.sign) > 0;
	f->reason =
		f->verified ? "the signature fits" : misfit_of_answer(versions, &f->envelope, a);
}

static void form_inspect(const struct channel_versions *versions, struct str text, struct arena *a,
			 struct finding *f)
{
	struct alipay_form *form = arena_alloc(a, sizeof(*form));

	if (alipay_form_open(text, a, form) != ERR_OK) {
		f->reason = arena_text(a, str_of(err_text()));
		return;
	}
	f->form = form;
	f->verified = alipay_form_verify(versions, a, form) == ERR_OK;
	if (!f->verified && strcmp(f->kind, "return") == 0) {
		alipay_form_keep_return_fields(form);
		f->verified = alipay_form_verify(versions, a, form) == ERR_OK;
	}
	f->text = form->text;
	f->reason = "the signature fits";
	if (!f->verified) {
		f->reason = misfit_of_form(versions, form, a);
	} else if (alipay_form_is_ours(versions, form) != ERR_OK) {
		f->verified = false;
		f->reason = arena_printf(a, "the signature fits, but %s differs: %s", err_param(),
					 err_text());
	}
}

/* Whose key made the signature? */
static const char *misfit(const struct channel_versions *versions, struct str signature,
			  const char *other_content)
{
	for (size_t i = 0; i < versions->n; i++) {
		if (rsa_sha256_made_by(versions->config[i]->alipay_key, signature))
			return other_content;
		if (rsa_sha256_made_by(versions->config[i]->private_key, signature))
			return "signed with the application's own key, not with Alipay's";
	}
	return "signed with another key";
}

static const char *misfit_of_answer(const struct channel_versions *versions,
				    const struct alipay_envelope *envelope, struct arena *a)
{
	struct str unescaped = slashes_changed(envelope->node, false, a);
	struct str escaped = slashes_changed(envelope->node, true, a);
	const char *ours = versions->n > 0 ? versions->config[0]->alipay_sn : "";

	if (alipay_fits(versions, STR(""), unescaped, envelope->sign) > 0 ||
	    alipay_fits(versions, STR(""), escaped, envelope->sign) > 0)
		return "body was changed or re-encoded: its slashes are escaped in another way";
	if (envelope->cert_sn.n > 0 && !str_is(envelope->cert_sn, ours))
		return arena_printf(a, "signed with another key: the certificate %.*s, not %s",
				    (int)(envelope->cert_sn.n < 64 ? envelope->cert_sn.n : 64),
				    envelope->cert_sn.p, ours[0] ? ours : "the public key given");
	return misfit(versions, envelope->sign,
		      "body was changed or re-encoded after it was signed");
}

static const char *misfit_of_form(const struct channel_versions *versions,
				  const struct alipay_form *form, struct arena *a)
{
	struct str sign = alipay_form_value(form, "sign");
	struct str type = alipay_form_value(form, "sign_type");

	if (sign.n == 0)
		return "it is not signed: there is no field sign";
	if (!str_is(type, "RSA2"))
		return "its sign_type is not RSA2: choose RSA2 for the application in the console";
	if (str_find(sign, ' ') < sign.n)
		return "body was changed or re-encoded: a '+' in sign became a space";
	if (decoded_twice_fits(versions, form, a))
		return "body was changed or re-encoded: its values are encoded twice";
	return misfit(versions, sign, "body was changed or re-encoded after it was signed");
}

/* Every '/' as "\/", or every "\/" as '/'. */
static struct str slashes_changed(struct str text, bool escape, struct arena *a)
{
	char *out = arena_alloc(a, 2 * text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (escape && text.p[i] == '/')
			out[n++] = '\\';
		if (!escape && text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == '/')
			continue;
		out[n++] = text.p[i];
	}
	return (struct str){ out, n };
}

static bool decoded_twice_fits(const struct channel_versions *versions,
			       const struct alipay_form *form, struct arena *a)
{
	struct alipay_form again = *form;

	again.field = arena_alloc(a, (form->n + 1) * sizeof(*again.field));
	for (size_t i = 0; i < form->n; i++) {
		struct field *f = &again.field[i];
		char *value = arena_alloc(a, form->field[i].value.n + 1);

		*f = form->field[i];
		/* A '+' is base64 there, not a space. */
		if (str_is(f->name, "sign") && str_find(f->value, '%') == f->value.n)
			continue;
		if (url_read(f->value, value, &f->value.n) != ERR_OK)
			return false;
		f->value.p = value;
	}
	return alipay_form_verify(versions, a, &again) == ERR_OK;
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
	for (size_t i = 0; f->form != NULL && i < f->form->n; i++) {
		if (i == 0)
			jout_object(&w, "fields");
		jout_str(&w, f->form->field[i].name.p, f->form->field[i].value);
		if (i == f->form->n - 1)
			jout_object_end(&w);
	}
	if (f->envelope.node.n > 0) {
		jout_str(&w, "node", f->envelope.name);
		if (f->envelope.sign.n > 0)
			jout_str(&w, "sign", f->envelope.sign);
		if (f->envelope.cert_sn.n > 0)
			jout_str(&w, "alipay_cert_sn", f->envelope.cert_sn);
	}
	jout_object_end(&w);
	jout_object_end(&w);
	return alipay_json(&w, a);
}
