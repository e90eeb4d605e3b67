/* cancel.c - alipay.trade.cancel: undoes a payment by code within 24 hours: unpaid is closed, paid
 * is given back.  retry_flag "Y" asks for the same call again.
 *
 * Source: Alipay Open Platform, "统一收单交易撤销", https://opendocs.alipay.com/open/02ekfi, read
 * 2026-11.
 */
#include "channel/alipay/answer.h"
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"

#include <string.h>

#define METHOD "alipay.trade.cancel"

enum err alipay_cancel_build(const struct channel_versions *versions, const char *number,
			     const struct channel_env *env, struct channel_call *call)
{
	return alipay_number_call_build(versions, METHOD, number, env, call);
}

void alipay_cancel_read(const struct channel_versions *versions, const char *number,
			const struct channel_reply *reply, const struct channel_env *env,
			struct channel_answer *answer)
{
	char again[8] = "";
	const struct alipay_asked asked = { .method = METHOD, .number = number };
	struct alipay_answer in;
	struct jin r;

	alipay_answer_read(versions, &asked, reply, env->arena, answer, &in);
	if (answer->verdict != VERDICT_DONE)
		return;
	jin_open(&r, in.node);
	jin_allow_unknown(&r);
	jin_text(&r, "retry_flag", JIN_NEEDED, again, sizeof(again));
	if (jin_done(&r) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	/* `action` (close, refund) is absent when there was no trade: nothing is owed then either.
	 */
	if (strcmp(again, "N") != 0)
		answer->verdict = VERDICT_LATER;
}
