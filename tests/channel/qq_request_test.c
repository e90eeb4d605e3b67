/* Requests byte for byte, where they go, what they show, and what they refuse to carry. */
#include "channel/qq_golden.h"
#include "channel/qq_kit.h"

#include "channel/qq/config.h"
#include "sys/xml.h"

struct built {
	enum err e;
	struct channel_call call;
};

static struct built create_with(enum kit_mode mode, struct channel_create ask)
{
	struct channel_action action = { .type = ACTION_NONE };
	struct built b = { .call = { .method = NULL } };

	b.e = QQ.create_build(kit_versions(mode), &ask, kit_env(), &b.call, &action);
	return b;
}

static void expect_call(const struct built *b, const char *url, const char *body)
{
	EXPECT_ERR(ERR_OK, b->e);
	EXPECT_STR("POST", b->call.method);
	EXPECT_STR("text/xml; charset=utf-8", b->call.type);
	EXPECT_STR(url, b->call.url);
	EXPECT_STR(body, b->call.body.p);
	EXPECT_INT(strlen(body), b->call.body.n);
}

static void orders_are_written_byte_for_byte(void)
{
	static const char URL[] = "http://127.0.0.1:8090/cgi-bin/pay/qpay_unified_order.cgi";
	struct channel_create ask = kit_create("qq.qr");
	struct built b;

	b = create_with(KIT_PLAIN, ask);
	CALL(expect_call(&b, URL, GOLDEN_QR));
	b = create_with(KIT_BARE, ask);
	CALL(expect_call(&b, URL, GOLDEN_QR_PLAIN));
	b = create_with(KIT_PLAIN, kit_create("qq.jsapi"));
	CALL(expect_call(&b, URL, GOLDEN_JSAPI));
	b = create_with(KIT_PLAIN, kit_create("qq.app"));
	CALL(expect_call(&b, URL, GOLDEN_APP));
	ask.notify_url = "";
	ask.client_ip = "2001:db8::7";
	b = create_with(KIT_PLAIN, ask);
	CALL(expect_call(&b, URL, GOLDEN_QR_NOWHERE));
	b = create_with(KIT_PLAIN, kit_create("qq.barcode"));
	CALL(expect_call(&b, "http://127.0.0.1:8090/cgi-bin/pay/qpay_micro_pay.cgi",
			 GOLDEN_BARCODE));
}

static void questions_are_written_byte_for_byte(void)
{
	const struct channel_versions *v = kit_versions(KIT_PLAIN);
	struct channel_refund_ask ask = kit_refund();
	struct built b;

	b.e = QQ.query_build(v, NUMBER, kit_env(), &b.call);
	CALL(expect_call(&b, "http://127.0.0.1:8090/cgi-bin/pay/qpay_order_query.cgi",
			 GOLDEN_NUMBER));
	b.e = QQ.close_build(v, NUMBER, kit_env(), &b.call);
	CALL(expect_call(&b, "http://127.0.0.1:8090/cgi-bin/pay/qpay_close_order.cgi",
			 GOLDEN_NUMBER));
	b.e = QQ.cancel_build(v, NUMBER, kit_env(), &b.call);
	CALL(expect_call(&b, "http://127.0.0.1:8090/cgi-bin/pay/qpay_reverse.cgi", GOLDEN_CANCEL));
	b.e = QQ.refund_build(v, &ask, kit_env(), &b.call);
	CALL(expect_call(&b, "http://127.0.0.1:8090/cgi-bin/pay/qpay_refund.cgi", GOLDEN_REFUND));
	b.e = QQ.refund_query_build(v, &ask, kit_env(), &b.call);
	CALL(expect_call(&b, "http://127.0.0.1:8090/cgi-bin/pay/qpay_refund_query.cgi",
			 GOLDEN_REFUND_QUERY));
	ask.trade_no = "";
	b.e = QQ.refund_build(v, &ask, kit_env(), &b.call);
	CALL(expect_call(&b, "http://127.0.0.1:8090/cgi-bin/pay/qpay_refund.cgi",
			 GOLDEN_REFUND_BY_NUMBER));
}

