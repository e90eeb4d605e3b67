/* QQ Wallet: the statement of a day, read back and compared with what happened. */
#include "kit_qq.h"

#include "base/time.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { LINES = 40, CELLS = 31 };

#define DAY INT64_C(86400000)
#define NOTHING "\xe6\x9a\x82\xe6\x97\xa0\xe6\x95\xb0\xe6\x8d\xae" /* 暂无数据 */

static const struct kit_options OPTIONS = { .notice_scale = 0, .movable_clock = true };

/* A statement as it came: a header, lines, a header of sums, sums. */
struct table {
	const char *cell[LINES][CELLS];
	size_t n; /* lines */
};

static struct table table_read(const char *text)
{
	struct table t = { 0 };
	char *p = kit_printf("%s", text);

	while (*p) {
		char *end = strchr(p, '\n');
		size_t i = 0;

		if (!end || t.n == LINES)
			return (struct table){ 0 };
		*end = '\0';
		for (char *comma; (comma = strchr(p, ',')) && i < CELLS - 1; p = comma + 1) {
			*comma = '\0';
			t.cell[t.n][i++] = p;
		}
		t.cell[t.n++][i] = p;
		p = end + 1;
	}
	return t;
}

/* The cell of a line below the column called so. */
static const char *cell(const struct table *t, size_t line, const char *column)
{
	for (size_t i = 0; i < CELLS && t->cell[0][i]; i++) {
		if (strcmp(t->cell[0][i], column) == 0)
			return t->cell[line][i];
	}
	return NULL;
}

/* The line of an order, or of a refund of it. */
static size_t line_of(const struct table *t, const char *column, const char *number)
{
	for (size_t i = 1; i + 2 < t->n; i++) {
		if (strcmp(cell(t, i, column), kit_printf("`%s", number)) == 0)
			return i;
	}
	return 0;
}

static const char *today(void)
{
	return kit_printf("%d", (int)china_date(kit_now_ms()));
}

static struct qq_message statement(const char *date, const char *type)
{
	return QQ("qpay_mch_statement_down", { "bill_date", date }, { "bill_type", type });
}

static const char *pay(const char *fen, const char *type)
{
	const char *no = kit_number(), *code = "910728310408849937";
	struct qq_message a;

	if (strcmp(type, "MICROPAY") == 0)
		a = QQ("qpay_micro_pay", QQ_ORDER(no, fen, type), { "auth_code", code });
	else
		a = QQ("qpay_unified_order", QQ_ORDER(no, fen, type), { "body", "tea, hot" });
	if (!a.verified || (strcmp(type, "MICROPAY") != 0 && !qq_pay(no)))
		return "";
	return no;
}

static struct qq_message refund(const char *no, const char *refund_no, const char *fen)
{
	return QQ("qpay_refund", { "out_trade_no", no }, { "out_refund_no", refund_no },
		  { "refund_fee", fen }, { "op_user_id", qq_config("op_user_id") },
		  { "op_user_passwd", qq_md5(qq_config("op_user_password")) });
}

/* Lines are looked at a day of their own, so that other tests do not disturb the sums. */
static void next_day(void)
{
	kit_pass_ms(DAY);
}

static void a_day_without_trades_has_no_statement(void)
{
	struct qq_message a;

	next_day();
	a = statement(today(), "ALL");
	EXPECT_STR("NO_BILL_EXIST", qq_result(&a));
	a = QQ("qpay_unified_order", QQ_ORDER(kit_number(), "100", "NATIVE"));
	a = statement(today(), "ALL");
	EXPECT_STR("NO_BILL_EXIST", qq_result(&a));
}

