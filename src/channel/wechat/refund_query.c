/* refund_query.c - what became of a refund.
 *
 * Source: WeChat Pay, "查询单笔退款",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_10.shtml, read 2026-11.
 */
#include "channel/wechat/answer.h"
#include "channel/wechat/message.h"
#include "channel/wechat/refund.h"
#include "channel/wechat/request.h"

static bool is_absent(const struct wechat_answer *in);

enum err wechat_refund_query_build(const struct channel_versions *versions,
				   const struct channel_refund_ask *ask,
				   const struct channel_env *env, struct channel_call *call)
{
	TRY(wechat_refund_number_check(ask->refund_number));
	return wechat_call_build(versions,
				 arena_printf(env->arena, "/v3/refund/domestic/refunds/%s",
					      wechat_path_text(env->arena, ask->refund_number)),
				 NULL, env, call);
}

void wechat_refund_query_read(const struct channel_versions *versions,
			      const struct channel_refund_ask *ask,
			      const struct channel_reply *reply, const struct channel_env *env,
			      struct channel_answer *answer, struct channel_refund *refund)
{
	const struct wechat_asked asked = { .kind = WECHAT_REFUND, .done = 200 };
	struct channel_refund found;
	struct wechat_refund said;
	struct wechat_answer in;
	struct jin r;

	*refund = (struct channel_refund){ .state = CHANNEL_REFUND_ABSENT };
	wechat_answer_read(versions, &asked, reply, env, answer, &in);
	answer->query_now = false;
	if (is_absent(&in)) {
		answer->verdict = VERDICT_DONE;
		return;
	}
	if (answer->verdict == VERDICT_REFUSED)
		answer->verdict = VERDICT_UNKNOWN;
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
	*refund = found;
}

static bool is_absent(const struct wechat_answer *in)
{
	return wechat_answer_is(in, "RESOURCENOTEXISTS") || wechat_answer_is(in, "REFUNDNOTEXIST");
}