/* Refunds and reversals show the certificate, to the other host; nothing else does. */
static void k8_the_certificate_is_shown_where_money_goes_back_only(void)
{
	const struct channel_versions *v = kit_versions(KIT_TLS);
	struct channel_refund_ask ask = kit_refund();
	struct channel_create order = kit_create("qq.qr"), pay = kit_create("qq.barcode");
	struct channel_action action;
	struct channel_call plain[5], shown[2];

	EXPECT_ERR(ERR_OK, QQ.create_build(v, &order, kit_env(), &plain[0], &action));
	EXPECT_ERR(ERR_OK, QQ.create_build(v, &pay, kit_env(), &plain[1], &action));
	EXPECT_ERR(ERR_OK, QQ.query_build(v, NUMBER, kit_env(), &plain[2]));
	EXPECT_ERR(ERR_OK, QQ.close_build(v, NUMBER, kit_env(), &plain[3]));
	EXPECT_ERR(ERR_OK, QQ.refund_query_build(v, &ask, kit_env(), &plain[4]));
	for (size_t i = 0; i < 5; i++) {
		EXPECT_STR(PEM.roots, plain[i].tls.roots.p);
		EXPECT_INT(0, plain[i].tls.certificate.n);
		EXPECT_INT(0, plain[i].tls.private_key.n);
	}

	const struct channel_env *env = kit_env();

	EXPECT_ERR(ERR_OK, QQ.refund_build(v, &ask, env, &shown[0]));
	EXPECT_STR("https://api.example.com:8443/cgi-bin/pay/qpay_refund.cgi", shown[0].url);
	EXPECT_ERR(ERR_OK, QQ.cancel_build(v, NUMBER, env, &shown[1]));
	EXPECT_STR("https://api.example.com:8443/cgi-bin/pay/qpay_reverse.cgi", shown[1].url);
	for (size_t i = 0; i < 2; i++) {
		EXPECT_STR(PEM.roots, shown[i].tls.roots.p);
		EXPECT_STR(PEM.certificate, shown[i].tls.certificate.p);
		EXPECT_STR(PEM.key, shown[i].tls.private_key.p);
	}
	EXPECT_ERR(ERR_OK, QQ.query_build(v, NUMBER, env, &plain[2]));
	EXPECT_STR("https://pay.example.com/qq/cgi-bin/pay/qpay_order_query.cgi", plain[2].url);
}

/* 43 characters of three bytes are one too many; a line break becomes a space. */
static void a_subject_is_cut_at_a_whole_character(void)
{
	char subject[200] = "a\n";
	struct channel_create ask = kit_create("qq.qr");
	const struct channel_env *env = kit_env();
	struct channel_action action;
	struct channel_call call;
	struct str body;
	struct xml m;

	for (size_t i = 0; i < 43; i++)
		memcpy(subject + 2 + 3 * i, "茶", 4);
	ask.subject = subject;
	EXPECT_ERR(ERR_OK, QQ.create_build(kit_versions(KIT_PLAIN), &ask, env, &call, &action));
	EXPECT_ERR(ERR_OK, xml_read(call.body, env->arena, &m));
	body = xml_value(&m, "body");
	EXPECT_INT(2 + 42 * 3, body.n);
	EXPECT(str_starts(body, "a 茶茶"));
}

static void what_the_channel_cannot_carry_is_refused_by_name(void)
{
	struct channel_create good = kit_create("qq.qr"), pay = kit_create("qq.barcode");
	struct {
		const char *param;
		struct channel_create ask;
	} cases[16];
	size_t n = 0;

#define CASE(name, from, member, bad)          \
	do {                                   \
		cases[n].param = (name);       \
		cases[n].ask = (from);         \
		cases[n++].ask.member = (bad); \
	} while (0)
	CASE("number", good, number, "");
	CASE("number", good, number, "123456789012345678901234567890123");
	CASE("number", good, number, "a b");
	CASE("number", good, number, "a<b");
	CASE("amount", good, fen, 0);
	CASE("amount", good, fen, -1);
	CASE("amount", good, fen, INT64_C(2147483648));
	CASE("subject", good, subject, " ");
	CASE("subject", good, subject, "\xff");
	CASE("subject", good, subject, "a\x01");
	CASE("notify_url", good, notify_url, "ftp://pay.example.com/");
	CASE("notify_url", good, notify_url, "https://pay.example.com/a b");
	CASE("auth_code", pay, auth_code, "");
	CASE("auth_code", pay, auth_code, "920728310408849937");
	CASE("auth_code", pay, auth_code, "91072831040884993");
	CASE("auth_code", pay, auth_code, "91072831040884993x");
#undef CASE
	for (size_t i = 0; i < n; i++) {
		NOTE("case %zu: %s", i, cases[i].param);
		EXPECT_ERR(ERR_INVALID, create_with(KIT_PLAIN, cases[i].ask).e);
		EXPECT_STR(cases[i].param, err_param());
	}
	EXPECT_ERR(ERR_INVALID, create_with(KIT_BARE, kit_create("qq.jsapi")).e);
	EXPECT_ERR(ERR_INVALID, create_with(KIT_BARE, kit_create("qq.app")).e);
	EXPECT_ERR(ERR_INVALID, create_with(KIT_OTHER, kit_create("qq.app")).e);
	EXPECT_STR("method", err_param());
}

