/* refund.c - alipay.trade.refund: gives back a part or all of a payment under a number of ours.
 *
 * The same number with the same amount is one refund, however often it is sent.  fund_change "Y":
 * this call moved the money; "N": a repeat, or not yet settled, so the refund query decides.
 * refund_fee is the total given back on this trade so far.
 *
 * Source: Alipay Open Platform, "统一收单交易退款", https://opendocs.alipay.com/open/02ekfk, read
 * 2026-11.
 */
#include "channel/alipay/answer.h"
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "base/money.h"
#include "sys/cleanup.h"

#include <string.h>

#define METHOD "alipay.trade.refund"

enum { REASON_MAX = 256 };

struct refunded {
	char trade_no[CHANNEL_NUMBER_MAX + 1];
	char fund_change[8];
	int64_t total_fen; /* -1 if not said */
	int64_t at_ms;
};

static bool refund_fits(const struct channel_refund_ask *ask, const struct refunded *said,
			struct channel_answer *answer);

enum err alipay_refund_build(const struct channel_versions *versions,
			     const struct channel_refund_ask *ask, const struct channel_env *env,
			     struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	char amount[YUAN_TEXT], reason[REASON_MAX + 1];

	TRY(alipay_number_check("number", ask->number));
	TRY(alipay_number_check("refund_number", ask->refund_number));
	if (ask->fen <= 0 || ask->fen > ask->total_fen)
		FAIL_AT(ERR_INVALID, "amount", "must be a part of what was paid");
	if (!str_is_text(str_of(ask->note)))
		FAIL_AT(ERR_INVALID, "note", "must be a text");
	yuan_write(ask->fen, amount);
	str_copy_cut(reason, sizeof(reason), str_of(ask->note));

	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "out_trade_no", ask->number);
	jout_text(&w, "refund_amount", amount);
	jout_text(&w, "out_request_no", ask->refund_number);
	if (reason[0])
		jout_text(&w, "refund_reason", reason);
	jout_object_end(&w);
	return alipay_call_build(
		versions,
		&(struct alipay_request){ .method = METHOD, .biz = alipay_json(&w, env->arena) },
		env, call);
}

void alipay_refund_read(const struct channel_versions *versions,
			const struct channel_refund_ask *ask, const struct channel_reply *reply,
			const struct channel_env *env, struct channel_answer *answer,
			struct channel_refund *refund)
{
	struct refunded said = { .total_fen = -1 };
	const struct alipay_asked asked = { .method = METHOD, .number = ask->number };
	struct alipay_answer in;
	struct jin r;

	*refund = (struct channel_refund){ .state = CHANNEL_REFUND_ABSENT };
	alipay_answer_read(versions, &asked, reply, env->arena, answer, &in);
	if (answer->verdict != VERDICT_DONE)
		return;
	jin_open(&r, in.node);
	jin_allow_unknown(&r);
	jin_text(&r, "trade_no", JIN_OPTIONAL, said.trade_no, sizeof(said.trade_no));
	jin_text(&r, "fund_change", JIN_OPTIONAL, said.fund_change, sizeof(said.fund_change));
	alipay_jin_yuan(&r, "refund_fee", &said.total_fen);
	alipay_jin_time(&r, "gmt_refund_pay", &said.at_ms);
	if (jin_done(&r) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	if (!refund_fits(ask, &said, answer))
		return;
	refund->state = CHANNEL_REFUND_PENDING;
	if (strcmp(said.fund_change, "Y") == 0) {
		refund->state = CHANNEL_REFUND_DONE;
		refund->fen = ask->fen;
		refund->at_ms = said.at_ms;
	}
}

static bool refund_fits(const struct channel_refund_ask *ask, const struct refunded *said,
			struct channel_answer *answer)
{
	if (ask->trade_no[0] && said->trade_no[0] && strcmp(ask->trade_no, said->trade_no) != 0) {
		channel_doubt(answer, "the answer is about another trade_no");
		return false;
	}
	if (strcmp(said->fund_change, "Y") == 0 &&
	    (said->total_fen < ask->fen || said->total_fen > ask->total_fen)) {
		channel_doubt(answer, "refund_fee does not agree with what was asked");
		return false;
	}
	return true;
}
