/* query.c - alipay.trade.query: what the channel knows of a number.
 *
 * Source: Alipay Open Platform, "统一收单交易查询", https://opendocs.alipay.com/open/02ekfh, read
 * 2026-11.
 */
#include "channel/alipay/answer.h"
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "channel/alipay/trade.h"

#define METHOD "alipay.trade.query"

static void trade_judge(const char *status, struct channel_answer *answer,
			struct channel_trade *trade);

enum err alipay_query_build(const struct channel_versions *versions, const char *number,
			    const struct channel_env *env, struct channel_call *call)
{
	return alipay_number_call_build(versions, METHOD, number, env, call);
}

void alipay_query_read(const struct channel_versions *versions, const char *number,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_trade *trade)
{
	struct channel_trade found = channel_trade_unknown();
	char status[33] = "";
	const struct alipay_asked asked = { .method = METHOD, .number = number };
	struct alipay_answer in;
	struct jin r;

	*trade = channel_trade_unknown();
	alipay_answer_read(versions, &asked, reply, env->arena, answer, &in);
	bool absent = alipay_answer_is(&in, "TRADE_NOT_EXIST");

	if (answer->verdict == VERDICT_REFUSED)
		answer->verdict = VERDICT_UNKNOWN;
	answer->query_now = false;
	if (answer->verdict != VERDICT_DONE && !absent)
		return;
	jin_open(&r, in.node);
	jin_allow_unknown(&r);
	alipay_trade_read(&r, &found);
	jin_text(&r, "trade_status", JIN_OPTIONAL, status, sizeof(status));
	if (jin_done(&r) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	str_copy_cut(found.number, sizeof(found.number), str_of(number));
	if (absent)
		answer->verdict = VERDICT_DONE;
	else
		trade_judge(status, answer, &found);
	if (answer->verdict == VERDICT_DONE)
		*trade = found;
}

/* Money is believed only with its amount and Alipay's number. */
static void trade_judge(const char *status, struct channel_answer *answer,
			struct channel_trade *trade)
{
	if (alipay_trade_state(str_of(status), &trade->state) != ERR_OK) {
		channel_doubt(answer, "trade_status \"%s\" is not known", status);
		return;
	}
	if (trade->state == TRADE_PAID && (trade->fen <= 0 || trade->trade_no[0] == '\0'))
		channel_doubt(answer, "paid, but without its amount or trade_no");
	if (trade->state == TRADE_WAITING)
		trade->paid_at_ms = 0;
}
