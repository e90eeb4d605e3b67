/* WeChat Pay's bills: asked for, fetched, unpacked and read by code of this file, and every figure
 * compared. */
#include "wechat_kit.h"

#include "base/time.h"

#include <openssl/evp.h>
#include <string.h>
#include <zlib.h>

enum { LINES = 40, CELLS = 30, TEXT = 40000 };

#define DAY INT64_C(86400000)

static const struct kit_options OPTIONS = { .notice_scale = 0, .movable_clock = true };

/* A bill: a header, lines, a header of sums, sums. */
struct table {
	const char *head[CELLS], *cell[LINES][CELLS], *sum_head[CELLS], *sum[CELLS];
	size_t n; /* lines between the headers */
};

static const char *today(void)
{
	char local[LOCAL_TEXT];

	china_write(kit_now_ms(), local);
	return kit_printf("%.10s", local);
}

static void next_day(void)
{
	kit_pass_ms(DAY);
}

static struct shop_got ask(const char *what, const char *more)
{
	return shop_call(KIT_KEY, "GET",
			 kit_printf("/v3/bill/%s?bill_date=%s%s", what, today(), more), NULL);
}

/* The path and query of the address that was given. */
static const char *file_of(struct shop_got a)
{
	const char *url = shop_text(a, "download_url");

	return url && strncmp(url, kit_url(), strlen(kit_url())) == 0 ? url + strlen(kit_url())
								      : "/none";
}

static const char *sha1_of(const char *text)
{
	unsigned char digest[20];
	char hex[41] = "";

	if (EVP_Digest(text, strlen(text), digest, NULL, EVP_sha1(), NULL) != 1)
		return "none";
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return kit_printf("%s", hex);
}

/* Cells of a header stand between commas, those of a line behind ",`". */
static void cut(char *line, const char *between, const char **cells)
{
	for (size_t i = 0; line && i < CELLS - 1; i++) {
		char *next = strstr(line, between);

		if (next) {
			*next = '\0';
			next += strlen(between);
		}
		cells[i] = line;
		line = next;
	}
}

static struct table table_read(const char *text)
{
	char *p = kit_printf("%s", text), *lines[LINES], *end;
	struct table t = { 0 };
	size_t n = 0;

	if (strncmp(p, "\xef\xbb\xbf", 3) != 0)
		return t;
	for (p += 3; (end = strstr(p, "\r\n")) && n < LINES; p = end + 2) {
		*end = '\0';
		lines[n++] = p;
	}
	if (*p || n < 4)
		return t;
	for (size_t i = 0; i < n; i++) {
		if ((i == 0 || i == n - 2) == (lines[i][0] == '`'))
			return t;
	}
	t.n = n - 3;
	cut(lines[0], ",", t.head);
	for (size_t i = 0; i < t.n; i++)
		cut(lines[i + 1] + 1, ",`", t.cell[i]);
	cut(lines[n - 2], ",", t.sum_head);
	cut(lines[n - 1] + 1, ",`", t.sum);
	return t;
}

/* Asks for it, fetches it, checks its hash. */
static struct table fetch(const char *what, const char *more)
{
	struct shop_got a = ask(what, more), f = shop_call(KIT_KEY, "GET", file_of(a), NULL);
	struct table none = { 0 };

	if (a.http.status != 200 || !a.verified || f.http.status != 200 ||
	    strcmp(shop_text(a, "hash_type"), "SHA1") != 0 ||
	    strcmp(shop_text(a, "hash_value"), sha1_of(f.http.body)) != 0)
		return none;
	return table_read(f.http.body);
}

static const char *under(const char *const *head, const char *const *cells, const char *column)
{
	for (size_t i = 0; i < CELLS && head[i]; i++) {
		if (strcmp(head[i], column) == 0)
			return cells[i] ? cells[i] : "none";
	}
	return "no such column";
}

#define CELL(t, line, column) under((t).head, (t).cell[line], column)
#define SUM(t, column) under((t).sum_head, (t).sum, column)

static size_t columns(const char *const *cells)
{
	size_t n = 0;

	while (n < CELLS && cells[n])
		n++;
	return n;
}

/* 88.88 yuan each. */
static const char *paid(void)
{
	return shop_native(KIT_KEY, true);
}

static struct shop_got refund(const char *no, const char *refund_no, int fen)
{
	return shop_call(KIT_KEY, "POST", "/v3/refund/domestic/refunds",
			 shop_refund_of(no, refund_no, fen));
}

