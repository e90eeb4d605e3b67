#include "channel/wechat/trade.h"

#include "base/money.h"
#include "base/time.h"
#include "channel/wechat/config.h"

#include <string.h>

static enum err state_read(const char *name, enum trade_state *out);

void wechat_trade_read(struct jin *r, struct wechat_trade *out)
{
	struct channel_trade *t = &out->trade;
	struct jin in;

	*out = (struct wechat_trade){ .trade = channel_trade_unknown() };
	jin_text(r, "mchid", JIN_OPTIONAL, out->mch_id, sizeof(out->mch_id));
	jin_text(r, "appid", JIN_OPTIONAL, out->appid, sizeof(out->appid));
	jin_text(r, "trade_state", JIN_OPTIONAL, out->state, sizeof(out->state));
	jin_text(r, "out_trade_no", JIN_OPTIONAL, t->number, sizeof(t->number));
	jin_text(r, "transaction_id", JIN_OPTIONAL, t->trade_no, sizeof(t->trade_no));
	wechat_jin_time(r, "success_time", &t->paid_at_ms);
	if (jin_enter(r, "payer", JIN_OPTIONAL, &in)) {
		jin_text(&in, "openid", JIN_OPTIONAL, t->payer, sizeof(t->payer));
		jin_leave(&in);
	}
	if (jin_enter(r, "amount", JIN_OPTIONAL, &in)) {
		jin_integer(&in, "total", JIN_OPTIONAL, 0, AMOUNT_MAX, &t->fen);
		jin_integer(&in, "payer_total", JIN_OPTIONAL, 0, AMOUNT_MAX, &t->payer_fen);
		jin_text(&in, "currency", JIN_OPTIONAL, out->currency, sizeof(out->currency));
		jin_leave(&in);
	}
}

enum err wechat_trade_judge(const struct channel_versions *versions, const char *number,
			    struct wechat_trade *said)
{
	struct channel_trade *t = &said->trade;

	if (!wechat_is_ours(versions, said->mch_id))
		FAIL_AT(ERR_NOTICE, "mchid", "it is about the merchant \"%s\"", said->mch_id);
	if (strcmp(t->number, number) != 0)
		FAIL_AT(ERR_NOTICE, "out_trade_no", "it is about out_trade_no \"%s\", not \"%s\"",
			t->number, number);
	if (said->currency[0] && strcmp(said->currency, "CNY") != 0)
		FAIL_AT(ERR_NOTICE, "currency", "the amount is in %s", said->currency);
	TRY(state_read(said->state, &t->state));
	if (t->state == TRADE_PAID && (t->fen <= 0 || t->trade_no[0] == '\0'))
		FAIL_AT(ERR_NOTICE, "amount", "paid, but without its amount or transaction_id");
	if (t->state == TRADE_WAITING)
		t->paid_at_ms = 0;
	return ERR_OK;
}

bool wechat_is_ours(const struct channel_versions *versions, const char *mch_id)
{
	return versions->n > 0 && strcmp(versions->config[0]->mch_id, mch_id) == 0;
}

void wechat_jin_time(struct jin *r, const char *key, int64_t *ms)
{
	char text[64] = "";

	jin_text(r, key, JIN_OPTIONAL, text, sizeof(text));
	if (text[0] && rfc3339_read(str_of(text), ms) != ERR_OK)
		jin_fault(r, ERR_INVALID, key, "is not a time");
}

static enum err state_read(const char *name, enum trade_state *out)
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
		if (strcmp(name, STATES[i].name) == 0) {
			*out = STATES[i].state;
			return ERR_OK;
		}
	}
	FAIL_AT(ERR_NOTICE, "trade_state", "trade_state \"%s\" is not known", name);
}
