/* refund_query.c - alipay.trade.fastpay.refund.query: what became of a refund.
 *
 * Only refund_status REFUND_SUCCESS means refunded.  A number that the channel does not know is
 * answered with 10000 as well, then without the refund's members.
 *
 * Source: Alipay Open Platform, "统一收单交易退款查询", https://opendocs.alipay.com/open/028sma,
 * read 2026-11.
 */
#include "channel/alipay/answer.h"
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "sys/cleanup.h"

#include <string.h>

#define METHOD "alipay.trade.fastpay.refund.query"

struct found {
	bool names_number;
	char refund_number[CHANNEL_NUMBER_MAX + 1];
	char status[33];
	int64_t fen; /* of this refund; -1 if not said */
	int64_t at_ms;
};

static void found_judge(const struct channel_refund_ask *ask, const struct found *found,
			struct channel_answer *answer, struct channel_refund *refund);

enum err alipay_refund_query_build(const struct channel_versions *versions,
				   const struct channel_refund_ask *ask,
				   const struct channel_env *env, struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	TRY(alipay_number_check("number", ask->number));
	TRY(alipay_number_check("refund_number", ask->refund_number));
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "out_trade_no", ask->number);
	jout_text(&w, "out_request_no", ask->refund_number);
	jout_array(&w, "query_options");
	jout_text(&w, NULL, "gmt_refund_pay");
	jout_array_end(&w);
	jout_object_end(&w);
	return alipay_call_build(
		versions,
		&(struct alipay_request){ .method = METHOD, .biz = alipay_json(&w, env->arena) },
		env, call);
}

void alipay_refund_query_read(const struct channel_versions *versions,
			      const struct channel_refund_ask *ask,
			      const struct channel_reply *reply, const struct channel_env *env,
			      struct channel_answer *answer, struct channel_refund *refund)
{
	struct found found = { .fen = -1 };
	const struct alipay_asked asked = { .method = METHOD,
					    .number = ask->number,
					    .may_be_silent = true };
	struct alipay_answer in;
	struct jin r;

	*refund = (struct channel_refund){ .state = CHANNEL_REFUND_ABSENT };
	alipay_answer_read(versions, &asked, reply, env->arena, answer, &in);
	bool absent = alipay_answer_is(&in, "TRADE_NOT_EXIST");

	if (answer->verdict == VERDICT_REFUSED)
		answer->verdict = VERDICT_UNKNOWN;
	answer->query_now = false;
	if (answer->verdict != VERDICT_DONE && !absent)
		return;
	jin_open(&r, in.node);
	jin_allow_unknown(&r);
	jin_text(&r, "out_request_no", JIN_OPTIONAL, found.refund_number,
		 sizeof(found.refund_number));
	jin_text(&r, "refund_status", JIN_OPTIONAL, found.status, sizeof(found.status));
	alipay_jin_yuan(&r, "refund_amount", &found.fen);
	alipay_jin_time(&r, "gmt_refund_pay", &found.at_ms);
	if (jin_done(&r) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	answer->verdict = VERDICT_DONE;
	found.names_number = in.names_number;
	found_judge(ask, &found, answer, refund);
}

static void found_judge(const struct channel_refund_ask *ask, const struct found *found,
			struct channel_answer *answer, struct channel_refund *refund)
{
	bool says_refund = found->status[0] || found->fen >= 0;

	/* A number that is there must be ours; what tells of a refund must name both. */
	if (found->refund_number[0] && strcmp(found->refund_number, ask->refund_number) != 0) {
		channel_doubt(answer, "the answer is about another refund");
		return;
	}
	if (!says_refund)
		return;
	if (!found->names_number || found->refund_number[0] == '\0') {
		channel_doubt(answer, "the answer does not say which refund it is about");
		return;
	}
	if (found->fen >= 0 && found->fen != ask->fen) {
		channel_doubt(answer, "this refund has another amount at the channel");
		return;
	}
	refund->state = strcmp(found->status, "REFUND_SUCCESS") == 0 ? CHANNEL_REFUND_DONE
								     : CHANNEL_REFUND_PENDING;
	refund->fen = found->fen > 0 ? found->fen : 0;
	refund->at_ms = refund->state == CHANNEL_REFUND_DONE ? found->at_ms : 0;
}
