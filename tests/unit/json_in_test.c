#include "sys/json.h"

#include "base/money.h"
#include "sys/cleanup.h"
#include "tap.h"

#include <stdlib.h>

/* What an order's body looks like, with one of everything. */
struct ask {
	int64_t amount, wallet_amount[2];
	char subject[16], code[8], metadata[64], event[2][16], asset[2][8];
	bool live, has_user;
	size_t events_n, wallets_n;
};

static enum err ask_read(struct str body, struct ask *a)
{
	struct jin r, in;

	*a = (struct ask){ .amount = 42, .subject = "old", .code = "old", .metadata = "old" };
	jin_open(&r, body);
	a->has_user = jin_has(&r, "user");
	jin_integer(&r, "amount", JIN_NEEDED, 1, AMOUNT_MAX, &a->amount);
	jin_text(&r, "subject", JIN_OPTIONAL, a->subject, sizeof(a->subject));
	jin_word(&r, "code", JIN_OPTIONAL, "abc", a->code, sizeof(a->code));
	jin_bool(&r, "live", JIN_OPTIONAL, &a->live);
	jin_object_text(&r, "metadata", JIN_OPTIONAL, a->metadata, sizeof(a->metadata));
	a->events_n = jin_array(&r, "events", JIN_OPTIONAL, 1, 2);
	for (size_t i = 0; i < a->events_n; i++)
		jin_text_at(&r, "events", i, a->event[i], sizeof(a->event[i]));
	a->wallets_n = jin_array(&r, "wallets", JIN_OPTIONAL, 0, 2);
	for (size_t i = 0; i < a->wallets_n; i++) {
		if (!jin_enter_at(&r, "wallets", i, &in))
			break;
		jin_text(&in, "asset", JIN_NEEDED, a->asset[i], sizeof(a->asset[i]));
		jin_integer(&in, "amount", JIN_NEEDED, 1, 100, &a->wallet_amount[i]);
		jin_leave(&in);
	}
	return jin_done(&r);
}

static void a_body_is_read_into_plain_values(void)
{
	struct ask a;

	EXPECT_ERR(
		ERR_OK,
		ask_read(STR(" { \"amount\" : 8800, \"subject\":\"积\\u5206\\n\",\"code\":\"abba\","
			     "\"live\":true,\"metadata\":{ \"b\" : [1, null, \"x/y\"], \"a\":{} },"
			     "\"events\":[\"a.b\",\"\"],\"wallets\":[{\"asset\":\"gold\","
			     "\"amount\":100},"
			     "{\"amount\":1,\"asset\":\"cny\"}]}\r\n"),
			 &a));
	EXPECT_INT(8800, a.amount);
	EXPECT_STR("积分\n", a.subject);
	EXPECT_STR("abba", a.code);
	EXPECT(a.live);
	EXPECT_STR("{\"b\":[1,null,\"x/y\"],\"a\":{}}", a.metadata);
	EXPECT_INT(2, a.events_n);
	EXPECT_STR("a.b", a.event[0]);
	EXPECT_STR("", a.event[1]);
	EXPECT_INT(2, a.wallets_n);
	EXPECT_STR("gold", a.asset[0]);
	EXPECT_INT(1, a.wallet_amount[1]);
}

static void what_is_absent_or_null_leaves_the_value_alone(void)
{
	struct ask a;

	EXPECT_ERR(ERR_OK, ask_read(STR("{\"amount\":1}"), &a));
	EXPECT_STR("old", a.subject);
	EXPECT_INT(0, a.events_n);
	EXPECT_ERR(ERR_OK,
		   ask_read(STR("{\"amount\":1,\"subject\":null,\"code\":null,\"live\":null,"
				"\"metadata\":null,\"events\":null,\"wallets\":null}"),
			    &a));
	EXPECT_STR("old", a.subject);
	EXPECT_STR("old", a.code);
	EXPECT_STR("old", a.metadata);
	EXPECT(!a.live && a.events_n == 0 && a.wallets_n == 0);
}

struct refusal {
	const char *body;
	enum err want;
	const char *param;
};

static void refuse_each(const struct refusal *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ask a;

		NOTE("%s", cases[i].body);
		EXPECT_ERR(cases[i].want, ask_read(str_of(cases[i].body), &a));
		EXPECT_STR(cases[i].param, err_param());
		EXPECT(err_text()[0] != '\0');
	}
}

