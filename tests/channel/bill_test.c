/* Bills: what each platform's file gives, and that a file that is not whole gives nothing. */
#include "channel/bill.h"

#include "tap.h"

#include <iconv.h>
#include <stdlib.h>

/* clang-format off */
#define WECHAT_HEADER \
	"交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型," \
	"交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额," \
	"充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额," \
	"费率备注"
#define WECHAT_PAID \
	"`2026-11-21 09:30:05,`wx1,`1900000109,`0,`,`4200001,`att1,`o1,`NATIVE,`SUCCESS,`OTHERS," \
	"`CNY,`88.80,`0.00,`0,`0,`0.00,`0.00,`,`,`茶,糕 `x`,`,`0.53000,`0.60%,`88.88,`0.00,`"
#define WECHAT_REFUND \
	"`2026-11-21 10:00:00,`wx1,`1900000109,`0,`,`4200001,`att1,`o1,`NATIVE,`REFUND,`OTHERS," \
	"`CNY,`0.00,`0.00,`5030001,`ref1,`8.00,`0.00,`ORIGINAL,`PROCESSING,`茶,`,`-0.05000," \
	"`0.60%,`0.00,`8.08,`"
#define WECHAT_REVOKED \
	"`2026-11-21 11:00:00,`wx1,`1900000109,`0,`,`4200002,`att2,`o1,`MICROPAY,`REVOKED," \
	"`OTHERS,`CNY,`0.00,`0.00,`0,`0,`0.01,`0.00,`,`SUCCESS,`茶,`,`0.00000,`0.60%,`0.00,`0.01," \
	"`"
#define WECHAT_SUMS \
	"总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额," \
	"申请退款总金额"
#define WECHAT_OLD \
	"交易时间,商户订单号,总金额,微信订单号,交易状态,手续费,微信退款单号,商户退款单号," \
	"退款金额,退款状态"

#define QQ_HEADER \
	"交易时间,商户号,商户APPID,子商户号,子商户APPID,用户标识,设备号,支付场景,商户订单号," \
	"QQ钱包订单号,付款银行,货币种类,订单金额(元),商户优惠金额(元),商户应收金额(元)," \
	"QQ钱包优惠金额(元),用户支付金额(元),交易状态,退款提交时间,商户退款订单号," \
	"QQ钱包退款订单号,退款金额(元),退还QQ钱包优惠金额(元),退款状态,退款成功时间,退款方式," \
	"商品名称,商户数据包,手续费金额(元),费率"
#define QQ_HEAD ",1900000109,100619284,暂无数据,暂无数据,o1,tael,NATIVE,"
#define QQ_PAID \
	"2026/11/21 9:05" QQ_HEAD "`att1,`1900000109201,暂无数据,CNY,88.88,0,88.88,0,88.88," \
	"支付成功,暂无数据,暂无数据,暂无数据,0,0,暂无数据,暂无数据,暂无数据,茶,糕,b,0.53,0.6%"
#define QQ_REFUND \
	"2026-11-21 10:00:00" QQ_HEAD "`att1,`1900000109201,暂无数据,CNY,88.88,0,88.88,0,88.88," \
	"转入退款,2026/11/21 10:00,`ref1,`9001,8.08,0,退款成功,2026/11/21 10:01,原路退款,茶," \
	"暂无数据,0,0.6%"
#define QQ_SUMS \
	"交易总笔数,订单总金额(元),商户优惠总金额(元),商户应收总金额(元),QQ钱包优惠总金额(元)," \
	"用户支付总金额(元),退款总金额(元),退还QQ钱包优惠总金额(元),手续费总金额(元)"

#define ALIPAY_HEADER \
	"支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员," \
	"终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,退款批次号/" \
	"请求号,服务费（元）," \
	"备注"
#define ALIPAY_PAID \
	"2026112122001\t,att1\t,交易\t,茶,糕,2026-11-21 09:00:00,2026-11-21 09:00:05,\t,\t," \
	"\t,\t,*三(abc***@x.com)\t,88.88,80.88,8.00,\t,-0.53,备注"
#define ALIPAY_REFUND \
	"2026112122001\t,att1\t,退款\t,茶,2026-11-21 09:00:00,2026-11-21 10:00:00,\t,\t," \
	"\t,\t,*三(abc***@x.com)\t,-8.08,-7.35,0.00,ref1\t,0.05,"
