/* close.c - alipay.trade.close: ends a trade that is not paid.
 *
 * A code that nobody scanned has no trade to close and may still be scanned until its end.  A trade
 * in another state (paid, or closed already) is not closed: a query tells.
 *
 * Source: Alipay Open Platform, "统一收单交易关闭", https://opendocs.alipay.com/open/028wob, read
 * 2026-11.
 */
#include "channel/alipay/answer.h"
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "channel/alipay/trade.h"

#define METHOD "alipay.trade.close"

enum err alipay_close_build(const struct channel_versions *versions, const char *number,
			    const struct channel_env *env, struct channel_call *call)
{
	return alipay_number_call_build(versions, METHOD, number, env, call);
}

void alipay_close_read(const struct channel_versions *versions, const char *number,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_trade *trade)
{
	struct channel_trade found = channel_trade_unknown();
	const struct alipay_asked asked = { .method = METHOD, .number = number };
	struct alipay_answer in;
	struct jin r;

	*trade = channel_trade_unknown();
	alipay_answer_read(versions, &asked, reply, env->arena, answer, &in);
	bool absent = alipay_answer_is(&in, "TRADE_NOT_EXIST");

	if (answer->verdict != VERDICT_DONE && !absent)
		return;
	jin_open(&r, in.node);
	jin_allow_unknown(&r);
	alipay_trade_read(&r, &found);
	if (jin_done(&r) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	str_copy_cut(found.number, sizeof(found.number), str_of(number));
	answer->verdict = VERDICT_DONE;
	answer->query_now = false;
	found.state = absent ? TRADE_ABSENT : TRADE_CLOSED;
	*trade = found;
}
