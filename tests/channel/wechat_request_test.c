/* Every request byte for byte: wechat_golden.h was made with openssl, not by this program. */
#include "channel/wechat_golden.h"
#include "channel/wechat_kit.h"

#include "channel/wechat/config.h"

static const char *field(const struct channel_call *call, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < call->fields_n; i++)
		if (strcmp(call->fields[i].name, name) == 0)
			found = found ? "twice" : call->fields[i].value.p;
	return found ? found : "absent";
}

static void expect_call(const struct golden *want, enum err e, const struct channel_call *call)
{
	char url[300];

	EXPECT_ERR(ERR_OK, e);
	EXPECT_STR(want->method, call->method);
	(void)snprintf(url, sizeof(url), "%s%s", BASE_URL, want->target);
	EXPECT_STR(url, call->url);
	EXPECT_INT(strlen(want->body), call->body.n);
	EXPECT_STR(want->body, call->body.p);
	EXPECT_STR(want->authorization, field(call, "Authorization"));
	EXPECT_STR("application/json", field(call, "Accept"));
	EXPECT_INT(strcmp(want->method, "POST") == 0, call->type != NULL);
	if (call->type != NULL)
		EXPECT_STR("application/json", call->type);
	/* A path prefix would be a part of what is signed: the same path at both addresses. */
	if (call->backup_url != NULL) {
		(void)snprintf(url, sizeof(url), "http://127.0.0.1:8091%s", want->target);
		EXPECT_STR(url, call->backup_url);
	}
}

static void expect_create(const struct golden *want, enum kit_mode mode,
			  const struct channel_create *ask)
{
	struct channel_action action = { .type = ACTION_NONE };
	struct channel_call call;
	enum err e = WECHAT.create_build(kit_versions(mode), ask, kit_env(), &call, &action);

	CALL(expect_call(want, e, &call));
	EXPECT_INT(ACTION_NONE, action.type);
}

static void s0_13_each_method_orders_at_its_own_address(void)
{
	static const struct {
		const char *method;
		const struct golden *want;
	} CASES[] = {
		{ "wechat.qr", &GOLDEN_QR },       { "wechat.h5", &GOLDEN_H5 },
		{ "wechat.jsapi", &GOLDEN_JSAPI }, { "wechat.mini", &GOLDEN_MINI },
		{ "wechat.app", &GOLDEN_APP },     { "wechat.barcode", &GOLDEN_BARCODE },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct channel_create ask = kit_create(CASES[i].method);

		printf("# %s\n", CASES[i].method);
		CALL(expect_create(CASES[i].want, KIT_PUBLIC, &ask));
	}
}

static void without_a_public_address_a_placeholder_is_notified(void)
{
	struct channel_create ask = kit_create("wechat.qr");

	ask.notify_url = "";
	CALL(expect_create(&GOLDEN_QR_NO_NOTIFY, KIT_PUBLIC, &ask));
}

static void one_appid_serves_all_where_there_is_one(void)
{
	struct channel_create ask = kit_create("wechat.mini");

	CALL(expect_create(&GOLDEN_JSAPI, KIT_ONE_APPID, &ask));
	ask = kit_create("wechat.app");

	struct channel_action action;
	struct channel_call call;

	EXPECT_ERR(ERR_OK, WECHAT.create_build(kit_versions(KIT_ONE_APPID), &ask, kit_env(), &call,
					       &action));
	EXPECT(strstr(call.body.p, "\"" APPID "\"") != NULL);
}

static void query_close_and_reverse_name_our_number(void)
{
	const struct channel_versions *v = kit_versions(KIT_PUBLIC);
	struct channel_call call;

	CALL(expect_call(&GOLDEN_QUERY, WECHAT.query_build(v, NUMBER, kit_env(), &call), &call));
	CALL(expect_call(&GOLDEN_CLOSE, WECHAT.close_build(v, NUMBER, kit_env(), &call), &call));
	CALL(expect_call(&GOLDEN_REVERSE, WECHAT.cancel_build(v, NUMBER, kit_env(), &call), &call));
}

