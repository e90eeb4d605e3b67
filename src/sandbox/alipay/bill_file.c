/* bill_file.c - the tables: written in UTF-8, handed out in GBK.
 *
 * Cells of text end in a TAB; lines that begin with '#' are not data.
 *
 * Source: Alipay open platform, "bills": 业务明细, 业务汇总, 账务明细, 账务汇总, as published files
 * have them.  The sandbox's Alipay takes no fee, since those files do not settle its sign.
 */
#include "base/check.h"
#include "base/money.h"
#include "base/time.h"
#include "sandbox/alipay/bill.h"
#include "sandbox/pack.h"
#include "sys/cleanup.h"

#include <iconv.h>
#include <inttypes.h>

enum { GBK_BYTES = 2 };

#define RULE "----------------------------------------"

static const char TRADES[] =
	"支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,"
	"终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,"
	"支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
	"卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注\r\n";
static const char TRADE_SUMS[] =
	"门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,"
	"支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,"
	"实收净额（元）\r\n";
static const char MOVEMENTS[] =
	"账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,"
	"支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注,业务描述,业务账单来源,"
	"业务基础订单号,业务订单号\r\n";
static const char MOVEMENT_SUMS[] =
	"类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）\r\n";

struct sums {
	int64_t paid_n, paid, back_n, back;
};

static struct sums sum_up(const struct day *day);
static void put_head(struct text *out, const char *kind, const char *account, int32_t date);
static void put_rule(struct text *out, const char *name);
static void put_end(struct text *out, int64_t now_ms);
static void put_trades(struct text *out, const struct day *day);
static void put_trade(struct text *out, const struct day_item *item);
static void put_trade_sums(struct text *out, const struct sums *s);
static void put_movements(struct text *out, const struct day *day);
static void put_movement(struct text *out, const struct day_item *item, int64_t left);
static void put_movement_sums(struct text *out, const struct sums *s);
static void put_name(struct text *out, const char *text);
static void put_time(struct text *out, int64_t ms);
static const char *yuan(int64_t fen, char out[YUAN_TEXT]);
static void add(struct zip *z, const char *account, int32_t date, const char *name,
		const struct text *table, int64_t now_ms);
static void to_gbk(struct str in, struct text *out);

void bill_account(const struct app *app, char out[ACCOUNT_TEXT])
{
	size_t n = 0;

	str_add(out, ACCOUNT_TEXT, &n, "%s0156", app->merchant.seller);
}

void bill_write(const struct app *app, const struct day *day, bool balance, int64_t now_ms,
		struct text *zip)
{
	CLEANUP(text_free) struct text details = { 0 }, summary = { 0 };
	const struct sums sums = sum_up(day);
	struct zip z = { .out = zip };
	char account[ACCOUNT_TEXT];

	bill_account(app, account);
	put_head(&details, balance ? "账务明细" : "业务明细", account, day->date);
	if (balance)
		put_movements(&details, day);
	else
		put_trades(&details, day);
	put_end(&details, now_ms);
	put_head(&summary, balance ? "账务汇总" : "业务汇总", account, day->date);
	if (balance)
		put_movement_sums(&summary, &sums);
	else
		put_trade_sums(&summary, &sums);
	put_end(&summary, now_ms);
	add(&z, account, day->date, balance ? "账务明细" : "业务明细", &details, now_ms);
	add(&z, account, day->date, balance ? "账务汇总" : "业务明细(汇总)", &summary, now_ms);
	zip_end(&z);
}

static struct sums sum_up(const struct day *day)
{
	struct sums s = { 0 };

	for (size_t i = 0; i < day->n; i++) {
		bool paid = day->item[i].kind == DAY_PAID;

		s.paid_n += paid;
		s.paid += paid ? day->item[i].fen : 0;
		s.back_n += !paid;
		s.back -= paid ? 0 : day->item[i].fen;
	}
	return s;
}

