/* inspect.c - why an answer or a notice is accepted or refused, for people, offline.
 *
 * The steps are those of a reader, one by one: the header fields, the time, the serial, the
 * signature, and what is encrypted.  Whose key made a signature is told apart from what it covers.
 *
 * Source: WeChat Pay, "签名验证",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay4_1.shtml, read 2026-11.
 */
#include "channel/wechat/config.h"
#include "channel/wechat/message.h"
#include "channel/wechat/notice.h"
#include "channel/wechat/request.h"
#include "channel/wechat/sign.h"
#include "channel/wechat/stamp.h"
#include "sys/cleanup.h"

#include <string.h>

/* What was found; `reason` is told as it is. */
struct finding {
	bool verified;
	const char *reason;
	const char *kind; /* "answer" "notice" "return" */
	struct wechat_stamp stamp;
	struct str text;             /* what the signature has to fit */
	struct wechat_notice notice; /* kind "notice" */
	struct str content;          /* decrypted */
};

static void message_inspect(const struct channel_versions *versions,
			    const struct channel_incoming *in, const struct channel_env *env,
			    struct finding *f);
static void notice_inspect(const struct channel_versions *versions,
			   const struct channel_incoming *in, const struct channel_env *env,
			   struct finding *f);
static const char *misfit(const struct channel_versions *versions, const struct finding *f);
static struct str finding_write(const struct finding *f, struct arena *a);
static void show(struct jout *w, const char *key, struct str s, struct arena *a);

struct str wechat_inspect(const struct channel_versions *versions,
			  const struct channel_incoming *in, const struct channel_env *env)
{
	struct finding f = { .kind = "return",
			     .reason = "WeChat signs no return of the payer's browser" };
	bool twice = false;

	if (in->body.n > 0 || in->header(in->self, "Wechatpay-Signature", &twice).n > 0) {
		bool notice = wechat_notice_open(in->body, env->arena, &f.notice) == ERR_OK;

		f.kind = notice ? "notice" : "answer";
		message_inspect(versions, in, env, &f);
		if (f.verified && notice)
			notice_inspect(versions, in, env, &f);
	}
	return finding_write(&f, env->arena);
}

static void message_inspect(const struct channel_versions *versions,
			    const struct channel_incoming *in, const struct channel_env *env,
			    struct finding *f)
{
	int version;
	enum err e = wechat_stamp_read(in->header, in->self, &f->stamp);

	f->text = wechat_message_text(env->arena, f->stamp.timestamp, f->stamp.nonce, in->body);
	if (e == ERR_OK)
		e = wechat_stamp_verify(versions, &f->stamp, in->body, env, &version);
	f->verified = e == ERR_OK;
	f->reason = f->verified ? "the signature fits" : arena_text(env->arena, str_of(err_text()));
	if (e != ERR_OK && strcmp(f->reason, "the signature does not fit") == 0)
		f->reason = misfit(versions, f);
}

/* A signature may fit, and the rest be of no use. */
static void notice_inspect(const struct channel_versions *versions,
			   const struct channel_incoming *in, const struct channel_env *env,
			   struct finding *f)
{
	struct channel_answer answer;
	struct channel_notice notice;
	int version;

	if (wechat_resource_open(versions, &f->notice.resource, env->arena, &f->content,
				 &version) != ERR_OK)
		f->content = STR("");
	if (wechat_notice_read(versions, in, env, &answer, &notice) == ERR_OK)
		return;
	f->verified = false;
	f->reason = arena_printf(env->arena, "the signature fits, but %s", err_text());
}

/* Whose key made the signature? */
static const char *misfit(const struct channel_versions *versions, const struct finding *f)
{
	if (str_starts(f->stamp.signature, "WECHATPAY/SIGNTEST/"))
		return "a probe of the platform's: its signature is wrong on purpose, and it must "
		       "be refused";
	for (size_t i = 0; i < versions->n; i++) {
		const struct channel_config *c = versions->config[i];
		const struct wechat_key *named = wechat_key_find(c, f->stamp.serial);

		if (named != NULL && rsa_sha256_made_by(named->key, f->stamp.signature))
			return "body was changed or re-encoded after it was signed, or the header "
			       "fields are another message's";
		if (rsa_sha256_made_by(c->private_key, f->stamp.signature))
			return "signed with the merchant's own key, not with the platform's";
		for (size_t k = 0; k < c->keys_n; k++)
			if (rsa_sha256_made_by(c->keys[k].key, f->stamp.signature))
				return "made by another key of the platform's than the one whose "
				       "serial it names";
	}
	return "made by another key than the one whose serial it names";
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
	show(&w, "serial", f->stamp.serial, a);
	show(&w, "timestamp", f->stamp.timestamp, a);
	show(&w, "signature", f->stamp.signature, a);
	show(&w, "signed_text", f->text, a);
	if (f->notice.event[0]) {
		jout_text(&w, "id", f->notice.id);
		jout_text(&w, "event_type", f->notice.event);
	}
	if (f->content.n > 0)
		show(&w, "resource", f->content, a);
	jout_object_end(&w);
	jout_object_end(&w);
	return wechat_json(&w, a);
}

/* A zero byte, which no reader of JSON takes, as its picture. */
static void show(struct jout *w, const char *key, struct str s, struct arena *a)
{
	static const char ZERO[] = "\xe2\x90\x80"; /* U+2400 */
	char *text = arena_alloc(a, 3 * s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\0') {
			memcpy(text + n, ZERO, 3);
			n += 3;
		} else {
			text[n++] = s.p[i];
		}
	}
	jout_str(w, key, (struct str){ text, n });
}
