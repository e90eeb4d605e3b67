#include "sandbox/tenpay/order.h"

#include "base/check.h"

#include <string.h>

static enum refusal take_back(struct trade *t, int64_t now_ms);

const char *tenpay_status(const struct trade *t)
{
	switch (t->state) {
	case TRADE_OFFERED: /* it exists at once: never seen */
	case TRADE_WAITING:
		return t->asked ? "USERPAYING" : "NOTPAY";
	case TRADE_PAID:
	case TRADE_FINISHED:
		return t->refunded_fen > 0 ? "REFUND" : "SUCCESS";
	case TRADE_CLOSED:
		return t->cancelled ? "REVOKED" : t->failed ? "PAYERROR" : "CLOSED";
	}
	CHECK(!"a state without a name");
	return "";
}

const char *tenpay_status_text(const char *status)
{
	static const char *const TEXTS[][2] = {
		{ "NOTPAY", "订单未支付" },
		{ "USERPAYING", "需要用户输入支付密码" },
		{ "SUCCESS", "支付成功" },
		{ "REFUND", "转入退款" },
		{ "CLOSED", "订单已关闭" },
		{ "REVOKED", "订单已撤销" },
		{ "PAYERROR", "支付失败，请重新下单支付" },
	};

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		if (strcmp(TEXTS[i][0], status) == 0)
			return TEXTS[i][1];
	}
	CHECK(!"a status without words");
	return "";
}

enum refusal tenpay_reverse(struct trade *t, int64_t now_ms)
{
	enum refusal refused = REFUSED_NOT;

	switch (t->state) {
	case TRADE_OFFERED:
		return REFUSED_NOT_THERE;
	case TRADE_WAITING:
		refused = trade_close(t, now_ms);
		break;
	case TRADE_PAID:
		refused = take_back(t, now_ms);
		break;
	case TRADE_FINISHED:
		return REFUSED_FINISHED;
	case TRADE_CLOSED:
		break;
	}
	if (refused == REFUSED_NOT)
		t->cancelled = true;
	return refused;
}

void tenpay_fail(struct trade *t, int64_t now_ms)
{
	/* Refused when somebody paid or reversed before: then there is nothing to do. */
	if (trade_close(t, now_ms) == REFUSED_NOT)
		t->failed = true;
}

static enum refusal take_back(struct trade *t, int64_t now_ms)
{
	if (t->refunded_fen > 0)
		return REFUSED_NOT_NOW;
	t->state = TRADE_CLOSED;
	t->closed_ms = now_ms;
	t->refunded_fen = t->fen;
	return REFUSED_NOT;
}