static void refunds_that_cannot_be_are_refused_by_name(void)
{
	const struct channel_versions *v = kit_versions(KIT_PLAIN);
	struct channel_refund_ask ask = kit_refund();
	struct channel_call call;

	ask.fen = 11;
	EXPECT_ERR(ERR_INVALID, QQ.refund_build(v, &ask, kit_env(), &call));
	EXPECT_STR("amount", err_param());
	ask.fen = 0;
	EXPECT_ERR(ERR_INVALID, QQ.refund_build(v, &ask, kit_env(), &call));
	ask = kit_refund();
	ask.refund_number = "";
	EXPECT_ERR(ERR_INVALID, QQ.refund_build(v, &ask, kit_env(), &call));
	EXPECT_STR("refund_number", err_param());
	EXPECT_ERR(ERR_INVALID, QQ.refund_query_build(v, &ask, kit_env(), &call));
	ask = kit_refund();
	ask.trade_no = "1 2";
	EXPECT_ERR(ERR_INVALID, QQ.refund_build(v, &ask, kit_env(), &call));
	EXPECT_STR("trade_no", err_param());
	EXPECT_ERR(ERR_INVALID, QQ.query_build(v, "", kit_env(), &call));
	EXPECT_ERR(ERR_INVALID, QQ.close_build(v, "a&b", kit_env(), &call));
	EXPECT_ERR(ERR_INVALID, QQ.cancel_build(v, "]]>", kit_env(), &call));
}

/* Neither the key nor the operator's password stands in what is sent. */
static void secrets_are_not_sent(void)
{
	struct channel_refund_ask ask = kit_refund();
	struct channel_call call;

	EXPECT_ERR(ERR_OK, QQ.refund_build(kit_versions(KIT_PLAIN), &ask, kit_env(), &call));
	EXPECT(strstr(call.body.p, API_KEY) == NULL);
	EXPECT(strstr(call.body.p, "operator 1") == NULL);
	EXPECT(strstr(call.url, API_KEY) == NULL);
}

static void codes_of_this_platform_are_told_by_their_beginning(void)
{
	EXPECT(QQ.is_barcode(STR("910728310408849937")));
	EXPECT(QQ.is_barcode(STR("910783818928826810")));
	EXPECT(!QQ.is_barcode(STR("")));
	EXPECT(!QQ.is_barcode(STR("91")));
	EXPECT(!QQ.is_barcode(STR("900728310408849937")));
	EXPECT(!QQ.is_barcode(STR("134728310408849937")));
	EXPECT(!QQ.is_barcode(STR("9107283104088499370")));
	EXPECT(!QQ.is_barcode(STR("91072831040884993a")));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(orders_are_written_byte_for_byte),
	TEST(questions_are_written_byte_for_byte),
	TEST(k8_the_certificate_is_shown_where_money_goes_back_only),
	TEST(a_subject_is_cut_at_a_whole_character),
	TEST(what_the_channel_cannot_carry_is_refused_by_name),
	TEST(refunds_that_cannot_be_are_refused_by_name),
	TEST(secrets_are_not_sent),
	TEST(codes_of_this_platform_are_told_by_their_beginning),
};
/* clang-format on */

KIT_MAIN(TESTS)