static void every_figure_is_what_happened(void)
{
	const char *first, *second, *part = kit_number();
	struct qq_message a, order;
	struct table t;
	size_t i;

	next_day();
	first = pay("8888", "NATIVE");
	second = pay("100", "MICROPAY");
	a = refund(first, part, "888");
	EXPECT_STR("SUCCESS", qq_result(&a));
	a = statement(today(), "ALL");
	EXPECT_STR("text/plain; charset=utf-8", kit_header(a.http, "Content-Type"));
	t = table_read(a.http.body);
	EXPECT_INT(6, t.n);
	for (i = 0; i < 4; i++)
		EXPECT(t.cell[i][29] && !t.cell[i][30]);

	order = QQ("qpay_order_query", { "out_trade_no", first });
	i = line_of(&t, "商户订单号", first);
	EXPECT_INT(1, i);
	EXPECT_STR(qq_config("mch_id"), cell(&t, i, "商户号"));
	EXPECT_STR(qq_config("appid"), cell(&t, i, "商户APPID"));
	EXPECT_STR(qq_get(&order, "openid"), cell(&t, i, "用户标识"));
	EXPECT_STR("till-1", cell(&t, i, "设备号"));
	EXPECT_STR("NATIVE", cell(&t, i, "支付场景"));
	EXPECT_STR(kit_printf("`%s", qq_get(&order, "transaction_id")),
		   cell(&t, i, "QQ钱包订单号"));
	EXPECT_STR("88.88", cell(&t, i, "订单金额(元)"));
	EXPECT_STR("88.88", cell(&t, i, "商户应收金额(元)"));
	EXPECT_STR("88.88", cell(&t, i, "用户支付金额(元)"));
	EXPECT_STR("0.00", cell(&t, i, "商户优惠金额(元)"));
	EXPECT_STR("支付成功", cell(&t, i, "交易状态"));
	EXPECT_STR(NOTHING, cell(&t, i, "商户退款订单号"));
	EXPECT_STR("0.00", cell(&t, i, "退款金额(元)"));
	EXPECT_STR("tea  hot", cell(&t, i, "商品名称"));
	EXPECT_STR("a]]>b", cell(&t, i, "商户数据包"));
	EXPECT_STR("0.53", cell(&t, i, "手续费金额(元)"));
	EXPECT_STR("0.60%", cell(&t, i, "费率"));

	i = line_of(&t, "商户订单号", second);
	EXPECT_STR("MICROPAY", cell(&t, i, "支付场景"));
	EXPECT_STR("1.00", cell(&t, i, "订单金额(元)"));
	EXPECT_STR("0.01", cell(&t, i, "手续费金额(元)"));

	i = line_of(&t, "商户退款订单号", part);
	EXPECT_INT(3, i);
	EXPECT_STR(kit_printf("`%s", first), cell(&t, i, "商户订单号"));
	EXPECT_STR("转入退款", cell(&t, i, "交易状态"));
	EXPECT_STR("退款成功", cell(&t, i, "退款状态"));
	EXPECT_STR("0.00", cell(&t, i, "订单金额(元)"));
	EXPECT_STR("8.88", cell(&t, i, "退款金额(元)"));
	EXPECT_STR("-0.05", cell(&t, i, "手续费金额(元)"));

	EXPECT_STR("交易总笔数", t.cell[4][0]);
	EXPECT_STR("手续费总金额(元)", t.cell[4][8]);
	EXPECT_STR("3", t.cell[5][0]);
	EXPECT_STR("89.88", t.cell[5][1]);
	EXPECT_STR("0.00", t.cell[5][2]);
	EXPECT_STR("89.88", t.cell[5][3]);
	EXPECT_STR("89.88", t.cell[5][5]);
	EXPECT_STR("8.88", t.cell[5][6]);
	EXPECT_STR("0.49", t.cell[5][8]);
}

static void each_type_shows_its_own(void)
{
	const char *no, *refund_no = kit_number();
	struct qq_message a;
	struct table t;

	next_day();
	no = pay("500", "NATIVE");
	a = refund(no, refund_no, "500");
	a = statement(today(), "SUCCESS");
	t = table_read(a.http.body);
	EXPECT_INT(4, t.n);
	EXPECT_STR("支付成功", cell(&t, 1, "交易状态"));
	EXPECT_STR("0.00", t.cell[3][6]);
	a = statement(today(), "REFUND");
	t = table_read(a.http.body);
	EXPECT_INT(4, t.n);
	EXPECT_STR(kit_printf("`%s", refund_no), cell(&t, 1, "商户退款订单号"));
	EXPECT_STR("0.00", t.cell[3][1]);
	a = statement(today(), "RECHAR");
	EXPECT_STR("NO_BILL_EXIST", qq_result(&a));
}