static void refunds_are_in_fen_under_our_number(void)
{
	const struct channel_versions *v = kit_versions(KIT_PUBLIC);
	struct channel_refund_ask ask = kit_refund();
	struct channel_call call;

	CALL(expect_call(&GOLDEN_REFUND, WECHAT.refund_build(v, &ask, kit_env(), &call), &call));
	CALL(expect_call(&GOLDEN_REFUND_QUERY, WECHAT.refund_query_build(v, &ask, kit_env(), &call),
			 &call));
	ask.notify_url = "https://pay.example.com/notify/wechat/1/main";
	CALL(expect_call(&GOLDEN_REFUND_NOTIFY, WECHAT.refund_build(v, &ask, kit_env(), &call),
			 &call));
}

static void certificates_are_asked_for(void)
{
	struct channel_call call;

	CALL(expect_call(&GOLDEN_CERTIFICATES,
			 WECHAT.certificates_build(kit_versions(KIT_NONE), kit_env(), &call),
			 &call));
}

static void b12_the_platform_is_told_which_key_we_have(void)
{
	static const struct {
		enum kit_mode mode;
		const char *serial;
	} CASES[] = {
		{ KIT_PUBLIC, PUBLIC_KEY_ID },
		{ KIT_CERT, CERT_SERIAL },
		{ KIT_BOTH, PUBLIC_KEY_ID },
		{ KIT_NONE, "absent" },
	};
	struct channel_call call;

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		EXPECT_ERR(ERR_OK, WECHAT.query_build(kit_versions(CASES[i].mode), NUMBER,
						      kit_env(), &call));
		EXPECT_STR(CASES[i].serial, field(&call, "Wechatpay-Serial"));
	}
}

static void b11_the_newest_version_signs(void)
{
	struct channel_versions two = kit_two_versions(KIT_PUBLIC, KIT_CERT);
	struct channel_call call;

	CALL(expect_call(&GOLDEN_QUERY, WECHAT.query_build(&two, NUMBER, kit_env(), &call), &call));
	EXPECT_STR(PUBLIC_KEY_ID, field(&call, "Wechatpay-Serial"));
}

static void numbers_keep_their_bytes_in_a_path(void)
{
	struct channel_call call;

	EXPECT_ERR(ERR_OK,
		   WECHAT.query_build(kit_versions(KIT_PUBLIC), "a_b-c|d*", kit_env(), &call));
	EXPECT_STR(BASE_URL "/v3/pay/transactions/out-trade-no/a_b-c%7Cd%2A?mchid=" MCH_ID,
		   call.url);
}

/* --- what is cut, and what is refused before any call --- */

static void long_subjects_are_cut_at_a_character(void)
{
	struct channel_create ask = kit_create("wechat.qr");
	char subject[400] = "a\n";
	struct channel_action action;
	struct channel_call call;
	const char *from;
	size_t n = 2;

	/* 2 + 3 * 41 = 125 bytes fit; the 42nd character would end at byte 128. */
	for (size_t i = 0; i < 100; i++)
		str_add(subject, sizeof(subject), &n, "茶");
	ask.subject = subject;
	EXPECT_ERR(ERR_OK,
		   WECHAT.create_build(kit_versions(KIT_PUBLIC), &ask, kit_env(), &call, &action));
	from = strstr(call.body.p, "\"description\":\"");
	EXPECT(from != NULL);
	from += strlen("\"description\":\"");
	EXPECT(strncmp(from, "a 茶", 5) == 0);
	EXPECT_INT(125, strchr(from, '"') - from);
}

static void expect_refused(const char *why, const char *param, const struct channel_create *ask)
{
	struct channel_call call = { .url = "untouched" };
	struct channel_action action;

	printf("# %s\n", why);
	EXPECT_ERR(ERR_INVALID,
		   WECHAT.create_build(kit_versions(KIT_PUBLIC), ask, kit_env(), &call, &action));
	EXPECT_STR(param, err_param());
	EXPECT_STR("untouched", call.url);
}