#define ALIPAY_PAID_SUM "#交易合计：1笔，商家实收共80.88元，商家优惠共0.00元"
#define ALIPAY_REFUND_SUM "#退款合计：1笔，商家实收退款共-7.35元，商家优惠退款共0.00元"
/* clang-format on */

typedef enum err bill_reader(struct str text, const struct bill_sink *sink, struct bill_sums *sums);

/* 2026-11-21 00:00:00 in UTC+8 */
static const int64_t DAY = INT64_C(1795190400000);

static struct {
	struct bill_row row[8];
	size_t n;
	enum err answer;
} got;

static enum err keep(void *self, const struct bill_row *row)
{
	(void)self;
	if (got.n < 8)
		got.row[got.n++] = *row;
	return got.answer;
}

static const struct bill_sink KEEP = { keep, NULL };

static enum err read_text(bill_reader *reader, struct str text, struct bill_sums *sums)
{
	memset(&got, 0, sizeof(got));
	return reader(text, &KEEP, sums);
}

static struct str gbk(const char *utf8)
{
	static char out[8192];
	iconv_t to_gbk = iconv_open("GBK", "UTF-8");
	char text[8192], *from = text, *to = out;
	size_t left = strlen(utf8), room = sizeof(out);

	memcpy(text, utf8, left + 1);
	if (iconv(to_gbk, &from, &left, &to, &room) == (size_t)-1)
		abort();
	(void)iconv_close(to_gbk);
	return (struct str){ out, sizeof(out) - room };
}

static void expect_row(const struct bill_row *want, size_t i)
{
	EXPECT(i < got.n);
	EXPECT_INT(want->kind, got.row[i].kind);
	EXPECT_INT(want->at_ms, got.row[i].at_ms);
	EXPECT_STR(want->number, got.row[i].number);
	EXPECT_STR(want->trade_no, got.row[i].trade_no);
	EXPECT_STR(want->refund_number, got.row[i].refund_number);
	EXPECT_STR(want->refund_no, got.row[i].refund_no);
	EXPECT_INT(want->fen, got.row[i].fen);
	EXPECT_INT(want->fee, got.row[i].fee);
	EXPECT_STR(want->state, got.row[i].state);
}

static void expect_sums(const struct bill_sums *sums, int64_t paid_rows, int64_t paid,
			int64_t refunds, int64_t refunded)
{
	EXPECT_INT(paid_rows, sums->rows[BILL_PAID]);
	EXPECT_INT(paid, sums->fen[BILL_PAID]);
	EXPECT_INT(refunds, sums->rows[BILL_REFUNDED]);
	EXPECT_INT(refunded, sums->fen[BILL_REFUNDED]);
}

static void a_bill_of_wechat_is_read(void)
{
	static const struct bill_row WANT[] = {
		{ BILL_PAID, DAY + 34205000, "att1", "4200001", "", "", 8888, 53000, "SUCCESS" },
		{ BILL_REFUNDED, DAY + 36000000, "att1", "4200001", "ref1", "5030001", 808, -5000,
		  "PROCESSING" },
		{ BILL_REFUNDED, DAY + 39600000, "att2", "4200002", "", "", 1, 0, "SUCCESS" },
	};
	struct bill_sums sums;

	EXPECT_ERR(ERR_OK,
		   read_text(wechat_bill_read,
			     STR("\xef\xbb\xbf" WECHAT_HEADER "\r\n" WECHAT_PAID
				 "\r\n" WECHAT_REFUND "\r\n" WECHAT_REVOKED "\r\n" WECHAT_SUMS
				 "\r\n`3.0,`88.8,`8.01,`0.0,`0.48,`88.88,`8.09\r\n"),
			     &sums));
	EXPECT_INT(3, got.n);
	for (size_t i = 0; i < 3; i++)
		CALL(expect_row(&WANT[i], i));
	CALL(expect_sums(&sums, 1, 8888, 2, 809));
}

