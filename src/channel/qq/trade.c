#include "channel/qq/trade.h"

#include "base/time.h"
#include "channel/qq/answer.h"

enum err qq_trade_state(struct str state, enum trade_state *out)
{
	static const struct {
		const char *name;
		enum trade_state state;
	} STATES[] = {
		{ "SUCCESS", TRADE_PAID },    { "REFUND", TRADE_PAID },
		{ "NOTPAY", TRADE_WAITING },  { "USERPAYING", TRADE_WAITING },
		{ "CLOSED", TRADE_CLOSED },   { "REVOKED", TRADE_CLOSED },
		{ "PAYERROR", TRADE_CLOSED },
	};

	for (size_t i = 0; i < sizeof(STATES) / sizeof(STATES[0]); i++) {
		if (str_is(state, STATES[i].name)) {
			*out = STATES[i].state;
			return ERR_OK;
		}
	}
	FAIL_AT(ERR_INVALID, "trade_state", "trade_state \"%.*s\" is not known",
		(int)(state.n < 32 ? state.n : 32), state.p);
}

enum err qq_trade_read(const struct xml *m, struct channel_trade *trade)
{
	struct str state = xml_value(m, "trade_state"), currency = xml_value(m, "fee_type");

	TRY(qq_trade_state(state, &trade->state));
	TRY(qq_take_text(m, "out_trade_no", trade->number, sizeof(trade->number)));
	TRY(qq_take_text(m, "transaction_id", trade->trade_no, sizeof(trade->trade_no)));
	TRY(qq_take_text(m, "openid", trade->payer, sizeof(trade->payer)));
	TRY(qq_take_fen(m, "total_fee", &trade->fen));
	TRY(qq_take_fen(m, "cash_fee", &trade->payer_fen));
	TRY(qq_take_time(m, "time_end", &trade->paid_at_ms));
	if (currency.n > 0 && !str_is(currency, "CNY"))
		FAIL_AT(ERR_INVALID, "fee_type", "another currency than CNY");
	if (trade->state == TRADE_PAID && (trade->fen <= 0 || trade->trade_no[0] == '\0'))
		FAIL_AT(ERR_INVALID, "total_fee", "paid, but without its amount or transaction_id");
	/* Closed with a time would mean paid and given back, which only a reversal does. */
	if (trade->state != TRADE_PAID && !str_is(state, "REVOKED"))
		trade->paid_at_ms = 0;
	return ERR_OK;
}

void qq_time_write(int64_t ms, char out[QQ_TIME_TEXT])
{
	char text[LOCAL_TEXT];
	size_t n = 0;

	china_write(ms, text);
	for (const char *p = text; *p; p++)
		if (*p >= '0' && *p <= '9')
			out[n++] = *p;
	out[n] = '\0';
}

enum err qq_time_read(struct str s, int64_t *ms)
{
	char text[LOCAL_TEXT];
	size_t n = 0;

	if (s.n != QQ_TIME_TEXT - 1)
		FAIL(ERR_INVALID, "a time is yyyyMMddHHmmss");
	str_add(text, sizeof(text), &n, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", s.p, s.p + 4, s.p + 6,
		s.p + 8, s.p + 10, s.p + 12);
	return china_read((struct str){ text, n }, ms);
}
