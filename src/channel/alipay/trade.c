#include "channel/alipay/trade.h"

#include "channel/alipay/answer.h"

enum err alipay_trade_state(struct str status, enum trade_state *out)
{
	static const struct {
		const char *name;
		enum trade_state state;
	} STATES[] = {
		{ "WAIT_BUYER_PAY", TRADE_WAITING },
		{ "TRADE_CLOSED", TRADE_CLOSED },
		{ "TRADE_SUCCESS", TRADE_PAID },
		{ "TRADE_FINISHED", TRADE_PAID },
	};

	for (size_t i = 0; i < sizeof(STATES) / sizeof(STATES[0]); i++) {
		if (str_is(status, STATES[i].name)) {
			*out = STATES[i].state;
			return ERR_OK;
		}
	}
	FAIL(ERR_INVALID, "a trade_status that is not known");
}

void alipay_trade_read(struct jin *r, struct channel_trade *trade)
{
	jin_text(r, "out_trade_no", JIN_OPTIONAL, trade->number, sizeof(trade->number));
	jin_text(r, "trade_no", JIN_OPTIONAL, trade->trade_no, sizeof(trade->trade_no));
	alipay_jin_yuan(r, "total_amount", &trade->fen);
	alipay_jin_yuan(r, "buyer_pay_amount", &trade->payer_fen);
	alipay_jin_yuan(r, "receipt_amount", &trade->settle_fen);
	/* A query says send_pay_date, a payment by code gmt_payment. */
	alipay_jin_time(r, "send_pay_date", &trade->paid_at_ms);
	alipay_jin_time(r, "gmt_payment", &trade->paid_at_ms);
	/* The weakest first: each overwrites the one before. */
	jin_text(r, "buyer_logon_id", JIN_OPTIONAL, trade->payer, sizeof(trade->payer));
	jin_text(r, "buyer_open_id", JIN_OPTIONAL, trade->payer, sizeof(trade->payer));
	jin_text(r, "buyer_user_id", JIN_OPTIONAL, trade->payer, sizeof(trade->payer));
}