static void a_day_without_trades_has_no_bill(void)
{
	struct shop_got a;

	next_day();
	a = ask("tradebill", "");
	EXPECT_INT(400, a.http.status);
	EXPECT_STR("NO_STATEMENT_EXIST", shop_text(a, "code"));
	(void)shop_native(KIT_KEY, false);
	a = ask("tradebill", "&bill_type=ALL");
	EXPECT_STR("NO_STATEMENT_EXIST", shop_text(a, "code"));
	a = ask("fundflowbill", "");
	EXPECT_STR("NO_STATEMENT_EXIST", shop_text(a, "code"));
}

static void every_figure_is_what_happened(void)
{
	const char *first, *second, *part = kit_number();
	struct shop_got q, r;
	struct table t;

	next_day();
	first = paid();
	second = paid();
	r = refund(first, part, 888);
	EXPECT_INT(200, r.http.status);
	kit_pass_ms(2000);
	t = fetch("tradebill", "");
	EXPECT_INT(3, t.n);
	EXPECT_INT(27, columns(t.head));
	for (size_t i = 0; i < t.n; i++)
		EXPECT_INT(27, columns(t.cell[i]));
	q = shop_query(KIT_KEY, first);

	EXPECT_STR(first, CELL(t, 0, "商户订单号"));
	EXPECT(strncmp(CELL(t, 0, "交易时间"), today(), 10) == 0);
	EXPECT_STR(shop_text(q, "appid"), CELL(t, 0, "公众账号ID"));
	EXPECT_STR(shop_mchid(KIT_KEY), CELL(t, 0, "商户号"));
	EXPECT_STR("0", CELL(t, 0, "特约商户号"));
	EXPECT_STR(shop_text(q, "transaction_id"), CELL(t, 0, "微信订单号"));
	EXPECT_STR(shop_text(q, "payer/openid"), CELL(t, 0, "用户标识"));
	EXPECT_STR("NATIVE", CELL(t, 0, "交易类型"));
	EXPECT_STR("SUCCESS", CELL(t, 0, "交易状态"));
	EXPECT_STR("CNY", CELL(t, 0, "货币种类"));
	EXPECT_STR("88.88", CELL(t, 0, "应结订单金额"));
	EXPECT_STR("88.88", CELL(t, 0, "订单金额"));
	EXPECT_STR("0", CELL(t, 0, "微信退款单号"));
	EXPECT_STR("0", CELL(t, 0, "商户退款单号"));
	EXPECT_STR("0.00", CELL(t, 0, "退款金额"));
	EXPECT_STR("", CELL(t, 0, "退款状态"));
	EXPECT_STR("0.53000", CELL(t, 0, "手续费"));
	EXPECT_STR("0.60%", CELL(t, 0, "费率"));
	EXPECT_STR(second, CELL(t, 1, "商户订单号"));
	EXPECT_STR(first, CELL(t, 2, "商户订单号"));
	EXPECT_STR("REFUND", CELL(t, 2, "交易状态"));
	EXPECT_STR(shop_text(r, "refund_id"), CELL(t, 2, "微信退款单号"));
	EXPECT_STR(part, CELL(t, 2, "商户退款单号"));
	EXPECT_STR("8.88", CELL(t, 2, "退款金额"));
	EXPECT_STR("8.88", CELL(t, 2, "申请退款金额"));
	EXPECT_STR("0.00", CELL(t, 2, "订单金额"));
	EXPECT_STR("ORIGINAL", CELL(t, 2, "退款类型"));
	EXPECT_STR("SUCCESS", CELL(t, 2, "退款状态"));
	EXPECT_STR("-0.05000", CELL(t, 2, "手续费"));

	EXPECT_STR("3.0", SUM(t, "总交易单数"));
	EXPECT_STR("177.76", SUM(t, "应结订单总金额"));
	EXPECT_STR("8.88", SUM(t, "退款总金额"));
	EXPECT_STR("0.0", SUM(t, "充值券退款总金额"));
	EXPECT_STR("1.01000", SUM(t, "手续费总金额"));
	EXPECT_STR("177.76", SUM(t, "订单总金额"));
	EXPECT_STR("8.88", SUM(t, "申请退款总金额"));
}

