/* create_order.c - qq.qr, qq.jsapi and qq.app: an order, which the payer then pays by a code,
 * inside QQ's browser or in a phone app.  The same order again is the same order.
 *
 * The answer names no out_trade_no: that it is ours stands on TLS alone, and the amount is compared
 * when the payment is told.
 *
 * Source: QQ Wallet, "统一下单", https://qpay.qq.com/buss/wiki/38/1203, read 2026-11.
 */
#include "channel/qq/answer.h"
#include "channel/qq/config.h"
#include "channel/qq/message.h"
#include "channel/qq/trade.h"

#include "base/check.h"

#include <string.h>

enum { CODE_URL_MAX = 1024, PREPAY_ID_MAX = 128 };

static const char *trade_type(const struct channel_create *ask);
static enum err action_read(const struct channel_config *c, const struct channel_create *ask,
			    const struct xml *m, const struct channel_env *env,
			    struct channel_action *action);

enum err qq_order_build(const struct channel_versions *versions, const struct channel_create *ask,
			const struct channel_env *env, struct channel_call *call)
{
	const struct channel_config *c = versions->config[0];
	struct qq_request r = { .path = "/cgi-bin/pay/qpay_unified_order.cgi" };
	char *end = arena_alloc(env->arena, QQ_TIME_TEXT);

	if (ask->method->action != ACTION_QRCODE && c->appid[0] == '\0')
		FAIL_AT(ERR_INVALID, "method", "the channel's configuration has no appid");
	if (ask->method->action == ACTION_APP && c->app_key[0] == '\0')
		FAIL_AT(ERR_INVALID, "method", "the channel's configuration has no app_key");
	TRY(qq_order_add(&r, ask, env->arena));
	qq_time_write(ask->expires_at_ms, end);
	qq_add_text(&r, "time_expire", end);
	qq_add_text(&r, "trade_type", trade_type(ask));
	return qq_call_build(versions, &r, env, call);
}

void qq_order_read(const struct channel_versions *versions, const struct channel_create *ask,
		   const struct channel_reply *reply, const struct channel_env *env,
		   struct channel_answer *answer, struct channel_created *created)
{
	const struct qq_asked asked = { .number = ask->number,
					.may_be_silent = true,
					.moves_nothing = true };
	struct qq_answer in;

	qq_answer_read(versions, &asked, reply, env->arena, answer, &in);
	if (answer->verdict != VERDICT_DONE)
		return;
	if (action_read(versions->config[0], ask, &in.message, env, &created->action) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	created->trade.state = TRADE_WAITING;
	str_copy_cut(created->trade.number, sizeof(created->trade.number), str_of(ask->number));
}

static const char *trade_type(const struct channel_create *ask)
{
	switch (ask->method->action) {
	case ACTION_QRCODE:
		return "NATIVE";
	case ACTION_JSAPI:
		return "JSAPI";
	case ACTION_APP:
		return "APP";
	case ACTION_NONE:
	case ACTION_REDIRECT:
		break;
	}
	CHECK(!"a method of another channel");
	return "";
}

static enum err action_read(const struct channel_config *c, const struct channel_create *ask,
			    const struct xml *m, const struct channel_env *env,
			    struct channel_action *action)
{
	enum action_type type = ask->method->action;
	struct str said = xml_value(m, "trade_type");
	char nonce[33];
	struct str code = xml_value(m, "code_url"), prepay_id = xml_value(m, "prepay_id");

	if (said.n > 0 && !str_is(said, trade_type(ask)))
		FAIL(ERR_INVALID, "the answer is about another trade_type");
	if (type == ACTION_QRCODE && (code.n == 0 || code.n > CODE_URL_MAX))
		FAIL(ERR_INVALID, "the answer has no code_url");
	if (type != ACTION_QRCODE && (prepay_id.n == 0 || prepay_id.n > PREPAY_ID_MAX))
		FAIL(ERR_INVALID, "the answer has no prepay_id");
	rand_hex(env->rand, sizeof(nonce) / 2, nonce);
	action->type = type;
	action->value = type == ACTION_QRCODE ? code
			: type == ACTION_JSAPI
				? qq_jsapi_call(c, prepay_id, env->arena)
				: qq_app_call(c, prepay_id, nonce, env->now_ms, env->arena);
	return ERR_OK;
}