/* A payment belongs to the day it was paid in China, a refund to the day it was asked for. */
static void midnight_is_in_china(void)
{
	const char *yesterday, *refund_no = kit_number(), *no;
	struct qq_message a;
	struct table t;

	next_day();
	/* One second before midnight. */
	kit_pass_ms(DAY - 1000 - (kit_now_ms() + CHINA_MS) % DAY);
	no = kit_number();
	a = QQ("qpay_unified_order", QQ_ORDER(no, "700", "NATIVE"));
	yesterday = today();
	kit_pass_ms(60000);
	EXPECT(strcmp(today(), yesterday) != 0);
	EXPECT(qq_pay(no));
	a = statement(yesterday, "ALL");
	EXPECT_STR("NO_BILL_EXIST", qq_result(&a));
	a = statement(today(), "ALL");
	t = table_read(a.http.body);
	EXPECT_INT(4, t.n);
	yesterday = today();
	kit_pass_ms(DAY);
	a = refund(no, refund_no, "700");
	a = statement(yesterday, "ALL");
	t = table_read(a.http.body);
	EXPECT_INT(4, t.n);
	EXPECT_STR("7.00", t.cell[3][1]);
	a = statement(today(), "ALL");
	t = table_read(a.http.body);
	EXPECT_INT(4, t.n);
	EXPECT_STR("7.00", t.cell[3][6]);
}

static void a_reversed_payment_stands_there_twice(void)
{
	const char *no;
	struct qq_message a;
	struct table t;

	next_day();
	no = pay("100", "MICROPAY");
	a = QQ("qpay_reverse", { "out_trade_no", no }, { "op_user_id", qq_config("op_user_id") },
	       { "op_user_passwd", qq_md5(qq_config("op_user_password")) });
	EXPECT_STR("SUCCESS", qq_result(&a));
	a = statement(today(), "ALL");
	t = table_read(a.http.body);
	EXPECT_INT(5, t.n);
	EXPECT_STR("支付成功", cell(&t, 1, "交易状态"));
	EXPECT_STR("已撤销", cell(&t, 2, "交易状态"));
	EXPECT_STR(kit_printf("`%s", no), cell(&t, 2, "商户订单号"));
	EXPECT_STR(kit_printf("`%s", no), cell(&t, 2, "商户退款订单号"));
	EXPECT_STR("1.00", cell(&t, 2, "退款金额(元)"));
	EXPECT_STR("1.00", t.cell[4][1]);
	EXPECT_STR("1.00", t.cell[4][6]);
}

static void a_packed_statement_is_the_same(void)
{
	static char text[20000];
	struct qq_message plain, packed;
	z_stream z = { 0 };

	next_day();
	(void)pay("100", "NATIVE");
	plain = statement(today(), "ALL");
	packed = QQ("qpay_mch_statement_down", { "bill_date", today() }, { "bill_type", "ALL" },
		    { "tar_type", "GZIP" });
	/* zlib only reads there, but wants no const. */
	memcpy(&z.next_in, &packed.http.body, sizeof(z.next_in));
	z.avail_in = (uInt)packed.http.body_n;
	z.next_out = (Bytef *)text;
	z.avail_out = sizeof(text) - 1;
	EXPECT_INT(Z_OK, inflateInit2(&z, 31));
	EXPECT_INT(Z_STREAM_END, inflate(&z, Z_FINISH));
	EXPECT_INT(0, inflateEnd(&z));
	EXPECT_STR(plain.http.body, text);
}

static void wrong_days_and_types_are_refused(void)
{
	static const char *const DAYS[] = { "2026112", "20261301", "20260230", "yesterday",
					    "20990101" };
	struct qq_message a;

	for (size_t i = 0; i < sizeof(DAYS) / sizeof(DAYS[0]); i++) {
		a = statement(DAYS[i], "ALL");
		NOTE("%s", DAYS[i]);
		EXPECT(strcmp(qq_result(&a), "PARAM_ERROR") == 0);
	}
	a = statement(today(), "EVERY");
	EXPECT_STR("PARAM_ERROR", qq_result(&a));
	a = QQ("qpay_mch_statement_down", { "bill_date", today() }, { "bill_type", "ALL" },
	       { "tar_type", "ZIP" });
	EXPECT_STR("PARAM_ERROR", qq_result(&a));
}

static const struct tap_test TESTS[] = {
	TEST(a_day_without_trades_has_no_statement),
	TEST(every_figure_is_what_happened),
	TEST(each_type_shows_its_own),
	TEST(midnight_is_in_china),
	TEST(a_reversed_payment_stands_there_twice),
	TEST(a_packed_statement_is_the_same),
	TEST(wrong_days_and_types_are_refused),
};

KIT_MAIN(OPTIONS, TESTS)
