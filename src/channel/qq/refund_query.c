/* refund_query.c - what became of a refund.
 *
 * The answer counts refunds and tells of each by members that end in its place: out_refund_no_0,
 * refund_status_0, …; ours is looked for among them.
 *
 * Source: QQ Wallet, "退款查询", https://qpay.qq.com/buss/wiki/38/1208, read 2026-11.
 */
#include "channel/qq/answer.h"
#include "channel/qq/message.h"

#include <stdio.h>

enum { REFUNDS_MAX = XML_MEMBERS_MAX, MEMBER_MAX = 40 };

static enum err found_read(const struct channel_refund_ask *ask, const struct xml *m,
			   struct channel_refund *refund);
static const char *member(char name[MEMBER_MAX], const char *stem, int64_t i);
static enum err state_read(struct str status, struct channel_refund *refund);

enum err qq_refund_query_build(const struct channel_versions *versions,
			       const struct channel_refund_ask *ask, const struct channel_env *env,
			       struct channel_call *call)
{
	struct qq_request r = { .path = "/cgi-bin/pay/qpay_refund_query.cgi" };

	TRY(qq_number_check("refund_number", ask->refund_number));
	qq_add_text(&r, "out_refund_no", ask->refund_number);
	return qq_call_build(versions, &r, env, call);
}

void qq_refund_query_read(const struct channel_versions *versions,
			  const struct channel_refund_ask *ask, const struct channel_reply *reply,
			  const struct channel_env *env, struct channel_answer *answer,
			  struct channel_refund *refund)
{
	const struct qq_asked asked = { .number = ask->number, .gives_back = true };
	struct channel_refund found = { .state = CHANNEL_REFUND_ABSENT };
	struct qq_answer in;

	*refund = found;
	qq_answer_read(versions, &asked, reply, env->arena, answer, &in);
	if (answer->verdict == VERDICT_REFUSED)
		answer->verdict = VERDICT_UNKNOWN;
	answer->query_now = false;
	if (qq_answer_is(&in, "REFUNDNOTEXIST"))
		answer->verdict = VERDICT_DONE;
	else if (answer->verdict == VERDICT_DONE && found_read(ask, &in.message, &found) != ERR_OK)
		channel_doubt(answer, "%s", err_text());
	if (answer->verdict == VERDICT_DONE)
		*refund = found;
}

/* *refund stays ABSENT when ours is not among them. */
static enum err found_read(const struct channel_refund_ask *ask, const struct xml *m,
			   struct channel_refund *refund)
{
	char name[MEMBER_MAX];
	int64_t count, i = 0;

	if (str_integer(xml_value(m, "refund_count"), 0, REFUNDS_MAX, &count) != ERR_OK)
		FAIL(ERR_INVALID, "the answer does not say how many refunds there are");
	while (i < count &&
	       !str_is(xml_value(m, member(name, "out_refund_no", i)), ask->refund_number))
		i++;
	if (i == count)
		return ERR_OK;
	TRY(qq_take_fen(m, member(name, "refund_fee", i), &refund->fen));
	TRY(qq_take_text(m, member(name, "refund_id", i), refund->refund_no,
			 sizeof(refund->refund_no)));
	if (refund->fen != ask->fen)
		FAIL(ERR_INVALID, "this refund has another amount at the channel");
	return state_read(xml_value(m, member(name, "refund_status", i)), refund);
}

static const char *member(char name[MEMBER_MAX], const char *stem, int64_t i)
{
	(void)snprintf(name, MEMBER_MAX, "%s_%d", stem, (int)i);
	return name;
}

/* CHANGE: the payer's card could not take it, and the shop has to give it back by other means.
 * NOTSURE is not final. */
static enum err state_read(struct str status, struct channel_refund *refund)
{
	static const struct {
		const char *name;
		enum channel_refund_state state;
	} STATES[] = {
		{ "SUCCESS", CHANNEL_REFUND_DONE },       { "FAIL", CHANNEL_REFUND_FAILED },
		{ "PROCESSING", CHANNEL_REFUND_PENDING }, { "NOTSURE", CHANNEL_REFUND_PENDING },
		{ "CHANGE", CHANNEL_REFUND_ABNORMAL },
	};

	for (size_t i = 0; i < sizeof(STATES) / sizeof(STATES[0]); i++) {
		if (str_is(status, STATES[i].name)) {
			refund->state = STATES[i].state;
			return ERR_OK;
		}
	}
	FAIL(ERR_INVALID, "refund_status \"%.*s\" is not known",
	     (int)(status.n < 32 ? status.n : 32), status.p);
}
