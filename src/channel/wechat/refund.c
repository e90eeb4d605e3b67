/* refund.c - gives back a part or all of a payment under a number of ours.
 *
 * The same number is one refund, however often it is sent.  An answer means that it was accepted;
 * what becomes of it a query or a notice tells.
 *
 * Source: WeChat Pay, "申请退款", https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_9.shtml,
 * read 2026-11.
 */
#include "channel/wechat/refund.h"

#include "base/money.h"
#include "channel/wechat/answer.h"
#include "channel/wechat/message.h"
#include "channel/wechat/request.h"
#include "channel/wechat/trade.h"
#include "sys/cleanup.h"

#include <string.h>

enum { REASON_MAX = 80 };

static enum err refund_check(const struct channel_refund_ask *ask);
static void refund_write(struct jout *w, const struct channel_refund_ask *ask);

enum err wechat_refund_build(const struct channel_versions *versions,
			     const struct channel_refund_ask *ask, const struct channel_env *env,
			     struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	TRY(refund_check(ask));
	jout_open(&w);
	refund_write(&w, ask);
	return wechat_call_build(versions, "/v3/refund/domestic/refunds", &w, env, call);
}

void wechat_refund_read(const struct channel_versions *versions,
			const struct channel_refund_ask *ask, const struct channel_reply *reply,
			const struct channel_env *env, struct channel_answer *answer,
			struct channel_refund *refund)
{
	const struct wechat_asked asked = { .kind = WECHAT_REFUND, .done = 200 };
	struct channel_refund found;
	struct wechat_refund said;
	struct wechat_answer in;
	struct jin r;

	*refund = (struct channel_refund){ .state = CHANNEL_REFUND_ABSENT };
	wechat_answer_read(versions, &asked, reply, env, answer, &in);
	if (answer->verdict != VERDICT_DONE)
		return;
	jin_open(&r, in.body);
	jin_allow_unknown(&r);
	wechat_refund_said(&r, "status", &said);
	if (jin_done(&r) != ERR_OK || wechat_refund_judge(ask, &said, &found) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	channel_says(answer, said.status, "");
	/* A repeat may find it failed since: a query tells. */
	if (found.state != CHANNEL_REFUND_DONE)
		found.state = CHANNEL_REFUND_PENDING;
	*refund = found;
}

void wechat_refund_said(struct jin *r, const char *status_name, struct wechat_refund *out)
{
	struct jin in;

	*out = (struct wechat_refund){ .fen = -1, .total_fen = -1 };
	jin_text(r, "out_trade_no", JIN_OPTIONAL, out->number, sizeof(out->number));
	jin_text(r, "out_refund_no", JIN_OPTIONAL, out->refund_number, sizeof(out->refund_number));
	jin_text(r, "transaction_id", JIN_OPTIONAL, out->trade_no, sizeof(out->trade_no));
	jin_text(r, "refund_id", JIN_OPTIONAL, out->refund_no, sizeof(out->refund_no));
	jin_text(r, status_name, JIN_OPTIONAL, out->status, sizeof(out->status));
	wechat_jin_time(r, "success_time", &out->at_ms);
	if (jin_enter(r, "amount", JIN_OPTIONAL, &in)) {
		jin_integer(&in, "refund", JIN_OPTIONAL, 0, AMOUNT_MAX, &out->fen);
		jin_integer(&in, "total", JIN_OPTIONAL, 0, AMOUNT_MAX, &out->total_fen);
		jin_text(&in, "currency", JIN_OPTIONAL, out->currency, sizeof(out->currency));
		jin_leave(&in);
	}
}

enum err wechat_refund_take(const struct wechat_refund *said, struct channel_refund *out)
{
	static const struct {
		const char *status;
		enum channel_refund_state state;
	} STATES[] = {
		{ "SUCCESS", CHANNEL_REFUND_DONE },
		{ "PROCESSING", CHANNEL_REFUND_PENDING },
		{ "CLOSED", CHANNEL_REFUND_FAILED },
		{ "ABNORMAL", CHANNEL_REFUND_ABNORMAL },
	};

	for (size_t i = 0; i < sizeof(STATES) / sizeof(STATES[0]); i++) {
		if (strcmp(said->status, STATES[i].status) != 0)
			continue;
		*out = (struct channel_refund){ .state = STATES[i].state, .fen = said->fen };
		if (out->state == CHANNEL_REFUND_DONE)
			out->at_ms = said->at_ms;
		return str_copy(out->refund_no, sizeof(out->refund_no), str_of(said->refund_no));
	}
	FAIL_AT(ERR_NOTICE, "status", "the refund's status \"%s\" is not known", said->status);
}

enum err wechat_refund_judge(const struct channel_refund_ask *ask, const struct wechat_refund *said,
			     struct channel_refund *out)
{
	if (strcmp(said->refund_number, ask->refund_number) != 0 ||
	    strcmp(said->number, ask->number) != 0)
		FAIL_AT(ERR_NOTICE, "out_refund_no", "it is about another refund");
	if (ask->trade_no[0] && said->trade_no[0] && strcmp(ask->trade_no, said->trade_no) != 0)
		FAIL_AT(ERR_NOTICE, "transaction_id", "it is about another transaction_id");
	if (said->fen != ask->fen || (said->total_fen >= 0 && said->total_fen != ask->total_fen) ||
	    (said->currency[0] && strcmp(said->currency, "CNY") != 0))
		FAIL_AT(ERR_NOTICE, "amount", "this refund has another amount at the channel");
	return wechat_refund_take(said, out);
}

static enum err refund_check(const struct channel_refund_ask *ask)
{
	TRY(wechat_number_check(ask->number));
	TRY(wechat_refund_number_check(ask->refund_number));
	if (ask->fen <= 0 || ask->fen > ask->total_fen || ask->total_fen > INT32_MAX)
		FAIL_AT(ERR_INVALID, "amount", "must be a part of what was paid");
	if (!str_is_text(str_of(ask->note)))
		FAIL_AT(ERR_INVALID, "note", "must be a text");
	if (ask->notify_url[0])
		return wechat_url_check("notify_url", ask->notify_url);
	return ERR_OK;
}

static void refund_write(struct jout *w, const struct channel_refund_ask *ask)
{
	char reason[REASON_MAX + 1];

	wechat_text_cut(ask->note, REASON_MAX, reason);
	jout_object(w, NULL);
	jout_text(w, "out_trade_no", ask->number);
	jout_text(w, "out_refund_no", ask->refund_number);
	/* No refund waits because of an emoji in its reason. */
	if (reason[0] && !wechat_has_wide_character(reason))
		jout_text(w, "reason", reason);
	if (ask->notify_url[0])
		jout_text(w, "notify_url", ask->notify_url);
	jout_object(w, "amount");
	jout_integer(w, "refund", ask->fen);
	jout_integer(w, "total", ask->total_fen);
	jout_text(w, "currency", "CNY");
	jout_object_end(w);
	jout_object_end(w);
}