static void put_head(struct text *out, const char *kind, const char *account, int32_t date)
{
	char from[LOCAL_TEXT], to[LOCAL_TEXT];
	size_t n = 0;
	int64_t ms = 0;

	str_add(from, sizeof(from), &n, "%04" PRId32 "-%02" PRId32 "-%02" PRId32 " 00:00:00",
		date / 10000, date / 100 % 100, date % 100);
	CHECK(china_read(str_of(from), &ms) == ERR_OK);
	china_write(ms + DAY_MS, to);
	text_printf(out, "#支付宝%s查询\r\n#账号：[%s]\r\n", kind, account);
	text_printf(out,
		    "#起始日期：[%.4s年%.2s月%.2s日 00:00:00]   终止日期：[%.4s年%.2s月%.2s日 "
		    "00:00:00]\r\n",
		    from, from + 5, from + 8, to, to + 5, to + 8);
}

static void put_rule(struct text *out, const char *name)
{
	text_printf(out, "#" RULE "%s" RULE "\r\n", name);
}

static void put_end(struct text *out, int64_t now_ms)
{
	char local[LOCAL_TEXT];

	china_write(now_ms, local);
	text_printf(out, "#导出时间：[%.4s年%.2s月%.2s日 %s]\r\n", local, local + 5, local + 8,
		    local + 11);
}

static void put_trades(struct text *out, const struct day *day)
{
	struct sums s = sum_up(day);
	char paid[YUAN_TEXT], back[YUAN_TEXT];

	put_rule(out, "业务明细列表");
	text_put(out, TRADES);
	for (size_t i = 0; i < day->n; i++)
		put_trade(out, &day->item[i]);
	put_rule(out, "业务明细列表结束");
	text_printf(out,
		    "#交易合计：%" PRId64 "笔，商家实收共%s元，商家优惠共0.00元\r\n"
		    "#退款合计：%" PRId64 "笔，商家实收退款共%s元，商家优惠退款共0.00元\r\n",
		    s.paid_n, yuan(s.paid, paid), s.back_n, yuan(s.back, back));
}

static void put_trade(struct text *out, const struct day_item *item)
{
	const struct trade *t = item->trade;
	bool paid = item->kind == DAY_PAID;
	char amount[YUAN_TEXT];

	(void)yuan(paid ? item->fen : -item->fen, amount);
	text_printf(out, "%s\t,%s\t,%s\t,", t->trade_no, t->number, paid ? "交易" : "退款");
	put_name(out, t->subject);
	put_time(out, t->created_ms);
	put_time(out, item->at_ms);
	text_put(out, "\t,\t,\t,\t,*三(abc***@sandbox.com)\t,");
	text_printf(out, "%s,%s,0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,%s\t,0.00,0.00,", amount,
		    amount, item->refund ? item->refund->request_no : "");
	put_name(out, t->body);
	out->p[--out->n] = '\0'; /* the last cell has no comma behind it */
	text_put(out, "\r\n");
}

/* One shop without a number, then all. */
static void put_trade_sums(struct text *out, const struct sums *s)
{
	char net[YUAN_TEXT];

	(void)yuan(s->paid + s->back, net);
	put_rule(out, "业务汇总列表");
	text_put(out, TRADE_SUMS);
	for (int i = 0; i < 2; i++)
		text_printf(out,
			    "%s\t,\t,%" PRId64 ",%" PRId64 ",%s,%s,0.00,0.00,0.00,0.00,0.00,%s\r\n",
			    i == 0 ? "" : "合计", s->paid_n, s->back_n, net, net, net);
	put_rule(out, "业务汇总列表结束");
}

static void put_movements(struct text *out, const struct day *day)
{
	struct sums s = sum_up(day);
	int64_t left = day->before;
	char in[YUAN_TEXT], gone[YUAN_TEXT];

	put_rule(out, "账务明细列表");
	text_put(out, MOVEMENTS);
	for (size_t i = 0; i < day->n; i++) {
		left += day->item[i].kind == DAY_PAID ? day->item[i].fen : -day->item[i].fen;
		put_movement(out, &day->item[i], left);
	}
	put_rule(out, "账务明细列表结束");
	text_printf(out, "#支出合计：%" PRId64 "笔，共%s元\r\n#收入合计：%" PRId64 "笔，共%s元\r\n",
		    s.back_n, yuan(s.back, gone), s.paid_n, yuan(s.paid, in));
}

