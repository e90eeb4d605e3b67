/* statement.c - a day's trades as a table: a header, one line for each payment and refund, a header
 * of sums, the sums.
 *
 * Source: QQ Wallet, "下载对账单", https://qpay.qq.com/buss/wiki/38/1209; its lines as one
 * published file has them.  The platform hands a day out from 9:00 of the next on; the sandbox
 * gives today's.
 */
#include "base/money.h"
#include "base/time.h"
#include "sandbox/day.h"
#include "sandbox/pack.h"
#include "sandbox/qq/call.h"
#include "sys/cleanup.h"

#include <inttypes.h>

#define NOTHING "暂无数据"

static const char HEADER[] =
	"交易时间,商户号,商户APPID,子商户号,子商户APPID,用户标识,设备号,支付场景,商户订单号,"
	"QQ钱包订单号,付款银行,货币种类,订单金额(元),商户优惠金额(元),商户应收金额(元),"
	"QQ钱包优惠金额(元),用户支付金额(元),交易状态,退款提交时间,商户退款订单号,"
	"QQ钱包退款订单号,退款金额(元),退还QQ钱包优惠金额(元),退款状态,退款成功时间,退款方式,"
	"商品名称,商户数据包,手续费金额(元),费率\n";
static const char SUMS[] =
	"交易总笔数,订单总金额(元),商户优惠总金额(元),商户应收总金额(元),QQ钱包优惠总金额(元),"
	"用户支付总金额(元),退款总金额(元),退还QQ钱包优惠总金额(元),手续费总金额(元)\n";

struct sums {
	int64_t count, paid, refunded, fees;
};

static bool is_wanted(struct call *c, const struct day_item *item);
static void put_line(struct call *c, const struct day_item *item, struct text *out);
static void put_trade(const struct trade *t, const char *paid, struct text *out);
static void put_refund(struct call *c, const struct day_item *item, struct text *out);
static void put_text(struct text *out, const char *text);
static void put_time(struct text *out, int64_t ms);
static void count(struct sums *sums, const struct day_item *item);
static void put_sums(const struct sums *sums, struct text *out);
static bool check(struct call *c, int32_t *date);

void qpay_statement(struct call *c)
{
	CLEANUP(text_free) struct text table = { 0 };
	struct sums sums = { 0 };
	struct day day;
	int32_t date;

	if (!check(c, &date))
		return;
	day_collect(&c->s->trades, &c->merchant->merchant, date, c->arena, &day);
	text_put(&table, HEADER);
	for (size_t i = 0; i < day.n; i++) {
		if (!is_wanted(c, &day.item[i]))
			continue;
		put_line(c, &day.item[i], &table);
		count(&sums, &day.item[i]);
	}
	if (sums.count == 0) {
		qpay_refuse(c, "NO_BILL_EXIST", "账单不存在");
		return;
	}
	text_put(&table, SUMS);
	put_sums(&sums, &table);
	if (qpay_in(c, "tar_type").n > 0)
		gzip_add(&c->file, text_str(&table));
	else
		text_add(&c->file, text_str(&table));
}

static bool check(struct call *c, int32_t *date)
{
	static const char *const TYPES[] = { "ALL", "SUCCESS", "REFUND", "RECHAR" };
	struct str type = qpay_in(c, "bill_type"), packed = qpay_in(c, "tar_type");
	bool known = false;

	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++)
		known = known || str_is(type, TYPES[i]);
	if (qpay_in(c, "bill_date").n != 8 ||
	    day_read(qpay_in(c, "bill_date"), c->now_ms, date) != ERR_OK)
		qpay_refuse(c, "PARAM_ERROR", "参数bill_date错误");
	else if (!known)
		qpay_refuse(c, "PARAM_ERROR", "参数bill_type错误");
	else if (packed.n > 0 && !str_is(packed, "GZIP"))
		qpay_refuse(c, "PARAM_ERROR", "参数tar_type错误");
	return !c->refused.code;
}

