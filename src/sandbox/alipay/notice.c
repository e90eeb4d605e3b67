/* notice.c - Alipay's notices: form posts, signed, repeated until "success".
 *
 * Each sending has its own notify_time and signature, under one notify_id.
 *
 * Source: Alipay open platform, "asynchronous notification"; see docs/sandbox.md.
 */
#include "base/time.h"
#include "sandbox/alipay/alipay.h"
#include "sandbox/alipay/envelope.h"
#include "sandbox/alipay/sign.h"
#include "sandbox/platform.h"

#include <inttypes.h>
#include <stdio.h>

static void facts(const struct notice *n, int64_t now_ms, struct arena *a, struct params *out);

const char *ali_notice_url(enum notice_kind kind, const struct trade *t, const struct refund *r)
{
	(void)kind;
	(void)r;
	return t->notify_url;
}

void ali_notice_name(struct notice *n)
{
	char local[LOCAL_TEXT];

	china_write(n->made_ms, local);
	(void)snprintf(n->id, sizeof(n->id),
		       "%08" PRId32 "00222%.2s%.2s%.2s%06" PRIu32 "%09" PRIu64,
		       china_date(n->made_ms), local + 11, local + 14, local + 17,
		       n->s->trades.start, n->s->notices_made % UINT64_C(1000000000));
}

enum err ali_notice_write(const struct notice *n, int64_t now_ms, struct arena *a,
			  struct sending *out)
{
	char sign[RSA_SIGN_BASE64_MAX];
	struct params ps, what;

	facts(n, now_ms, a, &ps);
	params_sort(&ps);
	what = ps;
	/* A forged one has a signature of the right key over other words. */
	if (n->spoilt == FAULT_FORGE)
		params_add(&what, "forged", STR("1"));
	TRY(params_sign(&what, SIGN_NOTICE, ali_app(n->trade->merchant)->signs, sign));
	params_add(&ps, "sign", str_of(arena_text(a, str_of(sign))));
	out->type = "application/x-www-form-urlencoded; charset=utf-8";
	params_form(&ps, &out->body);
	return ERR_OK;
}

/* Only these seven bytes. */
bool ali_notice_accepts(int status, struct str body)
{
	return status == 200 && str_is(body, "success");
}

static void facts(const struct notice *n, int64_t now_ms, struct arena *a, struct params *out)
{
	const struct trade *t = n->trade;
	bool paid = t->paid_ms > 0;
	struct str yuan = yuan_text(a, n->fen);

	*out = (struct params){ 0 };
	params_add(out, "notify_type", STR("trade_status_sync"));
	params_add(out, "notify_id", str_of(n->id));
	params_add(out, "notify_time", time_text(a, now_ms));
	params_add(out, "charset", STR("utf-8"));
	params_add(out, "version", STR("1.0"));
	params_add(out, "sign_type", STR("RSA2"));
	params_add(out, "app_id", str_of(t->merchant->id));
	params_add(out, "auth_app_id", str_of(t->merchant->id));
	params_add(out, "seller_id", str_of(t->merchant->seller));
	params_add(out, "trade_no", str_of(t->trade_no));
	params_add(out, "out_trade_no", str_of(t->number));
	params_add(out, "trade_status", str_of(n->status));
	params_add(out, "total_amount", yuan);
	params_add(out, "subject", str_of(t->subject));
	params_add(out, "body", str_of(t->body));
	params_add(out, "passback_params", str_of(t->passback));
	params_add(out, "gmt_create", time_text(a, t->created_ms));
	params_add(out, "buyer_id", str_of(t->buyer));
	params_add(out, "buyer_logon_id", STR("abc***@sandbox.com"));
	if (paid) {
		params_add(out, "gmt_payment", time_text(a, t->paid_ms));
		params_add(out, "receipt_amount", yuan);
		params_add(out, "invoice_amount", yuan);
		params_add(out, "buyer_pay_amount", yuan);
		params_add(out, "point_amount", STR("0.00"));
		params_add(out, "fund_bill_list",
			   str_of(arena_printf(a,
					       "[{\"amount\":\"%s\",\"fundChannel\":"
					       "\"ALIPAYACCOUNT\"}]",
					       yuan.p)));
	}
	if (n->kind == NOTICE_REFUNDED) {
		params_add(out, "refund_fee", yuan_text(a, n->refunded_fen));
		params_add(out, "gmt_refund", time_text(a, n->refund->at_ms));
		params_add(out, "out_biz_no", str_of(n->refund->request_no));
	}
	params_add(out, "gmt_close", time_text(a, n->close_ms));
}