static void each_type_has_its_columns(void)
{
	const char *no, *refund_no = kit_number();
	struct table t;

	next_day();
	no = paid();
	EXPECT_INT(200, refund(no, refund_no, 8888).http.status);
	t = fetch("tradebill", "&bill_type=SUCCESS");
	EXPECT_INT(1, t.n);
	EXPECT_INT(20, columns(t.head));
	EXPECT_INT(20, columns(t.cell[0]));
	EXPECT_STR(no, CELL(t, 0, "商户订单号"));
	EXPECT_STR("88.88", CELL(t, 0, "订单金额"));
	EXPECT_STR("no such column", CELL(t, 0, "退款金额"));
	t = fetch("tradebill", "&bill_type=REFUND");
	EXPECT_INT(1, t.n);
	EXPECT_INT(29, columns(t.head));
	EXPECT_INT(29, columns(t.cell[0]));
	EXPECT_STR(refund_no, CELL(t, 0, "商户退款单号"));
	EXPECT_STR("PROCESSING", CELL(t, 0, "退款状态"));
	EXPECT_STR("", CELL(t, 0, "退款成功时间"));
	kit_pass_ms(2000);
	t = fetch("tradebill", "&bill_type=REFUND");
	EXPECT_STR("SUCCESS", CELL(t, 0, "退款状态"));
	EXPECT(strncmp(CELL(t, 0, "退款成功时间"), today(), 10) == 0);
	EXPECT_STR("NO_STATEMENT_EXIST",
		   shop_text(ask("tradebill", "&bill_type=RECHARGE_REFUND"), "code"));
}

static void a_reversed_payment_stands_there_twice(void)
{
	const char *no = kit_number();
	struct shop_got a;
	struct table t;

	next_day();
	a = shop_call(KIT_KEY, "POST", "/v3/pay/transactions/codepay",
		      shop_code_order(KIT_KEY, no, "130000000000000000"));
	EXPECT_INT(200, a.http.status);
	a = shop_call(KIT_KEY, "POST",
		      kit_printf("/v3/pay/transactions/out-trade-no/%s/reverse", no),
		      kit_printf("{\"appid\":\"%s\",\"mchid\":\"%s\"}", shop_text(a, "appid"),
				 shop_mchid(KIT_KEY)));
	EXPECT_INT(200, a.http.status);
	t = fetch("tradebill", "");
	EXPECT_INT(2, t.n);
	EXPECT_STR("SUCCESS", CELL(t, 0, "交易状态"));
	EXPECT_STR("MICROPAY", CELL(t, 0, "交易类型"));
	EXPECT_STR("REVOKED", CELL(t, 1, "交易状态"));
	EXPECT_STR(CELL(t, 0, "订单金额"), CELL(t, 1, "退款金额"));
	EXPECT_STR(SUM(t, "订单总金额"), SUM(t, "退款总金额"));
}

/* Fees go out, and come back with a refund; the balance goes on from day to day. */
static void every_movement_leaves_its_balance(void)
{
	const char *no, *refund_no = kit_number();
	struct table t;
	long before, left;

	next_day();
	(void)paid();
	t = fetch("fundflowbill", "");
	EXPECT_INT(2, t.n);
	before = kit_fen(CELL(t, 1, "账户结余（元）"));
	next_day();
	no = paid();
	EXPECT_INT(200, refund(no, refund_no, 888).http.status);
	t = fetch("fundflowbill", "&account_type=BASIC");
	EXPECT_INT(3, t.n);
	EXPECT_INT(11, columns(t.head));
	left = before;
	EXPECT_STR("交易", CELL(t, 0, "业务类型"));
	EXPECT_STR("收入", CELL(t, 0, "收支类型"));
	EXPECT_STR("88.88", CELL(t, 0, "收支金额（元）"));
	EXPECT_STR(no, CELL(t, 0, "业务凭证号"));
	EXPECT_INT(left += 8888, kit_fen(CELL(t, 0, "账户结余（元）")));
	EXPECT_STR("扣除交易手续费", CELL(t, 1, "业务类型"));
	EXPECT_STR("支出", CELL(t, 1, "收支类型"));
	EXPECT_STR("0.53", CELL(t, 1, "收支金额（元）"));
	EXPECT_INT(left -= 53, kit_fen(CELL(t, 1, "账户结余（元）")));
	EXPECT_STR("退款", CELL(t, 2, "业务类型"));
	EXPECT_STR("8.83", CELL(t, 2, "收支金额（元）"));
	EXPECT_STR(refund_no, CELL(t, 2, "业务凭证号"));
	EXPECT_INT(left - 883, kit_fen(CELL(t, 2, "账户结余（元）")));
	EXPECT_STR("3.0", SUM(t, "资金流水总笔数"));
	EXPECT_STR("1.0", SUM(t, "收入笔数"));
	EXPECT_STR("88.88", SUM(t, "收入金额"));
	EXPECT_STR("2.0", SUM(t, "支出笔数"));
	EXPECT_STR("9.36", SUM(t, "支出金额"));
	EXPECT_STR("NO_STATEMENT_EXIST",
		   shop_text(ask("fundflowbill", "&account_type=FEES"), "code"));
}

