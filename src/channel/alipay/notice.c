/* notice.c - what Alipay posts to notify_url when a trade is paid, refunded or closed.
 *
 * A notice of a refund tells the sum given back so far, not this refund's amount, and comes at
 * times of Alipay's choosing: it is PENDING here, and a query decides.
 *
 * Source: Alipay Open Platform, "异步通知说明", https://opendocs.alipay.com/open/270/105902, read
 * 2026-11.
 */
#include "channel/alipay/config.h"
#include "channel/alipay/form.h"
#include "channel/alipay/message.h"
#include "channel/alipay/trade.h"

#include "base/money.h"
#include "base/time.h"

#include <string.h>
#include <strings.h>

#define FORM_TYPE "application/x-www-form-urlencoded"

static enum err type_check(struct str type);
static enum err notice_interpret(const struct alipay_form *form, struct channel_notice *notice);
static enum err trade_take(const struct alipay_form *form, struct channel_trade *trade);
static enum err text_take(const struct alipay_form *form, const char *name, char *out, size_t cap);
static enum err fen_take(const struct alipay_form *form, const char *name, int64_t *fen);
static enum err time_take(const struct alipay_form *form, const char *name, int64_t *ms);

enum err alipay_notice_read(const struct channel_versions *versions,
			    const struct channel_incoming *in, const struct channel_env *env,
			    struct channel_answer *answer, struct channel_notice *notice)
{
	struct alipay_form form;

	*answer = (struct channel_answer){ .verdict = VERDICT_UNKNOWN };
	*notice = (struct channel_notice){ .kind = NOTICE_OTHER, .trade = channel_trade_unknown() };
	TRY(type_check(in->type));
	TRY(alipay_form_open(in->body, env->arena, &form));
	TRY(alipay_form_verify(versions, env->arena, &form));
	answer->key_version = form.version;
	str_copy_cut(answer->code, sizeof(answer->code), alipay_form_value(&form, "trade_status"));
	TRY(alipay_form_is_ours(versions, &form));
	TRY(notice_interpret(&form, notice));
	answer->verdict = VERDICT_DONE;
	return ERR_OK;
}

/* Exactly these seven bytes stop the platform's repeats. */
struct channel_acknowledgement alipay_notice_answer(bool accepted)
{
	return (struct channel_acknowledgement){
		.status = accepted ? 200 : 400,
		.type = "text/plain; charset=utf-8",
		.body = accepted ? STR("success") : STR("failure"),
	};
}

static enum err type_check(struct str type)
{
	size_t n = strlen(FORM_TYPE);

	if (type.n >= n && strncasecmp(type.p, FORM_TYPE, n) == 0 &&
	    (type.n == n || type.p[n] == ';' || type.p[n] == ' '))
		return ERR_OK;
	FAIL(ERR_INVALID, "a notice is " FORM_TYPE);
}

/* The signature fits; what follows can only be news of another kind, or nonsense. */
static enum err notice_interpret(const struct alipay_form *form, struct channel_notice *notice)
{
	TRY(text_take(form, "notify_id", notice->notice_id, sizeof(notice->notice_id)));
	if (!str_is(alipay_form_value(form, "notify_type"), "trade_status_sync"))
		return ERR_OK;
	TRY(trade_take(form, &notice->trade));
	notice->kind = NOTICE_TRADE;
	TRY(text_take(form, "out_biz_no", notice->refund_number, sizeof(notice->refund_number)));
	if (notice->refund_number[0] == '\0' || notice->trade.refunded_fen <= 0)
		return ERR_OK;
	notice->kind = NOTICE_REFUND;
	notice->refund.state = CHANNEL_REFUND_PENDING;
	return time_take(form, "gmt_refund", &notice->refund.at_ms);
}

static enum err trade_take(const struct alipay_form *form, struct channel_trade *trade)
{
	if (alipay_trade_state(alipay_form_value(form, "trade_status"), &trade->state) != ERR_OK)
		FAIL_AT(ERR_NOTICE, "trade_status", "a trade_status that is not known");
	TRY(text_take(form, "out_trade_no", trade->number, sizeof(trade->number)));
	TRY(text_take(form, "trade_no", trade->trade_no, sizeof(trade->trade_no)));
	TRY(fen_take(form, "total_amount", &trade->fen));
	TRY(fen_take(form, "buyer_pay_amount", &trade->payer_fen));
	TRY(fen_take(form, "receipt_amount", &trade->settle_fen));
	TRY(fen_take(form, "refund_fee", &trade->refunded_fen));
	TRY(time_take(form, "gmt_payment", &trade->paid_at_ms));
	/* The weakest first: each overwrites the one before. */
	TRY(text_take(form, "buyer_logon_id", trade->payer, sizeof(trade->payer)));
	TRY(text_take(form, "buyer_open_id", trade->payer, sizeof(trade->payer)));
	TRY(text_take(form, "buyer_id", trade->payer, sizeof(trade->payer)));
	if (trade->number[0] == '\0' || trade->trade_no[0] == '\0')
		FAIL_AT(ERR_NOTICE, "out_trade_no", "without the trade's numbers");
	if (trade->state == TRADE_PAID && trade->fen <= 0)
		FAIL_AT(ERR_NOTICE, "total_amount", "paid, but without an amount");
	return ERR_OK;
}

/* Each leaves *out alone when the field is absent or empty. */
static enum err text_take(const struct alipay_form *form, const char *name, char *out, size_t cap)
{
	struct str value = alipay_form_value(form, name);

	if (value.n == 0)
		return ERR_OK;
	if (!str_is_text(value) || str_copy(out, cap, value) != ERR_OK)
		FAIL_AT(ERR_NOTICE, name, "a value that cannot be right");
	return ERR_OK;
}

static enum err fen_take(const struct alipay_form *form, const char *name, int64_t *fen)
{
	struct str value = alipay_form_value(form, name);

	if (value.n > 0 && yuan_read(value, fen) != ERR_OK)
		FAIL_AT(ERR_NOTICE, name, "is not an amount in yuan");
	return ERR_OK;
}

static enum err time_take(const struct alipay_form *form, const char *name, int64_t *ms)
{
	struct str value = alipay_form_value(form, name);

	if (value.n > 0 && china_read(value, ms) != ERR_OK)
		FAIL_AT(ERR_NOTICE, name, "is not a time");
	return ERR_OK;
}