static void a_subject_that_wechat_cannot_carry_is_refused(void)
{
	static const char *const SUBJECTS[] = { "", "  ", "tea 🍵", "\xff", "\xf0\x9f", "a\x01" };

	for (size_t i = 0; i < sizeof(SUBJECTS) / sizeof(SUBJECTS[0]); i++) {
		struct channel_create ask = kit_create("wechat.qr");

		ask.subject = SUBJECTS[i];
		CALL(expect_refused("subject", "subject", &ask));
	}
}

static void numbers_and_amounts_out_of_range_are_refused(void)
{
	static const char *const NUMBERS[] = {
		"",         "12345",        "a b-c-d",
		"number@1", "数字数字数字", "123456789012345678901234567890123"
	};
	static const int64_t AMOUNTS[] = { 0, -1, INT64_C(2147483648), INT64_MAX };
	struct channel_create ask;

	for (size_t i = 0; i < sizeof(NUMBERS) / sizeof(NUMBERS[0]); i++) {
		struct channel_call call;

		ask = kit_create("wechat.qr");
		ask.number = NUMBERS[i];
		CALL(expect_refused(NUMBERS[i], "number", &ask));
		EXPECT_ERR(ERR_INVALID, WECHAT.query_build(kit_versions(KIT_PUBLIC), NUMBERS[i],
							   kit_env(), &call));
		EXPECT_ERR(ERR_INVALID, WECHAT.close_build(kit_versions(KIT_PUBLIC), NUMBERS[i],
							   kit_env(), &call));
		EXPECT_ERR(ERR_INVALID, WECHAT.cancel_build(kit_versions(KIT_PUBLIC), NUMBERS[i],
							    kit_env(), &call));
	}
	for (size_t i = 0; i < sizeof(AMOUNTS) / sizeof(AMOUNTS[0]); i++) {
		ask = kit_create("wechat.barcode");
		ask.fen = AMOUNTS[i];
		CALL(expect_refused("amount", "amount", &ask));
	}
}

static void payers_without_what_their_method_needs_are_refused(void)
{
	static const char *const CODES[] = { "",
					     "13456789012345678",
					     "1345678901234567890",
					     "164567890123456789",
					     "094567890123456789",
					     "284567890123456789",
					     "13456789012345678x" };
	static const char *const IPS[] = { "", "localhost", "1.2.3.4\n" };
	struct channel_create ask = kit_create("wechat.jsapi");

	ask.openid = "";
	CALL(expect_refused("no openid", "openid", &ask));
	ask = kit_create("wechat.mini");
	ask.openid = "o🍵";
	CALL(expect_refused("an openid of four bytes", "openid", &ask));
	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		ask = kit_create("wechat.barcode");
		ask.auth_code = CODES[i];
		CALL(expect_refused(CODES[i], "auth_code", &ask));
	}
	for (size_t i = 0; i < sizeof(IPS) / sizeof(IPS[0]); i++) {
		ask = kit_create("wechat.h5");
		ask.client_ip = IPS[i];
		CALL(expect_refused(IPS[i], "client_ip", &ask));
	}
}

static void addresses_that_cannot_be_called_are_refused(void)
{
	static const char *const URLS[] = { "ftp://a/", "https://a/ b", "https://a/?b=c",
					    "https://a/#b", "//a" };
	struct channel_create ask;

	for (size_t i = 0; i < sizeof(URLS) / sizeof(URLS[0]); i++) {
		ask = kit_create("wechat.qr");
		ask.notify_url = URLS[i];
		CALL(expect_refused(URLS[i], "notify_url", &ask));
	}
	ask = kit_create("wechat.h5");
	ask.return_url = "javascript:alert(1)";
	CALL(expect_refused("return_url", "return_url", &ask));
}

