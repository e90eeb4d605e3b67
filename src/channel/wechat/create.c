/* create.c - a payment: hands the ask to its method's file, and writes what all orders say.
 *
 * Ordering again under the same number with the same values gives the same order.
 *
 * Source: WeChat Pay, "Native 下单", https://pay.weixin.qq.com/doc/v3/merchant/4012791877, read
 *         2026-11.
 */
#include "channel/wechat/message.h"

#include "base/check.h"
#include "base/time.h"
#include "channel/wechat/answer.h"
#include "channel/wechat/request.h"

#include <string.h>

/* notify_url is a needed member.  Without a public address none is reached, and queries tell. */
#define NO_NOTIFY_URL "https://notify.invalid/wechat"

enum { DESCRIPTION_MAX = 127 };

static const struct {
	const char *name;
	enum err (*build)(const struct channel_versions *versions, const struct channel_create *ask,
			  const struct channel_env *env, struct channel_call *call);
	void (*read)(const struct channel_versions *versions, const struct channel_create *ask,
		     const struct channel_reply *reply, const struct channel_env *env,
		     struct channel_answer *answer, struct channel_created *created);
} METHODS[] = {
	{ "wechat.qr", wechat_qr_build, wechat_qr_read },
	{ "wechat.h5", wechat_h5_build, wechat_h5_read },
	{ "wechat.jsapi", wechat_jsapi_build, wechat_jsapi_read },
	{ "wechat.mini", wechat_mini_build, wechat_mini_read },
	{ "wechat.app", wechat_app_build, wechat_app_read },
	{ "wechat.barcode", wechat_barcode_build, wechat_barcode_read },
};

static size_t method_of(const struct channel_create *ask);
static enum err notify_url_check(const char *url);

enum err wechat_create_build(const struct channel_versions *versions,
			     const struct channel_create *ask, const struct channel_env *env,
			     struct channel_call *call, struct channel_action *action)
{
	(void)action;
	return METHODS[method_of(ask)].build(versions, ask, env, call);
}

void wechat_create_read(const struct channel_versions *versions, const struct channel_create *ask,
			const struct channel_reply *reply, const struct channel_env *env,
			struct channel_answer *answer, struct channel_created *created)
{
	*created = (struct channel_created){ .trade = channel_trade_unknown() };
	METHODS[method_of(ask)].read(versions, ask, reply, env, answer, created);
	if (answer->verdict == VERDICT_DONE && created->trade.state == TRADE_ABSENT) {
		created->trade.state = TRADE_WAITING;
		str_copy_cut(created->trade.number, sizeof(created->trade.number),
			     str_of(ask->number));
	}
}

enum err wechat_order_write(struct jout *w, const struct channel_config *c, const char *appid,
			    const struct channel_create *ask)
{
	char description[DESCRIPTION_MAX + 1];

	TRY(wechat_number_check(ask->number));
	if (ask->fen <= 0 || ask->fen > INT32_MAX)
		FAIL_AT(ERR_INVALID, "amount", "must be 1 to %d fen", INT32_MAX);
	if (str_trim(str_of(ask->subject)).n == 0 || !str_is_text(str_of(ask->subject)))
		FAIL_AT(ERR_INVALID, "subject", "must be a text");
	if (wechat_has_wide_character(ask->subject))
		FAIL_AT(ERR_INVALID, "subject",
			"WeChat takes no characters of four bytes, such as emoji");
	wechat_text_cut(ask->subject, DESCRIPTION_MAX, description);

	jout_object(w, NULL);
	jout_text(w, "appid", appid);
	jout_text(w, "mchid", c->mch_id);
	jout_text(w, "description", description);
	jout_text(w, "out_trade_no", ask->number);
	jout_object(w, "amount");
	jout_integer(w, "total", ask->fen);
	jout_text(w, "currency", "CNY");
	jout_object_end(w);
	return ERR_OK;
}

enum err wechat_prepay_write(struct jout *w, const struct channel_config *c, const char *appid,
			     const struct channel_create *ask)
{
	const char *notify_url = ask->notify_url[0] ? ask->notify_url : NO_NOTIFY_URL;
	char local[LOCAL_TEXT], end[LOCAL_TEXT + 6];
	size_t n = 0;

	TRY(notify_url_check(notify_url));
	TRY(wechat_order_write(w, c, appid, ask));
	china_write(ask->expires_at_ms, local);
	str_add(end, sizeof(end), &n, "%.10sT%s+08:00", local, local + 11);
	jout_text(w, "time_expire", end);
	jout_text(w, "notify_url", notify_url);
	return ERR_OK;
}

const char *wechat_prepay_read(const struct channel_versions *versions, const char *member,
			       const struct channel_reply *reply, const struct channel_env *env,
			       struct channel_answer *answer)
{
	const struct wechat_asked asked = { .kind = WECHAT_PAYMENT, .done = 200 };
	struct wechat_answer in;
	struct jin r;
	char *value;

	wechat_answer_read(versions, &asked, reply, env, answer, &in);
	if (answer->verdict != VERDICT_DONE)
		return "";
	value = arena_alloc(env->arena, in.body.n + 1);
	jin_open(&r, in.body);
	jin_allow_unknown(&r);
	jin_text(&r, member, JIN_NEEDED, value, in.body.n + 1);
	if (jin_done(&r) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return "";
	}
	for (const char *p = value; *p; p++) {
		if (*p > ' ' && *p <= '~')
			continue;
		channel_doubt(answer, "%s cannot be right", member);
		return "";
	}
	if (value[0] == '\0')
		channel_doubt(answer, "the answer has no %s", member);
	return value;
}

static size_t method_of(const struct channel_create *ask)
{
	for (size_t i = 0; i < sizeof(METHODS) / sizeof(METHODS[0]); i++)
		if (strcmp(ask->method->name, METHODS[i].name) == 0)
			return i;
	CHECK(!"a method of another channel");
	return 0;
}

static enum err notify_url_check(const char *url)
{
	TRY(wechat_url_check("notify_url", url));
	if (strpbrk(url, "?#") != NULL)
		FAIL_AT(ERR_INVALID, "notify_url", "must have no query");
	return ERR_OK;
}