static void a_packed_bill_is_the_same(void)
{
	static char text[TEXT];
	struct shop_got plain, packed, f;
	z_stream z = { 0 };

	next_day();
	(void)paid();
	plain = ask("tradebill", "");
	packed = ask("tradebill", "&tar_type=GZIP");
	EXPECT_STR(shop_text(plain, "hash_value"), shop_text(packed, "hash_value"));
	f = shop_call(KIT_KEY, "GET", file_of(plain), NULL);
	EXPECT_STR("text/plain; charset=utf-8", kit_header(f.http, "Content-Type"));
	EXPECT_STR("", kit_header(f.http, "Wechatpay-Signature"));
	plain = f;
	f = shop_call(KIT_KEY, "GET", file_of(packed), NULL);
	EXPECT_STR("application/x-gzip", kit_header(f.http, "Content-Type"));
	/* zlib only reads there, but wants no const. */
	memcpy(&z.next_in, &f.http.body, sizeof(z.next_in));
	z.avail_in = (uInt)f.http.body_n;
	z.next_out = (Bytef *)text;
	z.avail_out = sizeof(text) - 1;
	EXPECT_INT(Z_OK, inflateInit2(&z, 31));
	EXPECT_INT(Z_STREAM_END, inflate(&z, Z_FINISH));
	EXPECT_INT(0, inflateEnd(&z));
	EXPECT_STR(plain.http.body, text);
}

static void an_address_lives_five_minutes(void)
{
	const char *file;

	next_day();
	(void)paid();
	file = file_of(ask("tradebill", ""));
	EXPECT_INT(401, kit_http(file, NULL, NULL).status); /* nobody signed */
	kit_pass_ms(299000);
	EXPECT_INT(200, shop_call(KIT_KEY, "GET", file, NULL).http.status);
	kit_pass_ms(1000);
	EXPECT_INT(400, shop_call(KIT_KEY, "GET", file, NULL).http.status);
	EXPECT_INT(400,
		   shop_call(KIT_KEY, "GET", "/v3/billdownload/file?token=", NULL).http.status);
}

static void wrong_questions_are_refused(void)
{
	static const struct {
		const char *path, *code;
	} CASES[] = {
		{ "tradebill", "INVALID_REQUEST" },
		{ "tradebill?bill_date=2026-02-30", "INVALID_REQUEST" },
		{ "tradebill?bill_date=20260101", "INVALID_REQUEST" },
		{ "tradebill?bill_date=2099-01-01", "INVALID_REQUEST" },
		{ "tradebill?bill_date=2020-01-01&bill_type=EVERY", "PARAM_ERROR" },
		{ "tradebill?bill_date=2020-01-01&tar_type=ZIP", "PARAM_ERROR" },
		{ "fundflowbill?bill_date=2020-01-01&account_type=ALL", "PARAM_ERROR" },
		{ "fundflowbill?bill_date=%zz", "PARAM_ERROR" },
		{ "tradebill?bill_date=2020-01-01", "NO_STATEMENT_EXIST" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct shop_got a =
			shop_call(KIT_KEY, "GET", kit_printf("/v3/bill/%s", CASES[i].path), NULL);

		NOTE("%s", CASES[i].path);
		EXPECT_STR(CASES[i].code, shop_text(a, "code"));
		EXPECT_INT(400, a.http.status);
	}
}

static const struct tap_test TESTS[] = {
	TEST(a_day_without_trades_has_no_bill),  TEST(every_figure_is_what_happened),
	TEST(each_type_has_its_columns),         TEST(a_reversed_payment_stands_there_twice),
	TEST(every_movement_leaves_its_balance), TEST(a_packed_bill_is_the_same),
	TEST(an_address_lives_five_minutes),     TEST(wrong_questions_are_refused),
};

KIT_MAIN(OPTIONS, TESTS)