static void a11_amounts_are_integers_as_written(void)
{
	static const struct refusal CASES[] = {
		{ "{\"amount\":0}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":-1}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":-0}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":0.001}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":1.0}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":1e2}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":1e3}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":9007199254740992}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":9223372036854775807}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":9223372036854775808}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":-9223372036854775808}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":-9223372036854775809}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":99999999999999999999999999}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":\"1\"}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":\"１\"}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":\"+1\"}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":\" 1\"}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":true}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":[1]}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":{}}", ERR_AMOUNT_RANGE, "amount" },
		{ "{\"amount\":１}", ERR_JSON, "" },
		{ "{\"amount\":+1}", ERR_JSON, "" },
		{ "{\"amount\":01}", ERR_JSON, "" },
		{ "{\"amount\":0x1}", ERR_JSON, "" },
		{ "{\"amount\":.5}", ERR_JSON, "" },
		{ "{\"amount\":1.}", ERR_JSON, "" },
		{ "{\"amount\":NaN}", ERR_JSON, "" },
		{ "{\"amount\":1e999}", ERR_JSON, "" },
		{ "{\"amount\":null}", ERR_INVALID, "amount" },
		{ "{}", ERR_INVALID, "amount" },
	};

	refuse_each(CASES, sizeof(CASES) / sizeof(CASES[0]));
}

static void a11_a_bad_number_is_named_wherever_it_stands(void)
{
	static const struct refusal CASES[] = {
		{ "{\"amount\":1,\"wallets\":[{\"asset\":\"a\",\"amount\":1},"
		  "{\"asset\":\"b\",\"amount\":9223372036854775808}]}",
		  ERR_AMOUNT_RANGE, "wallets[1].amount" },
		{ "{\"amount\":1,\"wallets\":[{\"asset\":\"a\",\"amount\":-0}]}", ERR_AMOUNT_RANGE,
		  "wallets[0].amount" },
		{ "{\"amount\":1,\"wallets\":[{\"asset\":\"a\",\"amount\":101}]}", ERR_AMOUNT_RANGE,
		  "wallets[0].amount" },
		{ "{\"amount\":1,\"metadata\":{\"a\":[[7],[\"9\",-0]]}}", ERR_AMOUNT_RANGE,
		  "metadata.a[1][1]" },
		{ "{\"amount\":1,\"metadata\":{\"a\":[1,{\"b\":2.5}]}}", ERR_INVALID, "metadata" },
		{ "{\"amount\":1,\"metadata\":{\"a\":1e3}}", ERR_INVALID, "metadata" },
	};
	struct ask a;

	refuse_each(CASES, sizeof(CASES) / sizeof(CASES[0]));
	/* What stands in a string is no number. */
	EXPECT_ERR(ERR_OK, ask_read(STR("{\"amount\":1,\"subject\":\"-0 \\\"[-0\"}"), &a));
	EXPECT_ERR(ERR_OK, ask_read(STR("{\"amount\":1,\"metadata\":{\"n\":[9223372036854775807,"
					"-9223372036854775808,0]}}"),
				    &a));
	EXPECT_STR("{\"n\":[9223372036854775807,-9223372036854775808,0]}", a.metadata);
}

static void what_is_no_json_object_is_refused(void)
{
	static const struct refusal CASES[] = {
		{ "", ERR_JSON, "" },
		{ " ", ERR_JSON, "" },
		{ "null", ERR_JSON, "" },
		{ "1", ERR_JSON, "" },
		{ "-0", ERR_JSON, "" },
		{ "\"amount\"", ERR_JSON, "" },
		{ "[]", ERR_JSON, "" },
		{ "[{\"amount\":1}]", ERR_JSON, "" },
		{ "{", ERR_JSON, "" },
		{ "{\"amount\":1", ERR_JSON, "" },
		{ "{\"amount\":1}}", ERR_JSON, "" },
		{ "{\"amount\":1} x", ERR_JSON, "" },
		{ "{\"amount\":1,}", ERR_JSON, "" },
		{ "{amount:1}", ERR_JSON, "" },
		{ "{'amount':1}", ERR_JSON, "" },
		{ "{\"amount\":1 /* one */}", ERR_JSON, "" },
		{ "{\"amount\":1,\"subject\":\"a\nb\"}", ERR_JSON, "" },
		{ "{\"amount\":1,\"subject\":\"\xff\"}", ERR_JSON, "" },
		{ "{\"amount\":1,\"subject\":\"\\ud800\"}", ERR_JSON, "" },
		{ "{\"amount\":1,\"subject\":\"a\\u0000b\"}", ERR_JSON, "" },
		{ "\xef\xbb\xbf{\"amount\":1}", ERR_JSON, "" },
		{ "{\"amount\":1,\"amount\":2}", ERR_JSON, "" },
		{ "{\"amount\":1,\"\\u0061mount\":2}", ERR_JSON, "" },
		{ "{\"amount\":1,\"metadata\":{\"a\":1,\"a\":1}}", ERR_JSON, "" },
	};
	struct ask a;

	refuse_each(CASES, sizeof(CASES) / sizeof(CASES[0]));
	EXPECT_ERR(ERR_JSON, ask_read((struct str){ NULL, 0 }, &a));
	EXPECT_ERR(ERR_JSON, ask_read(STR("{\"amount\":1}\0"), &a));
}

