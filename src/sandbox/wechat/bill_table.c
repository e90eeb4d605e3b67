/* bill_table.c - the tables' lines.
 *
 * Source: pay.weixin.qq.com, APIv3, "download a bill", and a published file of all 27 columns.
 */
#include "base/money.h"
#include "base/time.h"
#include "sandbox/wechat/bill.h"

#include <inttypes.h>

/* clang-format off */
#define FIRST \
	"交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,"       \
	"交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
/* clang-format on */
#define ASKED "退款申请时间,退款成功时间,"
#define REFUNDS "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
#define LAST "商品名称,商户数据包,手续费,费率,订单金额,"
#define BOM "\xef\xbb\xbf"

static const char SUMS[] = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,"
			   "订单总金额,申请退款总金额\r\n";
static const char FLOWS[] = BOM "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,"
				"收支类型,收支金额（元）,账户结余（元）,资金变更提交申请人,备注,"
				"业务凭证号\r\n";
static const char FLOW_SUMS[] = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n";

struct sums {
	int64_t n, paid, back, fees;
};

/* One movement of the balance. */
struct flow {
	const struct day_item *item;
	const char *name;
	int64_t fen; /* below 0: it goes out */
};

struct flows {
	int64_t left, in_n, in, out_n, out;
};

static void put_head(enum wx_bill type, struct text *out);
static void put_item(const struct day_item *item, enum wx_bill type, int64_t now_ms,
		     struct text *out);
static void put_refund(const struct day_item *item, enum wx_bill type, int64_t now_ms,
		       struct text *out);
static void put_flow(const struct flow *f, const struct merchant *m, struct flows *all,
		     struct text *out);
static void put(struct text *out, const char *text);
static void put_yuan(struct text *out, int64_t fen);
static void put_fee(struct text *out, int64_t fen);
static void put_time(struct text *out, int64_t ms);
static void end_line(struct text *out);
static const char *trade_type(const struct trade *t);

void wx_trade_table(const struct day *day, enum wx_bill type, int64_t now_ms, struct text *out)
{
	struct sums s = { 0 };

	for (size_t i = 0; i < day->n; i++) {
		const struct day_item *item = &day->item[i];
		bool paid = item->kind == DAY_PAID;

		if (type != WX_BILL_ALL && paid != (type == WX_BILL_SUCCESS))
			continue;
		if (s.n++ == 0)
			put_head(type, out);
		put_item(item, type, now_ms, out);
		s.paid += paid ? item->fen : 0;
		s.back += paid ? 0 : item->fen;
		s.fees += paid ? day_fee(item->fen) : -day_fee(item->fen);
	}
	if (s.n == 0)
		return;
	text_put(out, SUMS);
	text_printf(out, "`%" PRId64 ".0,", s.n);
	put_yuan(out, s.paid);
	put_yuan(out, s.back);
	put(out, "0.0");
	put_fee(out, s.fees);
	put_yuan(out, s.paid);
	put_yuan(out, s.back);
	end_line(out);
}

void wx_flow_table(const struct day *day, const struct merchant *m, struct text *out)
{
	struct flows all = { .left = day->before - day->fees_before };

	for (size_t i = 0; i < day->n; i++) {
		const struct day_item *item = &day->item[i];
		int64_t fee = day_fee(item->fen);

		if (i == 0)
			text_put(out, FLOWS);
		if (item->kind == DAY_PAID) {
			put_flow(&(struct flow){ item, "交易", item->fen }, m, &all, out);
			if (fee > 0)
				put_flow(&(struct flow){ item, "扣除交易手续费", -fee }, m, &all,
					 out);
		} else {
			/* The fee comes back with it. */
			put_flow(&(struct flow){ item, "退款", fee - item->fen }, m, &all, out);
		}
	}
	if (day->n == 0)
		return;
	text_put(out, FLOW_SUMS);
	text_printf(out, "`%" PRId64 ".0,`%" PRId64 ".0,", all.in_n + all.out_n, all.in_n);
	put_yuan(out, all.in);
	text_printf(out, "`%" PRId64 ".0,", all.out_n);
	put_yuan(out, all.out);
	end_line(out);
}

static void put_head(enum wx_bill type, struct text *out)
{
	static const char *const HEADS[] = {
		[WX_BILL_ALL] = BOM FIRST REFUNDS LAST "申请退款金额,费率备注\r\n",
		[WX_BILL_SUCCESS] = BOM FIRST LAST "费率备注\r\n",
		[WX_BILL_REFUND] = BOM FIRST ASKED REFUNDS LAST "申请退款金额,费率备注\r\n",
	};

	text_put(out, HEADS[type]);
}