static void put_movement(struct text *out, const struct day_item *item, int64_t left)
{
	const struct trade *t = item->trade;
	bool paid = item->kind == DAY_PAID;
	char amount[YUAN_TEXT], balance[YUAN_TEXT];

	/* The movement's number: the trade's, and which of its movements it is. */
	text_printf(out, "%s%s%s\t,%s\t,%s\t,", t->trade_no, item->refund ? "-" : "",
		    item->refund ? item->refund->request_no : "", t->trade_no, t->number);
	put_name(out, t->subject);
	put_time(out, item->at_ms);
	text_put(out, "*三(abc***@sandbox.com)\t,");
	(void)yuan(paid ? item->fen : -item->fen, amount);
	text_printf(out, "%s,%s,%s,支付宝\t,%s\t,", paid ? amount : "0.00", paid ? "0.00" : amount,
		    yuan(left, balance), paid ? "在线支付" : "交易退款");
	put_name(out, t->body);
	text_printf(out, "%s\t,\t,%s\t,%s\t\r\n", paid ? "收款" : "退款", t->trade_no,
		    item->refund ? item->refund->request_no : t->number);
}

static void put_movement_sums(struct text *out, const struct sums *s)
{
	char in[YUAN_TEXT], gone[YUAN_TEXT], net[YUAN_TEXT];

	(void)yuan(s->paid, in);
	(void)yuan(s->back, gone);
	put_rule(out, "账务汇总列表");
	text_put(out, MOVEMENT_SUMS);
	text_printf(out, "在线支付\t,%" PRId64 ",%s,0,0.00,%s\r\n", s->paid_n, in, in);
	text_printf(out, "交易退款\t,0,0.00,%" PRId64 ",%s,%s\r\n", s->back_n, gone, gone);
	text_printf(out, "合计\t,%" PRId64 ",%s,%" PRId64 ",%s,%s\r\n", s->paid_n, in, s->back_n,
		    gone, yuan(s->paid + s->back, net));
	put_rule(out, "账务汇总列表结束");
}

/* A text that the shop wrote: a comma or a line's end would be another cell or line. */
static void put_name(struct text *out, const char *text)
{
	for (const char *p = text; *p; p++)
		text_add(out,
			 *p == ',' || (unsigned char)*p < ' ' ? STR(" ") : (struct str){ p, 1 });
	text_put(out, ",");
}

static void put_time(struct text *out, int64_t ms)
{
	char local[LOCAL_TEXT];

	china_write(ms, local);
	text_printf(out, "%s,", local);
}

static const char *yuan(int64_t fen, char out[YUAN_TEXT])
{
	yuan_write(fen, out);
	return out;
}

static void add(struct zip *z, const char *account, int32_t date, const char *name,
		const struct text *table, int64_t now_ms)
{
	CLEANUP(text_free) struct text file = { 0 }, file_gbk = { 0 }, table_gbk = { 0 };

	text_printf(&file, "%s_%" PRId32 "_%s.csv", account, date, name);
	to_gbk(text_str(&file), &file_gbk);
	to_gbk(text_str(table), &table_gbk);
	zip_add(z, text_str(&file_gbk), text_str(&table_gbk), now_ms);
}

/* Character by character, so that one that GBK does not have becomes '?'. */
static void to_gbk(struct str in, struct text *out)
{
	iconv_t to = iconv_open("GBK", "UTF-8");

	/* NOLINTNEXTLINE(performance-no-int-to-ptr): that is how iconv_open fails */
	CHECK(to != (iconv_t)-1);
	while (in.n > 0) {
		/* iconv only reads there, but wants no const. */
		union {
			const char *in;
			char *out;
		} from = { .in = in.p };
		char bytes[GBK_BYTES], *end = bytes;
		size_t n = str_character(in), left = n, room = sizeof(bytes);

		CHECK(n > 0);
		if (iconv(to, &from.out, &left, &end, &room) == (size_t)-1)
			text_put(out, "?");
		else
			text_add(out, (struct str){ bytes, sizeof(bytes) - room });
		in = str_skip(in, n);
	}
	(void)iconv_close(to);
}
