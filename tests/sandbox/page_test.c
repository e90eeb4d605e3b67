/* page_test.c - the payer's pages and the way back to the shop. */
#include "kit.h"

#include "base/codec.h"
#include "base/err.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1 };

static const char FORM[] = "application/x-www-form-urlencoded";

/* Opens what the shop hands to the browser; the address of the cashier, NULL if there is none. */
static const char *open_page(const char *method, const char *no, const char *more,
			     const char *return_url)
{
	const struct kit_param back = { "return_url", return_url };
	const char *form = kit_form(KIT_KEY, method, kit_order(no, more), &back, 1);
	struct kit_http got = kit_http(kit_printf("/gateway.do?%s", form), NULL, NULL);

	if (got.status != 303) {
		printf("# %d %s\n", got.status, got.body);
		return NULL;
	}
	return kit_header(got, "Location");
}

static const char *open_shop_page(const char *no)
{
	return open_page("page.pay", no, ",\"product_code\":\"FAST_INSTANT_TRADE_PAY\"",
			 "https://shop.example/back?own=1");
}

/* The address split into what the platform signed; *own tells whether the shop's own part is there.
 */
static void read_way_back(const char *url, struct kit_notice *said, bool *own)
{
	struct field fields[KIT_FIELDS];
	const char *query = strchr(url, '?') + 1;
	char *buffer = kit_printf("%s", query);

	*own = false;
	*said = (struct kit_notice){ 0 };
	EXPECT_ERR(ERR_OK, form_read(str_of(query), buffer, fields, KIT_FIELDS, &said->n));
	for (size_t i = 0; i < said->n; i++)
		said->fields[i] = (struct kit_param){ fields[i].name.p, fields[i].value.p };
	for (size_t i = 0; i < said->n; i++) {
		if (strcmp(said->fields[i].name, "own") == 0) {
			said->fields[i] = said->fields[--said->n];
			*own = true;
		}
	}
}

static void the_page_shows_what_is_to_pay(void)
{
	const char *no = kit_number(), *cashier = open_shop_page(no);
	struct kit_http got;

	EXPECT(cashier != NULL);
	got = kit_http(cashier, NULL, NULL);
	EXPECT_INT(200, got.status);
	EXPECT(strstr(got.body, "¥ 88.88") != NULL);
	EXPECT(strstr(got.body, no) != NULL);
	EXPECT(strstr(got.body, "测试 + &amp; = 100% &quot;}&quot;/") != NULL);
	EXPECT(strstr(got.body, "支付") != NULL && strstr(got.body, "Pay") != NULL);
	EXPECT(strstr(got.body, "取消") != NULL && strstr(got.body, "Cancel") != NULL);
	EXPECT(strstr(got.body, "<script") == NULL);
	EXPECT_STR("default-src 'none'; style-src 'unsafe-inline'",
		   kit_header(got, "Content-Security-Policy"));
	/* Looking at it makes no trade. */
	EXPECT_STR("NOT_EXIST", kit_status(no));
}

static void paying_goes_back_to_the_shop_with_a_signature(void)
{
	const char *no = kit_number(), *cashier = open_shop_page(no);
	struct kit_http got;
	struct kit_notice said;
	bool own;

	EXPECT(cashier != NULL);
	got = kit_http(cashier, FORM, "do=pay");
	EXPECT_INT(303, got.status);
	EXPECT(strncmp(kit_header(got, "Location"), "https://shop.example/back?own=1&", 32) == 0);
	CALL(read_way_back(kit_header(got, "Location"), &said, &own));
	EXPECT(own);
	EXPECT_INT(12, said.n);
	EXPECT_STR("alipay.trade.page.pay.return", kit_field(&said, "method"));
	EXPECT_STR(no, kit_field(&said, "out_trade_no"));
	EXPECT_STR("88.88", kit_field(&said, "total_amount"));
	EXPECT(kit_field(&said, "trade_status") == NULL);
	EXPECT(kit_notice_is_genuine(KIT_KEY, &said));
	EXPECT_STR("TRADE_SUCCESS", kit_status(no));
	EXPECT(kit_notice(no).came);
}

static void pressing_twice_pays_once(void)
{
	const char *no = kit_number(), *cashier = open_shop_page(no);

	EXPECT(cashier != NULL);
	EXPECT_INT(303, kit_http(cashier, FORM, "do=pay").status);
	EXPECT_INT(303, kit_http(cashier, FORM, "do=pay").status);
	EXPECT(kit_notice(no).came);
	EXPECT_INT(1, json_array_size(json_object_get(kit_trade(no), "notices")));
}

static void cancelling_pays_nothing(void)
{
	const char *no = kit_number(), *cashier = open_shop_page(no);
	struct kit_http got;

	EXPECT(cashier != NULL);
	got = kit_http(cashier, FORM, "do=cancel");
	EXPECT_INT(303, got.status);
	got = kit_http(kit_header(got, "Location"), NULL, NULL);
	EXPECT_INT(200, got.status);
	EXPECT(strstr(got.body, "未付款") != NULL);
	EXPECT_STR("NOT_EXIST", kit_status(no));
}

