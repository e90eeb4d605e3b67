/* The sandbox over TLS: who it is, and whom it lets take money back. */
#include "kit_qq.h"

#include "sys/crypto.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 0, .tls = true };

static void show(bool ours)
{
	kit_show(ours ? qq_config("cert") : NULL, ours ? qq_config("key") : NULL);
}

static void configurations_name_https_and_the_authority(void)
{
	static const char *const FILES[] = { "alipay.json", "alipay-cert.json", "wechat.json",
					     "wechat-cert.json", "qq.json" };

	EXPECT(strncmp(kit_url(), "https://127.0.0.1:", 18) == 0);
	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		json_t *config = kit_json(kit_file(FILES[i]));
		const char *url =
			json_string_value(json_object_get(config, i < 2 ? "gateway" : "base_url"));

		EXPECT_STR(kit_file("ca.pem"), json_string_value(json_object_get(config, "ca")));
		EXPECT(strncmp(url, kit_url(), strlen(kit_url())) == 0);
	}
}

static void alipay_is_served_too(void)
{
	const char *no = kit_number();
	struct kit_answer a = kit_call(KIT_KEY, "precreate", kit_order(no, ""));

	EXPECT_STR("10000", kit_text(a, "code"));
	EXPECT(a.verified);
	EXPECT(kit_pay(no));
	EXPECT(kit_notice(no).came);
}

/* Tael's client sends nothing to whom it cannot trust. */
static void k8_a_sandbox_of_an_unknown_authority_gets_nothing(void)
{
	const char *no = kit_number();
	struct qq_message a;
	int calls;

	kit_trust(NULL);
	a = QQ("qpay_unified_order", QQ_ORDER(no, "1", "NATIVE"));
	EXPECT(a.http.e == ERR_NETWORK);
	EXPECT(!a.http.sent);
	kit_trust(kit_file("ca.pem"));
	/* The address is one of the server's names, and another name is not. */
	a.http = kit_http(kit_printf("https://127.0.0.2:%s/", strrchr(kit_url(), ':') + 1), NULL,
			  NULL);
	EXPECT(a.http.e == ERR_NETWORK);
	EXPECT(!a.http.sent);
	a.http = kit_http(kit_printf("https://localhost:%s/", strrchr(kit_url(), ':') + 1), NULL,
			  NULL);
	EXPECT_INT(200, a.http.status);
	calls = (int)json_array_size(json_object_get(
		kit_json(kit_http(kit_printf("/sandbox/calls?out_trade_no=%s", no), NULL, NULL)
				 .body),
		"calls"));
	EXPECT_INT(0, calls);
}

static struct qq_message refund(const char *no)
{
	return QQ("qpay_refund", { "out_trade_no", no }, { "out_refund_no", kit_number() },
		  { "refund_fee", "1" }, { "op_user_id", qq_config("op_user_id") },
		  { "op_user_passwd", qq_md5(qq_config("op_user_password")) });
}

static struct qq_message reverse(const char *no)
{
	return QQ("qpay_reverse", { "out_trade_no", no }, { "op_user_id", qq_config("op_user_id") },
		  { "op_user_passwd", qq_md5(qq_config("op_user_password")) });
}

static void is_turned_away(const char *no)
{
	struct qq_message a = refund(no);

	EXPECT_INT(400, a.http.status);
	EXPECT(strstr(a.http.body, "No required SSL certificate was sent"));
	a = reverse(no);
	EXPECT_INT(400, a.http.status);
	EXPECT_STR("SUCCESS", kit_status(no));
}

/* The same name, signed by another authority. */
static void show_anothers(void)
{
	static char public_pem[4096], root[4096], cert[4096];
	static const uint8_t SERIAL[16] = { 0x42 };
	struct secret key = { 0 };
	struct cert_ask ask = { .name = "Another Authority",
				.serial = SERIAL,
				.from_ms = kit_now_ms() - 86400000,
				.to_ms = kit_now_ms() + 86400000 };

	EXPECT_ERR(ERR_OK, rsa_generate(2048, &key, public_pem, sizeof(public_pem)));
	ask.subject_private_pem = secret_reveal(&key);
	EXPECT_ERR(ERR_OK, cert_make(&ask, root, sizeof(root)));
	ask.name = qq_config("mch_id");
	ask.usage = "clientAuth";
	ask.issuer_private_pem = secret_reveal(&key);
	ask.issuer_pem = str_of(root);
	EXPECT_ERR(ERR_OK, cert_make(&ask, cert, sizeof(cert)));
	kit_show(cert, kit_printf("%s", secret_reveal(&key).p));
	secret_wipe(&key);
}

static void money_goes_back_only_with_the_merchants_certificate(void)
{
	const char *no = kit_number(), *other = kit_number();
	struct qq_message a = QQ("qpay_unified_order", QQ_ORDER(no, "100", "NATIVE"));

	EXPECT_STR("SUCCESS", qq_result(&a));
	a = QQ("qpay_unified_order", QQ_ORDER(other, "100", "NATIVE"));
	EXPECT(qq_pay(no) && qq_pay(other));
	CALL(is_turned_away(no));
	CALL(show_anothers());
	CALL(is_turned_away(no));
	show(true);
	a = refund(no);
	EXPECT_STR("SUCCESS", qq_result(&a));
	a = reverse(other);
	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_STR("REVOKED", kit_status(other));
	/* Who shows it where nobody asks is served as well. */
	a = QQ("qpay_order_query", { "out_trade_no", no });
	EXPECT_STR("REFUND", qq_get(&a, "trade_state"));
	show(false);
	a = QQ("qpay_order_query", { "out_trade_no", no });
	EXPECT_STR("REFUND", qq_get(&a, "trade_state"));
}

static const struct tap_test TESTS[] = {
	TEST(configurations_name_https_and_the_authority),
	TEST(alipay_is_served_too),
	TEST(k8_a_sandbox_of_an_unknown_authority_gets_nothing),
	TEST(money_goes_back_only_with_the_merchants_certificate),
};

KIT_MAIN(OPTIONS, TESTS)
