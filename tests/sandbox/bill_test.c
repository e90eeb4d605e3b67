/* Alipay's bills: fetched, unpacked and read by code of this file, and every figure compared. */
#include "kit.h"

#include "base/time.h"

#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { LINES = 40, CELLS = 26, TEXT = 40000, ENTRIES = 2 };

#define DAY INT64_C(86400000)

static const struct kit_options OPTIONS = { .notice_scale = 0, .movable_clock = true };

/* One table: remarks, which begin with '#', and lines of cells, the header first. */
struct table {
	const char *name;
	const char *remark[LINES];
	const char *cell[LINES][CELLS];
	size_t remarks, n;
};

static unsigned le(const unsigned char *p, int bytes)
{
	unsigned n = 0;

	for (int i = bytes - 1; i >= 0; i--)
		n = n << 8 | p[i];
	return n;
}

static const char *from_gbk(const char *in, size_t n)
{
	static char out[TEXT];
	iconv_t cd = iconv_open("UTF-8", "GBK");
	char *from, *to = out;
	size_t room = sizeof(out) - 1;
	bool good;

	/* iconv only reads there, but wants no const; zlib below as well. */
	memcpy(&from, &in, sizeof(from));
	good = iconv(cd, &from, &n, &to, &room) == 0;
	(void)iconv_close(cd);
	*to = '\0';
	return good ? kit_printf("%s", out) : "not GBK";
}

/* The i-th entry of a zip, by its central directory; its name in *name. */
static const char *entry(struct kit_http zip, size_t i, const char **name)
{
	static char text[TEXT];
	const unsigned char *base = (const unsigned char *)zip.body;
	const unsigned char *end = base + zip.body_n - 22, *p, *local;
	z_stream z = { 0 };
	size_t n;

	*name = "none";
	if (zip.body_n < 22 || memcmp(end, "PK\5\6", 4) != 0 || le(end + 10, 2) != ENTRIES)
		return "no end";
	p = base + le(end + 16, 4);
	if (p + le(end + 12, 4) != end)
		return "no directory";
	for (; i > 0; i--)
		p += 46 + le(p + 28, 2);
	local = base + le(p + 42, 4);
	if (memcmp(p, "PK\1\2", 4) != 0 || memcmp(local, "PK\3\4", 4) != 0 || le(p + 8, 2) != 0 ||
	    memcmp(p + 6, local + 4, 26) != 0 || le(local + 8, 2) != 8)
		return "no entry";
	n = le(p + 28, 2);
	*name = from_gbk((const char *)p + 46, n);
	local += 30 + n;
	memcpy(&z.next_in, &local, sizeof(z.next_in));
	z.avail_in = le(p + 20, 4);
	z.next_out = (Bytef *)text;
	z.avail_out = sizeof(text);
	if (inflateInit2(&z, -15) != Z_OK || inflate(&z, Z_FINISH) != Z_STREAM_END ||
	    inflateEnd(&z) != Z_OK || z.total_out != le(p + 24, 4) ||
	    crc32(0, (Bytef *)text, (uInt)z.total_out) != le(p + 16, 4))
		return "broken";
	return from_gbk(text, z.total_out);
}

/* Cells are cut at commas; the TAB at their end goes. */
static struct table table_read(struct kit_http zip, size_t i)
{
	struct table t = { 0 };
	char *p = kit_printf("%s", entry(zip, i, &t.name)), *end;

	for (; (end = strstr(p, "\r\n")) && t.n < LINES && t.remarks < LINES; p = end + 2) {
		size_t k = 0;

		*end = '\0';
		if (*p == '#') {
			t.remark[t.remarks++] = p;
			continue;
		}
		for (char *cell = p, *next = p; next && k < CELLS; cell = next) {
			next = strchr(cell, ',');
			if (next)
				*next++ = '\0';
			if (*cell && cell[strlen(cell) - 1] == '\t')
				cell[strlen(cell) - 1] = '\0';
			t.cell[t.n][k++] = cell;
		}
		t.n++;
	}
	return t;
}

static const char *cell(const struct table *t, size_t line, const char *column)
{
	for (size_t i = 0; i < CELLS && t->cell[0][i]; i++) {
		if (strcmp(t->cell[0][i], column) == 0)
			return t->cell[line][i] ? t->cell[line][i] : "none";
	}
	return "no such column";
}

static bool has_remark(const struct table *t, const char *text)
{
	for (size_t i = 0; i < t->remarks; i++) {
		if (strstr(t->remark[i], text))
			return true;
	}
	return false;
}

static const char *today(void)
{
	char local[LOCAL_TEXT];

	china_write(kit_now_ms(), local);
	return kit_printf("%.10s", local);
}

static struct kit_answer ask(const char *type, const char *date)
{
	static const struct kit_param METHOD[] = {
		{ "method", "alipay.data.dataservice.bill.downloadurl.query" }
	};