/* Files of other years and kinds: other columns in another order, no refunds, nothing at all. */
static void columns_are_found_by_name(void)
{
	static const struct bill_row WANT = { BILL_REFUNDED, DAY, "att1", "42",     "ref1",
					      "50",          9,   0,      "SUCCESS" };
	struct bill_sums sums;

	EXPECT_ERR(ERR_OK,
		   read_text(wechat_bill_read,
			     STR(WECHAT_OLD "\n`2026-11-21 00:00:00,`att1,`0,`42,`REFUND,`0,`50,"
					    "`ref1,`0.09,`SUCCESS\n"
					    "总交易单数,总交易额,总退款金额,手续费总金额\n"
					    "`1,`0.0,`0.09,`0"),
			     &sums));
	CALL(expect_row(&WANT, 0));
	CALL(expect_sums(&sums, 0, 0, 1, 9));
	EXPECT_ERR(ERR_OK, read_text(wechat_bill_read,
				     STR("交易状态,订单金额,手续费,交易时间,商户订单号,微信订单号\n"
					 "`SUCCESS,`1.5,`0,`2026-11-21 00:00:00,`att1,`42\n"
					 "总交易单数,订单总金额\n`1,`1.50\n"),
				     NULL));
	EXPECT_INT(150, got.row[0].fen);
	EXPECT_ERR(ERR_OK, read_text(wechat_bill_read,
				     STR(WECHAT_HEADER "\n" WECHAT_SUMS "\n`0,`0,`0,`0,`0,`0,`0\n"),
				     &sums));
	CALL(expect_sums(&sums, 0, 0, 0, 0));
}

static void a_bill_of_qq_is_read(void)
{
	static const struct bill_row WANT[] = {
		{ BILL_PAID, DAY + 32700000, "att1", "1900000109201", "", "", 8888, 53000,
		  "支付成功" },
		{ BILL_REFUNDED, DAY + 36000000, "att1", "1900000109201", "ref1", "9001", 808, 0,
		  "退款成功" },
	};
	struct bill_sums sums;

	EXPECT_ERR(ERR_OK, read_text(qq_bill_read,
				     STR(QQ_HEADER "\n" QQ_PAID "\n" QQ_REFUND "\n" QQ_SUMS
						   "\n2,88.88,0,88.88,0,88.88,8.08,0,0.53\n"),
				     &sums));
	EXPECT_INT(2, got.n);
	for (size_t i = 0; i < 2; i++)
		CALL(expect_row(&WANT[i], i));
	CALL(expect_sums(&sums, 1, 8888, 1, 808));
}

static void a_bill_of_alipay_is_read(void)
{
	static const struct bill_row WANT[] = {
		{ BILL_PAID, DAY + 32405000, "att1", "2026112122001", "", "", 8888, -53000,
		  "交易" },
		{ BILL_REFUNDED, DAY + 36000000, "att1", "2026112122001", "ref1", "", 808, 5000,
		  "退款" },
	};
	struct bill_sums sums;

	EXPECT_ERR(
		ERR_OK,
		read_text(
			alipay_bill_read,
			gbk("#支付宝业务明细查询\r\n#账号：[20880000000000010156]\r\n" ALIPAY_HEADER
			    "\r\n" ALIPAY_PAID "\r\n" ALIPAY_REFUND
			    "\r\n#------业务明细列表结束------\r\n" ALIPAY_PAID_SUM
			    "\r\n" ALIPAY_REFUND_SUM
			    "\r\n#导出时间：[2026年11月22日 05:46:49]\r\n"),
			&sums));
	EXPECT_INT(2, got.n);
	for (size_t i = 0; i < 2; i++)
		CALL(expect_row(&WANT[i], i));
	CALL(expect_sums(&sums, 1, 8888, 1, 808));
}

static void expect_nothing(bill_reader *reader, struct str text, const char *why)
{
	struct bill_sums sums = { .rows = { 7 } };
	enum err e = read_text(reader, text, &sums);

	if (e == ERR_OK || strstr(err_text(), why) == NULL)
		NOTE("expected: %s", why);
	EXPECT_ERR(ERR_INVALID, e);
	EXPECT(strstr(err_text(), why) != NULL);
	EXPECT_INT(0, got.n);
	EXPECT_INT(7, sums.rows[0]);
}