static bool is_wanted(struct call *c, const struct day_item *item)
{
	struct str type = qpay_in(c, "bill_type");

	return str_is(type, "ALL") || str_is(type, item->kind == DAY_PAID ? "SUCCESS" : "REFUND");
}

static void put_line(struct call *c, const struct day_item *item, struct text *out)
{
	const struct trade *t = item->trade;
	char yuan[YUAN_TEXT], fee[YUAN_TEXT];

	yuan_write(item->kind == DAY_PAID ? item->fen : 0, yuan);
	yuan_write(item->kind == DAY_PAID ? day_fee(item->fen) : -day_fee(item->fen), fee);
	put_time(out, item->at_ms);
	put_trade(t, yuan, out);
	if (item->kind == DAY_PAID)
		text_put(out, "支付成功," NOTHING "," NOTHING "," NOTHING ",0.00,0.00," NOTHING
			      "," NOTHING "," NOTHING ",");
	else
		put_refund(c, item, out);
	put_text(out, t->subject);
	put_text(out, t->passback);
	text_printf(out, "%s,0.60%%\n", fee);
}

static void put_trade(const struct trade *t, const char *paid, struct text *out)
{
	text_printf(out, "%s,", t->merchant->id);
	put_text(out, t->appid);
	text_put(out, NOTHING "," NOTHING ",");
	put_text(out, t->buyer);
	put_text(out, t->device);
	text_printf(out, "%.*s,`%s,`%s,BALANCE,CNY,", (int)qpay_trade_type(t).n,
		    qpay_trade_type(t).p, t->number, t->trade_no);
	/* Without coupons, what is due is what is paid. */
	text_printf(out, "%s,0.00,%s,0.00,%s,", paid, paid, paid);
}

/* A reversal has the order's own numbers. */
static void put_refund(struct call *c, const struct day_item *item, struct text *out)
{
	const struct refund *r = item->refund;
	char yuan[YUAN_TEXT];

	yuan_write(item->fen, yuan);
	text_put(out, r ? "转入退款," : "已撤销,");
	put_time(out, item->at_ms);
	if (r)
		text_printf(out, "`%s,`%s,", r->request_no, r->refund_no);
	else
		text_printf(out, "`%s,`%s,", item->trade->number, item->trade->trade_no);
	text_printf(out, "%s,0.00,", yuan);
	if (r && c->now_ms < r->settles_ms) {
		text_put(out, "退款处理中," NOTHING ",");
	} else {
		text_put(out, "退款成功,");
		put_time(out, r ? r->settles_ms : item->at_ms);
	}
	text_put(out, "原路退款,");
}

/* A comma or a line's end inside a value would be another column or line. */
static void put_text(struct text *out, const char *text)
{
	for (const char *p = text[0] != '\0' ? text : NOTHING; *p; p++)
		text_add(out,
			 *p == ',' || *p == '\n' || *p == '\r' ? STR(" ") : (struct str){ p, 1 });
	text_put(out, ",");
}

/* "2016/7/23 14:14" */
static void put_time(struct text *out, int64_t ms)
{
	char local[LOCAL_TEXT];
	int32_t date = china_date(ms);

	china_write(ms, local);
	text_printf(out, "%" PRId32 "/%" PRId32 "/%" PRId32 " %.5s,", date / 10000,
		    date / 100 % 100, date % 100, local + 11);
}

static void count(struct sums *sums, const struct day_item *item)
{
	bool paid = item->kind == DAY_PAID;

	sums->count++;
	sums->paid += paid ? item->fen : 0;
	sums->refunded += paid ? 0 : item->fen;
	sums->fees += paid ? day_fee(item->fen) : -day_fee(item->fen);
}

static void put_sums(const struct sums *sums, struct text *out)
{
	char paid[YUAN_TEXT], refunded[YUAN_TEXT], fees[YUAN_TEXT];

	yuan_write(sums->paid, paid);
	yuan_write(sums->refunded, refunded);
	yuan_write(sums->fees, fees);
	text_printf(out, "%" PRId64 ",%s,0.00,%s,0.00,%s,%s,0.00,%s\n", sums->count, paid, paid,
		    paid, refunded, fees);
}