	return kit_call_with(KIT_KEY, "",
			     kit_printf("{\"bill_type\":\"%s\",\"bill_date\":\"%s\"}", type, date),
			     METHOD, 1);
}

static struct kit_http fetch(const char *type)
{
	const char *url = kit_text(ask(type, today()), "bill_download_url");

	return kit_http(url ? url : "/none", NULL, NULL);
}

static const char *paid_order(const char *amount, const char *subject)
{
	const char *no = kit_number();

	(void)kit_call(KIT_KEY, "precreate",
		       kit_printf("{\"out_trade_no\":\"%s\",\"total_amount\":\"%s\","
				  "\"subject\":\"%s\"}",
				  no, amount, subject));
	return kit_pay(no) ? no : "";
}

static bool refund(const char *no, const char *request_no, const char *amount)
{
	return strcmp(kit_text(kit_call(KIT_KEY, "refund",
					kit_biz(no, kit_printf(",\"out_request_no\":\"%s\","
							       "\"refund_amount\":\"%s\"",
							       request_no, amount))),
			       "code"),
		      "10000") == 0;
}

static void an_empty_day_has_empty_tables(void)
{
	struct kit_answer a;
	struct table t;

	kit_pass_ms(DAY);
	a = ask("trade", today());
	EXPECT_STR("10000", kit_text(a, "code"));
	EXPECT(a.verified);
	EXPECT_STR("EMPTY_DATA_WITH_BILL_FILE", kit_text(a, "bill_file_code"));
	t = table_read(kit_http(kit_text(a, "bill_download_url"), NULL, NULL), 0);
	EXPECT_INT(1, t.n);
	EXPECT(has_remark(&t, "交易合计：0笔，商家实收共0.00元"));
}

static void every_figure_of_a_trade_bill_is_what_happened(void)
{
	const char *first, *second, *part = kit_number(), *trade_no;
	struct kit_http zip;
	struct table t;

	kit_pass_ms(DAY);
	first = paid_order("88.88", "茶, 热的\xf0\x9f\x8d\xb5");
	second = paid_order("0.10", "cake");
	EXPECT(refund(first, part, "8.88"));
	zip = fetch("trade");
	EXPECT_INT(200, zip.status);
	EXPECT_STR("application/zip", kit_header(zip, "Content-Type"));
	t = table_read(zip, 0);
	EXPECT_STR(
		kit_printf("20880000000000010156_%d_业务明细.csv", (int)china_date(kit_now_ms())),
		t.name);
	EXPECT_STR("#支付宝业务明细查询", t.remark[0]);
	EXPECT_STR("#账号：[20880000000000010156]", t.remark[1]);
	EXPECT_INT(4, t.n);
	for (size_t i = 0; i < t.n; i++)
		EXPECT(t.cell[i][24] && !t.cell[i][25]);
	trade_no = json_string_value(json_object_get(kit_trade(first), "trade_no"));

	EXPECT_STR(first, cell(&t, 1, "商户订单号"));
	EXPECT_STR(trade_no, cell(&t, 1, "支付宝交易号"));
	EXPECT_STR("交易", cell(&t, 1, "业务类型"));
	EXPECT_STR("茶  热的?", cell(&t, 1, "商品名称"));
	EXPECT_STR("88.88", cell(&t, 1, "订单金额（元）"));
	EXPECT_STR("88.88", cell(&t, 1, "商家实收（元）"));
	EXPECT_STR("0.00", cell(&t, 1, "服务费（元）"));
	EXPECT_STR("", cell(&t, 1, "退款批次号/请求号"));
	EXPECT(strncmp(cell(&t, 1, "完成时间"), today(), 10) == 0);
	EXPECT_STR(second, cell(&t, 2, "商户订单号"));
	EXPECT_STR("0.10", cell(&t, 2, "订单金额（元）"));
	EXPECT_STR(first, cell(&t, 3, "商户订单号"));
	EXPECT_STR(trade_no, cell(&t, 3, "支付宝交易号"));
	EXPECT_STR("退款", cell(&t, 3, "业务类型"));
	EXPECT_STR("-8.88", cell(&t, 3, "订单金额（元）"));
	EXPECT_STR("-8.88", cell(&t, 3, "商家实收（元）"));
	EXPECT_STR(part, cell(&t, 3, "退款批次号/请求号"));
	EXPECT(has_remark(&t, "#交易合计：2笔，商家实收共88.98元，商家优惠共0.00元"));
	EXPECT(has_remark(&t, "#退款合计：1笔，商家实收退款共-8.88元，商家优惠退款共0.00元"));

	t = table_read(zip, 1);
	EXPECT(strstr(t.name, "_业务明细(汇总).csv"));
	EXPECT_INT(3, t.n);
	EXPECT_STR("合计", cell(&t, 2, "门店编号"));
	EXPECT_STR("2", cell(&t, 2, "交易订单总笔数"));
	EXPECT_STR("1", cell(&t, 2, "退款订单总笔数"));
	EXPECT_STR("80.10", cell(&t, 2, "订单金额（元）"));
	EXPECT_STR("80.10", cell(&t, 2, "实收净额（元）"));
}