static void a_malformed_bill_gives_nothing_and_names_its_line(void)
{
	static const struct {
		bill_reader *reader;
		const char *text, *why;
	} CASES[] = {
		{ wechat_bill_read, "", "cut short" },
		{ wechat_bill_read, "<xml><return_code>FAIL</return_code></xml>",
		  "line 1: there is no column 交易时间" },
		{ wechat_bill_read, WECHAT_HEADER "\n", "cut short" },
		{ wechat_bill_read, WECHAT_HEADER "\n" WECHAT_PAID "\n", "cut short" },
		{ wechat_bill_read, WECHAT_HEADER "\n" WECHAT_PAID "\n" WECHAT_SUMS "\n",
		  "cut short" },
		{ wechat_bill_read,
		  WECHAT_HEADER "\n" WECHAT_PAID "\n" WECHAT_SUMS
				"\n`2,`88.8,`0,`0,`0.53,`88.88,`0\n",
		  "line 4: the bill has another number of rows" },
		{ wechat_bill_read,
		  WECHAT_HEADER "\n" WECHAT_PAID "\n" WECHAT_SUMS
				"\n`1,`88.8,`0,`0,`0.53,`88.87,`0\n",
		  "line 4: the payments do not come to" },
		{ wechat_bill_read,
		  WECHAT_HEADER "\n" WECHAT_PAID "\n" WECHAT_SUMS
				"\n`1,`88.8,`0,`0,`0.53,`88.88,`0.01\n",
		  "line 4: the refunds do not come to" },
		{ wechat_bill_read,
		  WECHAT_HEADER "\n" WECHAT_PAID "\n" WECHAT_SUMS
				"\n`1,`88.8,`0,`0,`0.53,`88.88,`0\n`1\n",
		  "line 5: text after the sums" },
		{ wechat_bill_read, WECHAT_HEADER "\n" WECHAT_PAID ",`x\n",
		  "line 2: 28 cells under 27 columns" },
		{ wechat_bill_read, WECHAT_HEADER "\n`2026-11-21 09:30:05,`wx1\n",
		  "line 2: 2 cells under 27 columns" },
		{ wechat_bill_read, WECHAT_HEADER "\n2026-11-21 09:30:05,wx1\n",
		  "line 2: a row without backticks" },
		{ wechat_bill_read, WECHAT_HEADER ",订单金额\n",
		  "line 1: the column 订单金额 comes twice" },
		{ wechat_bill_read, WECHAT_OLD "\n`soon,`a,`1,`42,`SUCCESS,`0,`,`,`,`\n",
		  "line 2: " },
		{ wechat_bill_read,
		  WECHAT_OLD "\n`2026-11-21 00:00:00,`a,`1.001,`42,`SUCCESS,`0,`,`,`,`\n",
		  "line 2: 订单金额 is not an amount" },
		{ wechat_bill_read,
		  WECHAT_OLD "\n`2026-11-21 00:00:00,`a,`-1,`42,`SUCCESS,`0,`,`,`,`\n",
		  "line 2: a row without its amount" },
		{ wechat_bill_read,
		  WECHAT_OLD "\n`2026-11-21 00:00:00,`a,`1e3,`42,`SUCCESS,`0,`,`,`,`\n",
		  "line 2: 订单金额 is not an amount" },
		{ wechat_bill_read,
		  WECHAT_OLD "\n`2026-11-21 00:00:00,`a,`1,`,`SUCCESS,`0,`,`,`,`\n",
		  "line 2: a row without its amount or the channel's number" },
		{ wechat_bill_read,
		  WECHAT_OLD "\n`2026-11-21 00:00:00,`a,`1,`42,`NEWS,`0,`,`,`,`\n",
		  "line 2: 交易状态 is not known" },
		{ wechat_bill_read, WECHAT_OLD "\n`2026-11-21 00:00:00,`\xff\n",
		  "line 2: not text in the bill's encoding" },
		{ qq_bill_read, QQ_HEADER "\n" QQ_PAID "\n", "cut short" },
		{ qq_bill_read, QQ_HEADER "\n2026/13/21 9:05\n", "line 2: 1 cells under 30" },
		{ qq_bill_read,
		  QQ_HEADER "\n" QQ_PAID "\n" QQ_SUMS "\n1,88.88,0,88.88,0,88.88,8.08,0,0.53\n",
		  "line 4: the refunds do not come to" },
		{ qq_bill_read, "交易时间,商户订单号\n",
		  "line 1: there is no column QQ钱包订单号" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		NOTE("case %zu", i);
		CALL(expect_nothing(CASES[i].reader, str_of(CASES[i].text), CASES[i].why));
	}
}

static void a_malformed_bill_of_alipay_gives_nothing(void)
{
	static const struct {
		const char *text, *why;
	} CASES[] = {
		{ ALIPAY_HEADER "\n" ALIPAY_PAID "\n" ALIPAY_PAID_SUM "\n", "cut short" },
		{ ALIPAY_HEADER "\n" ALIPAY_PAID "\n" ALIPAY_REFUND_SUM "\n",
		  "line 3: the refunds do not come to" },
		{ ALIPAY_HEADER "\n" ALIPAY_PAID "\n" ALIPAY_PAID_SUM "\n" ALIPAY_PAID_SUM "\n",
		  "line 4: a sum that cannot be right" },
		{ ALIPAY_HEADER "\n" ALIPAY_PAID "\n#交易合计：两笔\n", "line 3: " },
		{ ALIPAY_HEADER "\n" ALIPAY_PAID "\n#交易合计：2笔，商家实收共80.88元\n",
		  "line 3: the payments do not come to" },
		{ ALIPAY_HEADER "\n" ALIPAY_PAID "\n" ALIPAY_PAID "\n" ALIPAY_PAID_SUM "\n",
		  "line 4: the payments do not come to" },
		{ ALIPAY_PAID "\n", "line 1: there is no column" },
		/* A comma where nobody looks for one moves what stands before it. */
		{ ALIPAY_HEADER "\n" ALIPAY_PAID ",再来\n" ALIPAY_PAID_SUM "\n", "line 2: " },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		NOTE("case %zu", i);
		CALL(expect_nothing(alipay_bill_read, gbk(CASES[i].text), CASES[i].why));
	}
	CALL(expect_nothing(alipay_bill_read, STR("\xd6\n"), "line 1: not text in GBK"));
	CALL(expect_nothing(alipay_bill_read, STR(ALIPAY_HEADER "\n"), "line 1: "));
}

/* Wherever it ends, half a file is none. */
static void a_bill_that_was_cut_gives_nothing(void)
{
	static const char TEXT[] =
		WECHAT_HEADER "\r\n" WECHAT_PAID "\r\n" WECHAT_REFUND "\r\n" WECHAT_SUMS
			      "\r\n`2.0,`88.8,`8,`0.0,`0.48,`88.88,`8.08";

	EXPECT_ERR(ERR_OK, read_text(wechat_bill_read, str_of(TEXT), NULL));
	for (size_t n = 0; n + 1 < sizeof(TEXT); n++) {
		enum err e = read_text(wechat_bill_read, (struct str){ TEXT, n }, NULL);

		if (e == ERR_OK)
			NOTE("%zu bytes", n);
		EXPECT_ERR(ERR_INVALID, e);
		EXPECT_INT(0, got.n);
	}
}

static void b15_a_bill_has_limits(void)
{
	char *line = malloc(BILL_LINE_MAX + 64);
	size_t n = 0;

	EXPECT(line != NULL);
	memset(line, 'x', BILL_LINE_MAX + 1);
	CALL(expect_nothing(wechat_bill_read, (struct str){ line, BILL_LINE_MAX + 1 },
			    "line 1: longer than"));
	CALL(expect_nothing(wechat_bill_read, (struct str){ line, BILL_LINE_MAX - 1 },
			    "line 1: there is no column"));
	CALL(expect_nothing(wechat_bill_read, (struct str){ line, BILL_BYTES_MAX + 1U },
			    "more than 32 MiB"));
	while (n < BILL_CELLS_MAX)
		line[n++] = ',';
	CALL(expect_nothing(qq_bill_read, (struct str){ line, n }, "line 1: more than 64 cells"));
	free(line);
}

static void a_sink_may_end_the_reading(void)
{
	static const char TEXT[] =
		WECHAT_HEADER "\n" WECHAT_PAID "\n" WECHAT_REFUND "\n" WECHAT_SUMS
			      "\n`2.0,`88.8,`8,`0.0,`0.48,`88.88,`8.08\n";

	memset(&got, 0, sizeof(got));
	got.answer = ERR_STOPPING;
	EXPECT_ERR(ERR_STOPPING, wechat_bill_read(str_of(TEXT), &KEEP, NULL));
	EXPECT_INT(1, got.n);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(a_bill_of_wechat_is_read),
	TEST(columns_are_found_by_name),
	TEST(a_bill_of_qq_is_read),
	TEST(a_bill_of_alipay_is_read),
	TEST(a_malformed_bill_gives_nothing_and_names_its_line),
	TEST(a_malformed_bill_of_alipay_gives_nothing),
	TEST(a_bill_that_was_cut_gives_nothing),
	TEST(b15_a_bill_has_limits),
	TEST(a_sink_may_end_the_reading),
};
/* clang-format on */

TAP_MAIN(TESTS)