static void refunds_out_of_range_are_refused(void)
{
	static const struct {
		const char *number, *refund_number, *note, *notify_url, *param;
		int64_t fen, total_fen;
	} CASES[] = {
		{ "12345", REFUND_NUMBER, "", "", "number", 1, 1 },
		{ NUMBER, "", "", "", "refund_number", 1, 1 },
		{ NUMBER, "a/b", "", "", "refund_number", 1, 1 },
		{ NUMBER, REFUND_NUMBER, "", "", "amount", 0, 1 },
		{ NUMBER, REFUND_NUMBER, "", "", "amount", 2, 1 },
		{ NUMBER, REFUND_NUMBER, "", "", "amount", 1, INT64_C(2147483648) },
		{ NUMBER, REFUND_NUMBER, "\xff", "", "note", 1, 1 },
		{ NUMBER, REFUND_NUMBER, "", "nowhere", "notify_url", 1, 1 },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct channel_refund_ask ask = { .number = CASES[i].number,
						  .trade_no = "",
						  .refund_number = CASES[i].refund_number,
						  .fen = CASES[i].fen,
						  .total_fen = CASES[i].total_fen,
						  .note = CASES[i].note,
						  .notify_url = CASES[i].notify_url };
		struct channel_call call;

		EXPECT_ERR(ERR_INVALID,
			   WECHAT.refund_build(kit_versions(KIT_PUBLIC), &ask, kit_env(), &call));
		EXPECT_STR(CASES[i].param, err_param());
	}
}

static void a_refund_does_not_wait_for_its_reason(void)
{
	struct channel_refund_ask ask = kit_refund();
	char note[200] = "";
	struct channel_call call;
	size_t n = 0;

	ask.note = "tea 🍵";
	EXPECT_ERR(ERR_OK, WECHAT.refund_build(kit_versions(KIT_PUBLIC), &ask, kit_env(), &call));
	EXPECT(strstr(call.body.p, "reason") == NULL);
	/* 78 bytes fit, 81 do not. */
	for (size_t i = 0; i < 40; i++)
		str_add(note, sizeof(note), &n, "茶");
	ask.note = note;
	EXPECT_ERR(ERR_OK, WECHAT.refund_build(kit_versions(KIT_PUBLIC), &ask, kit_env(), &call));

	const char *from = strstr(call.body.p, "\"reason\":\"");

	EXPECT(from != NULL);
	from += strlen("\"reason\":\"");
	EXPECT_INT(78, strchr(from, '"') - from);
}

static void k8_hosts_are_looked_at_before_every_call(void)
{
	struct channel_config c = *kit_config(KIT_PUBLIC);
	struct channel_versions v = { .config = { &c }, .n = 1 };
	struct channel_call call = { .url = "untouched" };

	(void)snprintf(c.base_url, sizeof(c.base_url), "%s", WECHAT_BASE_LIVE);
	EXPECT_ERR(ERR_CONFIG, WECHAT.query_build(&v, NUMBER, kit_env(), &call));
	EXPECT_STR("base_url", err_param());
	c = *kit_config(KIT_PUBLIC);
	(void)snprintf(c.backup_url, sizeof(c.backup_url), "%s", WECHAT_BACKUP_LIVE);
	EXPECT_ERR(ERR_CONFIG, WECHAT.query_build(&v, NUMBER, kit_env(), &call));
	EXPECT_STR("backup_url", err_param());
	c = *kit_config(KIT_PUBLIC);
	c.livemode = true;
	EXPECT_ERR(ERR_CONFIG, WECHAT.query_build(&v, NUMBER, kit_env(), &call));
	EXPECT_STR("untouched", call.url);
}

static const struct tap_test TESTS[] = {
	TEST(s0_13_each_method_orders_at_its_own_address),
	TEST(without_a_public_address_a_placeholder_is_notified),
	TEST(one_appid_serves_all_where_there_is_one),
	TEST(query_close_and_reverse_name_our_number),
	TEST(refunds_are_in_fen_under_our_number),
	TEST(certificates_are_asked_for),
	TEST(b12_the_platform_is_told_which_key_we_have),
	TEST(b11_the_newest_version_signs),
	TEST(numbers_keep_their_bytes_in_a_path),
	TEST(long_subjects_are_cut_at_a_character),
	TEST(a_subject_that_wechat_cannot_carry_is_refused),
	TEST(numbers_and_amounts_out_of_range_are_refused),
	TEST(payers_without_what_their_method_needs_are_refused),
	TEST(addresses_that_cannot_be_called_are_refused),
	TEST(refunds_out_of_range_are_refused),
	TEST(a_refund_does_not_wait_for_its_reason),
	TEST(k8_hosts_are_looked_at_before_every_call),
};

KIT_MAIN(TESTS)
