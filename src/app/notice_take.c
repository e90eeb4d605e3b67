#include "app/notice_take.h"

#include "app/job_put.h"
#include "app/order_row.h"
#include "app/payment_take.h"
#include "core/order.h"

static enum err take_paid(struct tx *tx, const struct notice_ask *in, struct notice_taken *out);
static enum err take_matched(struct tx *tx, const struct notice_ask *in, const struct attempt *a,
			     struct notice_taken *out);
static enum err ask_channel(struct tx *tx, const struct notice_ask *in);
static enum err elsewhere(struct tx *tx, const struct notice_ask *in, bool *found);

enum err notice_take(struct tx *tx, const void *ask, void *answer)
{
	const struct notice_ask *in = ask;
	struct notice_taken *out = answer;

	out->accepted = true;
	if (in->notice.kind == NOTICE_OTHER)
		return ERR_OK;
	switch (in->notice.trade.state) {
	case TRADE_PAID:
		return take_paid(tx, in, out);
	case TRADE_ABSENT:
	case TRADE_WAITING:
	case TRADE_CLOSED:
		break;
	}
	return ask_channel(tx, in);
}

static enum err take_paid(struct tx *tx, const struct notice_ask *in, struct notice_taken *out)
{
	const struct channel_trade *t = &in->notice.trade;
	struct payment known;
	struct attempt a;
	bool found;

	TRY(payment_find(tx, in->account, t->trade_no, &known, &found));
	if (found)
		return ERR_OK;
	TRY(attempt_get_by_number(tx, in->account, t->number, &a, &found));
	if (found)
		return take_matched(tx, in, &a, out);
	TRY(elsewhere(tx, in, &found));
	if (found)
		FAIL(ERR_NOTICE, "the number belongs to another channel account");

	struct payment_news news = { in->account, t, FROM_NOTICE, in->run };
	enum payment_result result;

	return payment_take(tx, &news, &result);
}

static enum err take_matched(struct tx *tx, const struct notice_ask *in, const struct attempt *a,
			     struct notice_taken *out)
{
	const struct channel_trade *t = &in->notice.trade;
	struct payment_news news = { in->account, t, FROM_NOTICE, in->run };
	enum payment_result result;

	if (t->fen == a->channel_fen)
		return payment_take(tx, &news, &result);
	out->accepted = false;
	if (attempt_open(a))
		job_put(tx, JOB_ATTEMPT_FOLLOW, a->id, tx_now(tx), in->run, 0);
	return ERR_OK;
}

/* News that is not money: whatever it means, a query tells. */
static enum err ask_channel(struct tx *tx, const struct notice_ask *in)
{
	struct attempt a;
	bool found;

	TRY(attempt_get_by_number(tx, in->account, in->notice.trade.number, &a, &found));
	if (found && attempt_open(&a))
		job_put(tx, JOB_ATTEMPT_FOLLOW, a.id, tx_now(tx), in->run, 0);
	return ERR_OK;
}

static enum err elsewhere(struct tx *tx, const struct notice_ask *in, bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found,
	       "select id from attempt where merchant_id = $1 and number = $2 "
	       "and channel_account <> $3",
	       V_I(tx_merchant(tx)), V_T(in->notice.trade.number), V_I(in->account));
	return rows_end(&r);
}