static void a_phone_is_led_back_where_the_shop_says(void)
{
	const char *no = kit_number();
	const char *cashier = open_page("wap.pay", no,
					",\"product_code\":\"QUICK_WAP_WAY\","
					"\"quit_url\":\"https://shop.example/quit\"",
					"https://shop.example/back");
	struct kit_http got;
	struct kit_notice said;
	bool own;

	EXPECT(cashier != NULL);
	got = kit_http(cashier, FORM, "do=cancel");
	EXPECT_STR("https://shop.example/quit", kit_header(got, "Location"));
	got = kit_http(cashier, FORM, "do=pay");
	CALL(read_way_back(kit_header(got, "Location"), &said, &own));
	EXPECT_STR("alipay.trade.wap.pay.return", kit_field(&said, "method"));
	EXPECT(kit_notice_is_genuine(KIT_KEY, &said));
}

static void only_a_web_address_is_gone_back_to(void)
{
	const char *no = kit_number();
	const char *cashier =
		open_page("page.pay", no, ",\"product_code\":\"FAST_INSTANT_TRADE_PAY\"",
			  "javascript:alert(1)");
	struct kit_http got;

	EXPECT(cashier != NULL);
	got = kit_http(cashier, FORM, "do=pay");
	EXPECT(strncmp(kit_header(got, "Location"), "/cashier/", 9) == 0);
	got = kit_http(kit_header(got, "Location"), NULL, NULL);
	EXPECT(strstr(got.body, "付款成功") != NULL);
	EXPECT(strstr(got.body, "javascript:") == NULL);
}

static void an_order_string_is_taken(void)
{
	const char *no = kit_number();
	const char *form =
		kit_form(KIT_KEY, "app.pay",
			 kit_order(no, ",\"product_code\":\"QUICK_MSECURITY_PAY\""), NULL, 0);

	EXPECT_INT(303, kit_http("/gateway.do", FORM, form).status);
	EXPECT_STR("NOT_EXIST", kit_status(no));
	EXPECT(kit_pay(no));
	EXPECT(kit_notice(no).came);
}

static void a_page_that_is_refused_is_a_page(void)
{
	const struct kit_param wrong = { "sign", "bm90IGEgc2lnbmF0dXJl" };
	const char *form = kit_form(KIT_KEY, "page.pay", kit_order(kit_number(), ""), &wrong, 1);
	struct kit_http got = kit_http(kit_printf("/gateway.do?%s", form), NULL, NULL);

	EXPECT_INT(200, got.status);
	EXPECT(strncmp(got.body, "<!doctype html>", 15) == 0);
	EXPECT(strstr(got.body, "isv.invalid-signature") != NULL);
	/* And the product must be named. */
	form = kit_form(KIT_KEY, "page.pay", kit_order(kit_number(), ""), NULL, 0);
	got = kit_http(kit_printf("/gateway.do?%s", form), NULL, NULL);
	EXPECT(strstr(got.body, "product_code") != NULL);
}

static void opening_a_code_is_scanning_it(void)
{
	const char *no = kit_number();
	struct kit_answer a = kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	const char *page = kit_printf("/q/%s", strstr(kit_text(a, "qr_code"), "bax"));

	EXPECT_STR("NOT_EXIST", kit_status(no));
	EXPECT_INT(200, kit_http(page, NULL, NULL).status);
	EXPECT_STR("WAIT_BUYER_PAY", kit_status(no));
	EXPECT_INT(303, kit_http(page, FORM, "do=pay").status);
	EXPECT_STR("TRADE_SUCCESS", kit_status(no));
	EXPECT(strstr(kit_http(page, NULL, NULL).body, "付款成功") != NULL);
}

static void the_list_draws_the_code(void)
{
	const char *no = kit_number();
	struct kit_http got;

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	got = kit_http("/", NULL, NULL);
	EXPECT_INT(200, got.status);
	EXPECT(strstr(got.body, no) != NULL);
	EXPECT(strstr(got.body, "<svg class=\"qr\"") != NULL);
	EXPECT(strstr(got.body, "href=\"/q/bax") != NULL);
	EXPECT(strstr(got.body, "<script") == NULL);
}

static const struct tap_test TESTS[] = {
	TEST(the_page_shows_what_is_to_pay),
	TEST(paying_goes_back_to_the_shop_with_a_signature),
	TEST(pressing_twice_pays_once),
	TEST(cancelling_pays_nothing),
	TEST(a_phone_is_led_back_where_the_shop_says),
	TEST(only_a_web_address_is_gone_back_to),
	TEST(an_order_string_is_taken),
	TEST(a_page_that_is_refused_is_a_page),
	TEST(opening_a_code_is_scanning_it),
	TEST(the_list_draws_the_code),
};

KIT_MAIN(OPTIONS, TESTS)