static void wrong_types_and_sizes_are_named(void)
{
	static const struct refusal CASES[] = {
		{ "{\"amount\":1,\"subject\":5}", ERR_INVALID, "subject" },
		{ "{\"amount\":1,\"subject\":[]}", ERR_INVALID, "subject" },
		{ "{\"amount\":1,\"subject\":\"0123456789abcdef\"}", ERR_INVALID, "subject" },
		{ "{\"amount\":1,\"subject\":\"a\\u001bb\"}", ERR_INVALID, "subject" },
		{ "{\"amount\":1,\"subject\":\"a\\u007f\"}", ERR_INVALID, "subject" },
		{ "{\"amount\":1,\"code\":\"\"}", ERR_INVALID, "code" },
		{ "{\"amount\":1,\"code\":\"abd\"}", ERR_INVALID, "code" },
		{ "{\"amount\":1,\"code\":\"abcabcab\"}", ERR_INVALID, "code" },
		{ "{\"amount\":1,\"code\":7}", ERR_INVALID, "code" },
		{ "{\"amount\":1,\"live\":\"true\"}", ERR_INVALID, "live" },
		{ "{\"amount\":1,\"live\":1}", ERR_INVALID, "live" },
		{ "{\"amount\":1,\"metadata\":[]}", ERR_INVALID, "metadata" },
		{ "{\"amount\":1,\"metadata\":\"{}\"}", ERR_INVALID, "metadata" },
		{ "{\"amount\":1,\"metadata\":{\"a\":\"0123456789012345678901234567890123456789"
		  "0123456789012345\"}}",
		  ERR_INVALID, "metadata" },
		{ "{\"amount\":1,\"events\":\"a\"}", ERR_INVALID, "events" },
		{ "{\"amount\":1,\"events\":[]}", ERR_INVALID, "events" },
		{ "{\"amount\":1,\"events\":[\"a\",\"b\",\"c\"]}", ERR_INVALID, "events" },
		{ "{\"amount\":1,\"events\":[\"a\",2]}", ERR_INVALID, "events[1]" },
		{ "{\"amount\":1,\"events\":[null]}", ERR_INVALID, "events[0]" },
		{ "{\"amount\":1,\"wallets\":{}}", ERR_INVALID, "wallets" },
		{ "{\"amount\":1,\"wallets\":[1]}", ERR_INVALID, "wallets[0]" },
		{ "{\"amount\":1,\"wallets\":[{\"amount\":1}]}", ERR_INVALID, "wallets[0].asset" },
	};
	struct ask a;

	refuse_each(CASES, sizeof(CASES) / sizeof(CASES[0]));
	EXPECT_ERR(ERR_OK, ask_read(STR("{\"amount\":1,\"subject\":\"0123456789abcde\","
					"\"code\":\"abcabca\"}"),
				    &a));
	EXPECT_ERR(ERR_OK, ask_read(STR("{\"amount\":1,\"metadata\":{\"a\":\"0123456789012345678901"
					"23456789012345678901234567890123\"}}"),
				    &a));
	EXPECT_INT(sizeof(a.metadata) - 2, strlen(a.metadata));
}

static void unknown_members_are_refused_by_name(void)
{
	static const struct refusal CASES[] = {
		{ "{\"amount\":1,\"amuont\":2}", ERR_INVALID, "amuont" },
		{ "{\"amount\":1,\"user\":\"7\"}", ERR_INVALID, "user" },
		{ "{\"amount\":1,\"x\":null}", ERR_INVALID, "x" },
		{ "{\"amount\":1,\"\":1}", ERR_INVALID, "" },
		{ "{\"amount\":1,\"wallets\":[{\"asset\":\"a\",\"amount\":1,\"x\":1}]}",
		  ERR_INVALID, "wallets[0].x" },
		{ "{\"amount\":1,\"a-name-that-is-far-longer-than-the-path-of-a-fault-can-be-so-it-"
		  "is-cut-short\":1}",
		  ERR_INVALID,
		  "a-name-that-is-far-longer-than-the-path-of-a-fault-can-be-so-it-is-cut-" },
		{ "{\"amount\":1,\"积积积积积积积积积积积积积积积积积积积积积积积积积积积\":1}",
		  ERR_INVALID, "积积积积积积积积积积积积积积积积积积积积积积积" },
	};
	struct ask a;

	refuse_each(CASES, sizeof(CASES) / sizeof(CASES[0]));
	EXPECT_ERR(ERR_INVALID, ask_read(STR("{\"amount\":1,\"user\":\"7\"}"), &a));
	EXPECT(a.has_user);
	EXPECT_ERR(ERR_INVALID, ask_read(STR("{\"amount\":1,\"user\":null}"), &a));
	EXPECT(!a.has_user);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(a_body_is_read_into_plain_values),
	TEST(what_is_absent_or_null_leaves_the_value_alone),
	TEST(a11_amounts_are_integers_as_written),
	TEST(a11_a_bad_number_is_named_wherever_it_stands),
	TEST(what_is_no_json_object_is_refused),
	TEST(wrong_types_and_sizes_are_named),
	TEST(unknown_members_are_refused_by_name),
};
/* clang-format on */

TAP_MAIN(TESTS)