static void put_item(const struct day_item *item, enum wx_bill type, int64_t now_ms,
		     struct text *out)
{
	const struct trade *t = item->trade;
	bool paid = item->kind == DAY_PAID;
	int64_t fee = day_fee(item->fen);

	put_time(out, item->at_ms);
	put(out, t->appid);
	put(out, t->merchant->id);
	put(out, "0"); /* nobody sells through him */
	put(out, t->device);
	put(out, t->trade_no);
	put(out, t->number);
	put(out, t->buyer);
	put(out, trade_type(t));
	put(out, paid ? "SUCCESS" : item->kind == DAY_REVOKED ? "REVOKED" : "REFUND");
	put(out, "OTHERS");
	put(out, "CNY");
	put_yuan(out, paid ? item->fen : 0);
	put_yuan(out, 0);
	if (type != WX_BILL_SUCCESS)
		put_refund(item, type, now_ms, out);
	put(out, t->subject);
	put(out, t->passback);
	put_fee(out, paid ? fee : -fee);
	put(out, "0.60%");
	put_yuan(out, paid ? item->fen : 0);
	if (type != WX_BILL_SUCCESS)
		put_yuan(out, paid ? 0 : item->fen);
	put(out, "");
	end_line(out);
}

/* A payment has zeros there, and a reversal no numbers. */
static void put_refund(const struct day_item *item, enum wx_bill type, int64_t now_ms,
		       struct text *out)
{
	const struct refund *r = item->refund;
	bool paid = item->kind == DAY_PAID, done = !r || now_ms >= r->settles_ms;

	if (type == WX_BILL_REFUND) {
		put_time(out, item->at_ms);
		put_time(out, !done ? 0 : r ? r->settles_ms : item->at_ms);
	}
	put(out, r ? r->refund_no : "0");
	put(out, r ? r->request_no : "0");
	put_yuan(out, paid ? 0 : item->fen);
	put_yuan(out, 0);
	put(out, paid ? "" : "ORIGINAL");
	put(out, paid ? "" : done ? "SUCCESS" : "PROCESSING");
}

static void put_flow(const struct flow *f, const struct merchant *m, struct flows *all,
		     struct text *out)
{
	const struct day_item *item = f->item;
	bool in = f->fen > 0;
	int64_t fen = in ? f->fen : -f->fen;

	all->left += f->fen;
	all->in_n += in;
	all->in += in ? fen : 0;
	all->out_n += !in;
	all->out += in ? 0 : fen;
	put_time(out, item->at_ms);
	put(out, item->refund ? item->refund->refund_no : item->trade->trade_no);
	text_printf(out, "`%s%" PRId32 "%09" PRId64 ",", m->id, china_date(item->at_ms),
		    all->in_n + all->out_n);
	put(out, f->name);
	put(out, f->name);
	put(out, in ? "收入" : "支出");
	put_yuan(out, fen);
	put_yuan(out, all->left);
	put(out, "system");
	put(out, item->trade->subject);
	put(out, item->refund ? item->refund->request_no : item->trade->number);
	end_line(out);
}

/* Commas may stand inside, since the next cell begins by ",`"; ends of lines may not. */
static void put(struct text *out, const char *text)
{
	text_put(out, "`");
	for (const char *p = text; *p; p++)
		text_add(out, *p == '\n'   ? STR("\\n")
			      : *p == '\r' ? STR("\\r")
					   : (struct str){ p, 1 });
	text_put(out, ",");
}

static void put_yuan(struct text *out, int64_t fen)
{
	char text[YUAN_TEXT];

	yuan_write(fen, text);
	put(out, text);
}

/* Five decimals. */
static void put_fee(struct text *out, int64_t fen)
{
	char text[YUAN_TEXT];

	yuan_write(fen, text);
	text_printf(out, "`%s000,", text);
}

static void put_time(struct text *out, int64_t ms)
{
	char local[LOCAL_TEXT] = "";

	if (ms > 0)
		china_write(ms, local);
	put(out, local);
}

/* In place of the comma behind the last cell. */
static void end_line(struct text *out)
{
	out->p[--out->n] = '\0';
	text_put(out, "\r\n");
}

static const char *trade_type(const struct trade *t)
{
	switch (t->product) {
	case PRODUCT_QR:
		return "NATIVE";
	case PRODUCT_WAP:
		return "MWEB";
	case PRODUCT_APP:
		return "APP";
	case PRODUCT_BARCODE:
		return "MICROPAY";
	case PRODUCT_PAGE:
	case PRODUCT_JSAPI:
		break;
	}
	return "JSAPI";
}
