/* notice.c - notices of payments: XML, signed, repeated until return_code is SUCCESS.  Refunds are
 * told to nobody: the shop asks.
 *
 * Source: QQ Wallet, "支付结果通知", https://qpay.qq.com/buss/wiki/38/1204.
 */
#include "sandbox/qq/call.h"
#include "sys/cleanup.h"
#include "sys/xml.h"

enum { MEMBERS = 24, ANSWER_ARENA = 256 * 1024 };

const char *qpay_notice_url(enum notice_kind kind, const struct trade *t, const struct refund *r)
{
	(void)r;
	return kind == NOTICE_PAID ? t->notify_url : "";
}

/* The platform gives its notices no number. */
void qpay_notice_name(struct notice *n)
{
	n->id[0] = '\0';
}

enum err qpay_notice_write(const struct notice *n, int64_t now_ms, struct arena *a,
			   struct sending *out)
{
	const struct qpay_merchant *m = qpay_merchant_of(n->trade->merchant);
	struct field fields[MEMBERS];
	char sign[QPAY_SIGN_TEXT], nonce[QPAY_KEY_TEXT];
	size_t count = 0;

	(void)now_ms;
	rand_hex(n->s->rand, (sizeof(nonce) - 1) / 2, nonce);
	qpay_add(fields, &count, "appid", str_of(n->trade->appid));
	qpay_add(fields, &count, "mch_id", str_of(m->merchant.id));
	qpay_add(fields, &count, "nonce_str", str_of(nonce));
	qpay_add(fields, &count, "out_trade_no", str_of(n->trade->number));
	qpay_add_payment(fields, &count, n->trade, n->fen, a);
	/* A forged one is signed by another key. */
	qpay_sign(fields, count, n->spoilt == FAULT_FORGE ? m->app_key : m->api_key, sign);
	qpay_add(fields, &count, "sign", str_of(sign));
	out->type = "text/xml; charset=utf-8";
	text_add(&out->body, xml_write(fields, count, a));
	return ERR_OK;
}

bool qpay_notice_accepts(int status, struct str body)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(ANSWER_ARENA);
	struct xml answer;

	return status == 200 && xml_read(body, a, &answer) == ERR_OK &&
	       str_is(str_trim(xml_value(&answer, "return_code")), "SUCCESS");
}
