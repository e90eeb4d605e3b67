#include "channel/wechat/answer.h"

#include "channel/wechat/config.h"
#include "channel/wechat/stamp.h"

#include <string.h>

enum { PAYMENT_CODE_DIGITS = 18 };

static enum err signature_check(const struct channel_versions *versions,
				const struct channel_reply *reply, const struct channel_env *env,
				struct channel_answer *answer, struct wechat_answer *out);
static const char *misfit_code(const struct channel_versions *versions,
			       const struct wechat_stamp *stamp, const struct channel_env *env);
static void error_read(int status, struct arena *a, struct channel_answer *answer,
		       struct wechat_answer *out);
static const char *detail_text(struct str body, struct arena *a);
static void without_underscores(const char *code, char out[64]);
static void hide_payment_codes(char *text);

void wechat_answer_read(const struct channel_versions *versions, const struct wechat_asked *asked,
			const struct channel_reply *reply, const struct channel_env *env,
			struct channel_answer *answer, struct wechat_answer *out)
{
	struct wechat_meaning meaning;

	*answer = (struct channel_answer){ .verdict = VERDICT_UNKNOWN };
	*out = (struct wechat_answer){ .body = STR("") };
	if (reply->call != ERR_OK) {
		channel_doubt(answer, "no answer: %s", err_doc(reply->call));
		return;
	}
	if (reply->body.n > WECHAT_BODY_MAX) {
		channel_doubt(answer, "an answer of more than %d bytes", WECHAT_BODY_MAX);
		return;
	}
	out->body = reply->body;
	if (signature_check(versions, reply, env, answer, out) != ERR_OK) {
		*out = (struct wechat_answer){ .body = STR("") };
		return;
	}
	if (reply->status == asked->done) {
		if (out->verified)
			answer->verdict = VERDICT_DONE;
		else
			channel_doubt(answer, "the answer is not signed");
		return;
	}
	error_read(reply->status, env->arena, answer, out);
	meaning = wechat_meaning_of(asked->kind, reply->status, out->code, out->verified);
	answer->verdict = meaning.verdict;
	answer->query_now = meaning.query_now;
}

bool wechat_answer_is(const struct wechat_answer *in, const char *code)
{
	return in->verified && strcmp(in->code, code) == 0;
}

void wechat_doubt(struct channel_answer *answer, const char *code)
{
	char text[ERR_TEXT_MAX];

	str_copy_cut(text, sizeof(text), str_of(err_text()));
	channel_says(answer, code, text);
	answer->verdict = VERDICT_UNKNOWN;
	answer->query_now = false;
}

/* ERR_OK: no signature at all, or one that fits. */
static enum err signature_check(const struct channel_versions *versions,
				const struct channel_reply *reply, const struct channel_env *env,
				struct channel_answer *answer, struct wechat_answer *out)
{
	struct wechat_stamp stamp;
	enum err e = wechat_stamp_read(wechat_reply_header, reply->headers, &stamp);

	if (stamp.signature.n == 0)
		return ERR_OK;
	if (e == ERR_OK)
		e = wechat_stamp_verify(versions, &stamp, reply->body, env, &answer->key_version);
	if (e != ERR_OK) {
		struct outcome why = outcome_of(e);
		const char *code = misfit_code(versions, &stamp, env);

		(void)outcome_raise(&why);
		wechat_doubt(answer, code);
		return e;
	}
	out->verified = true;
	return ERR_OK;
}

static const char *misfit_code(const struct channel_versions *versions,
			       const struct wechat_stamp *stamp, const struct channel_env *env)
{
	if (wechat_window_check(stamp, env->now_ms) != ERR_OK)
		return WECHAT_CODE_CLOCK;
	for (size_t i = 0; i < versions->n; i++)
		if (wechat_key_find(versions->config[i], stamp->serial) != NULL)
			return WECHAT_CODE_SIGNATURE;
	return WECHAT_CODE_SERIAL;
}

/* {"code","message","detail"}, or something else: then only the status is told. */
static void error_read(int status, struct arena *a, struct channel_answer *answer,
		       struct wechat_answer *out)
{
	size_t cap = out->body.n + 1;
	char *code = arena_alloc(a, cap), *message = arena_alloc(a, cap);
	struct jin r;

	jin_open(&r, out->body);
	jin_allow_unknown(&r);
	jin_text(&r, "code", JIN_NEEDED, code, cap);
	jin_text(&r, "message", JIN_OPTIONAL, message, cap);
	if (jin_done(&r) != ERR_OK) {
		channel_doubt(answer, "the answer is HTTP %d without an error code", status);
		return;
	}
	without_underscores(code, out->code);

	char *text = arena_printf(a, "HTTP %d%s %s%s", status, out->verified ? "" : " (not signed)",
				  message, detail_text(out->body, a));

	hide_payment_codes(text);
	channel_says(answer, code, text);
}

/* Which field is at fault, when it says so. */
static const char *detail_text(struct str body, struct arena *a)
{
	char *field = arena_alloc(a, body.n + 1), *issue = arena_alloc(a, body.n + 1);
	struct jin r, in;

	jin_open(&r, body);
	jin_allow_unknown(&r);
	if (jin_enter(&r, "detail", JIN_OPTIONAL, &in)) {
		jin_text(&in, "field", JIN_OPTIONAL, field, body.n + 1);
		jin_text(&in, "issue", JIN_OPTIONAL, issue, body.n + 1);
		jin_leave(&in);
	}
	if (jin_done(&r) != ERR_OK || (field[0] == '\0' && issue[0] == '\0'))
		return "";
	return arena_printf(a, " (%s%s%s)", field, field[0] && issue[0] ? ": " : "", issue);
}

static void without_underscores(const char *code, char out[64])
{
	size_t n = 0;

	for (; *code && n < 63; code++)
		if (*code != '_')
			out[n++] = *code;
	out[n] = '\0';
}

/* A payer's code (18 digits, beginning 10 to 15) must reach no log. */
static void hide_payment_codes(char *text)
{
	size_t n;

	for (; *text; text += n ? n : 1) {
		n = strspn(text, "0123456789");
		if (n == PAYMENT_CODE_DIGITS && text[0] == '1' && text[1] <= '5')
			memset(text, '*', n);
	}
}