/* The balance goes on from day to day. */
static void every_movement_leaves_its_balance(void)
{
	const char *first, *part = kit_number();
	struct kit_http zip;
	struct table t;
	long before;

	kit_pass_ms(DAY);
	(void)paid_order("1.00", "tea");
	zip = fetch("signcustomer");
	t = table_read(zip, 0);
	EXPECT_INT(2, t.n);
	EXPECT(strstr(t.name, "_账务明细.csv"));
	before = kit_fen(cell(&t, 1, "账户余额（元）"));
	kit_pass_ms(DAY);
	first = paid_order("88.88", "tea");
	EXPECT(refund(first, part, "8.88"));
	zip = fetch("signcustomer");
	t = table_read(zip, 0);
	EXPECT_INT(3, t.n);
	for (size_t i = 0; i < t.n; i++)
		EXPECT(t.cell[i][15] && !t.cell[i][16]);
	EXPECT_STR("88.88", cell(&t, 1, "收入金额（+元）"));
	EXPECT_STR("0.00", cell(&t, 1, "支出金额（-元）"));
	EXPECT_INT(before + 8888, kit_fen(cell(&t, 1, "账户余额（元）")));
	EXPECT_STR("在线支付", cell(&t, 1, "业务类型"));
	EXPECT_STR(first, cell(&t, 1, "业务订单号"));
	EXPECT_STR("0.00", cell(&t, 2, "收入金额（+元）"));
	EXPECT_STR("-8.88", cell(&t, 2, "支出金额（-元）"));
	EXPECT_INT(before + 8000, kit_fen(cell(&t, 2, "账户余额（元）")));
	EXPECT_STR("交易退款", cell(&t, 2, "业务类型"));
	EXPECT_STR(part, cell(&t, 2, "业务订单号"));
	EXPECT(has_remark(&t, "#支出合计：1笔，共-8.88元"));
	EXPECT(has_remark(&t, "#收入合计：1笔，共88.88元"));
	t = table_read(zip, 1);
	EXPECT(strstr(t.name, "_账务汇总.csv"));
	EXPECT_STR("合计", cell(&t, 3, "类型"));
	EXPECT_STR("80.00", cell(&t, 3, "总金额（元）"));
}

static void an_address_lives_thirty_seconds(void)
{
	const char *url;

	kit_pass_ms(DAY);
	(void)paid_order("1.00", "tea");
	url = kit_text(ask("trade", today()), "bill_download_url");
	EXPECT_INT(200, kit_http(url, NULL, NULL).status);
	EXPECT_INT(404, kit_http(kit_printf("%s0", url), NULL, NULL).status);
	EXPECT_INT(404, kit_http("/downloadBillFile.resource?fileId=", NULL, NULL).status);
	EXPECT_INT(404, kit_http("/downloadBillFile.resource", NULL, NULL).status);
	kit_pass_ms(30000);
	EXPECT_INT(404, kit_http(url, NULL, NULL).status);
}

/* The other merchant's trades are not in it. */
static void a_bill_is_of_one_merchant(void)
{
	const char *no = kit_number();
	struct table t;

	kit_pass_ms(DAY);
	(void)kit_call(KIT_CERT, "precreate", kit_order(no, ""));
	EXPECT(kit_pay(no));
	t = table_read(fetch("trade"), 0);
	EXPECT_INT(1, t.n);
}

static void wrong_questions_are_refused(void)
{
	static const char *const DAYS[] = { "",         "2026-13-01", "2026-02-30",
					    "20261122", "2026-11",    "2099-01-01" };

	for (size_t i = 0; i < sizeof(DAYS) / sizeof(DAYS[0]); i++) {
		NOTE("%s", DAYS[i]);
		EXPECT_STR("INVAILID_ARGUMENTS", kit_text(ask("trade", DAYS[i]), "sub_code"));
	}
	EXPECT_STR("INVAILID_ARGUMENTS", kit_text(ask("", today()), "sub_code"));
	EXPECT_STR("TYPE_NOT_SUPPORTED", kit_text(ask("merchant_act", today()), "sub_code"));
}

static const struct tap_test TESTS[] = {
	TEST(an_empty_day_has_empty_tables),
	TEST(every_figure_of_a_trade_bill_is_what_happened),
	TEST(every_movement_leaves_its_balance),
	TEST(an_address_lives_thirty_seconds),
	TEST(a_bill_is_of_one_merchant),
	TEST(wrong_questions_are_refused),
};

KIT_MAIN(OPTIONS, TESTS)
