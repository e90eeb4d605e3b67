/* The two readers of a transfer's body: one in a hurry, one that explains. */
#include "transfer_readers.h"

#include "sys/cleanup.h"
#include "tap.h"

#include <string.h>

#define HEAD "{\"request_id\":\"r-1\",\"from\":\"system/gold\",\"to\":\"user:1/gold\","
#define PLAIN HEAD "\"amount\":1,\"reason\":300002"

static void what_programs_send_is_taken_at_once(void)
{
	static const struct {
		const char *body, *memo;
	} GOOD[] = {
		{ PLAIN "}", "" },
		{ PLAIN ",\"memo\":\"\",\"ref\":null}", "" },
		{ PLAIN ",\"memo\":\"红包\"}", "红包" },
		{ PLAIN ",\"memo\":\"\\u7ea2\\u5305\"}", "红包" },
		{ PLAIN ",\"memo\":\"a\\ud83e\\udde7b\"}", "a\xf0\x9f\xa7\xa7"
							   "b" },
		{ PLAIN ",\"memo\":\"\\\"\\\\\\/\\n\\t\\r\"}", "\"\\/\n\t\r" },
		{ " {\n\"reason\" :300002\t,\"amount\": 9007199254740991 , \"memo\":\"m\","
		  "\"to\":\"user:1\\/gold\",\"from\":\"system\\/gold\",\"request_id\":\"r-1\"}\r\n",
		  "m" },
	};
	CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);

	for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
		struct readers_said said = readers_ask(str_of(GOOD[i].body), arena);

		EXPECT(said.taken);
		EXPECT(said.agree);
		EXPECT_ERR(ERR_OK, said.e);
		EXPECT(str_is(said.post.memo, GOOD[i].memo));
		EXPECT(str_is(said.post.from, "system"));
		EXPECT(str_is(said.post.to, "user:1"));
		EXPECT(str_is(said.post.asset, "gold"));
	}
}

static void what_is_wrong_is_left_to_the_one_that_explains(void)
{
	static const struct {
		const char *body;
		enum err e;
		const char *param;
	} BAD[] = {
		{ "", ERR_JSON, "" },
		{ "[]", ERR_JSON, "" },
		{ "{}", ERR_INVALID, "request_id" },
		{ PLAIN, ERR_JSON, "" },
		{ PLAIN ",}", ERR_JSON, "" },
		{ PLAIN "} x", ERR_JSON, "" },
		{ PLAIN ",\"amount\":1}", ERR_JSON, "" },
		{ PLAIN ",\"extra\":1}", ERR_INVALID, "extra" },
		{ PLAIN ",\"memo\":7}", ERR_INVALID, "memo" },
		{ PLAIN ",\"memo\":\"\x7f\"}", ERR_INVALID, "memo" },
		{ PLAIN ",\"memo\":\"\\u0000\"}", ERR_JSON, "" },
		{ PLAIN ",\"memo\":\"\\u0007\"}", ERR_INVALID, "memo" },
		{ PLAIN ",\"memo\":\"\\ud83e\"}", ERR_JSON, "" },
		{ PLAIN ",\"memo\":\"\\udde7\"}", ERR_JSON, "" },
		{ PLAIN ",\"memo\":\"\xc0\x80\"}", ERR_JSON, "" },
		{ PLAIN ",\"memo\":\"\xed\xa0\x80\"}", ERR_JSON, "" },
		{ PLAIN ",\"memo\":\"a\nb\"}", ERR_JSON, "" },
		{ PLAIN ",\"memo\":\"\\n\n\"}", ERR_JSON, "" },
		{ PLAIN ",\"memo\":\"\\x\"}", ERR_JSON, "" },
		{ HEAD "\"amount\":0,\"reason\":300002}", ERR_AMOUNT_RANGE, "amount" },
		{ HEAD "\"amount\":-0,\"reason\":300002}", ERR_AMOUNT_RANGE, "amount" },
		{ HEAD "\"amount\":-1,\"reason\":300002}", ERR_AMOUNT_RANGE, "amount" },
		{ HEAD "\"amount\":01,\"reason\":300002}", ERR_JSON, "" },
		{ HEAD "\"amount\":1.0,\"reason\":300002}", ERR_AMOUNT_RANGE, "amount" },
		{ HEAD "\"amount\":1e3,\"reason\":300002}", ERR_AMOUNT_RANGE, "amount" },
		{ HEAD "\"amount\":null,\"reason\":300002}", ERR_INVALID, "amount" },
		{ HEAD "\"amount\":9007199254740992,\"reason\":1}", ERR_AMOUNT_RANGE, "amount" },
		{ HEAD "\"amount\":99999999999999999999,\"reason\":1}", ERR_AMOUNT_RANGE,
		  "amount" },
		{ HEAD "\"amount\":1,\"reason\":1000000000}", ERR_AMOUNT_RANGE, "reason" },
	};
	CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);

	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		struct readers_said said = readers_ask(str_of(BAD[i].body), arena);

		if (said.taken || said.e != BAD[i].e)
			printf("# %s\n", BAD[i].body);
		EXPECT(!said.taken);
		EXPECT_ERR(BAD[i].e, said.e);
		EXPECT_STR(BAD[i].param, err_param());
	}
}

/* Every byte replaced by others, left out, and everything cut after it. */
static void both_agree_on_every_body_with_one_fault(void)
{
	static const char *const BODIES[] = {
		PLAIN ",\"memo\":\"\\u7ea2 \\ud83e\\udde7 红\",\"ref\":\"a\"}",
		" { \"ref\" : null , \"amount\":10,\"reason\":3,\"memo\":\"\\\\\","
		"\"to\":\"system\\/gold\",\"from\":\"user:a\\/gold\",\"request_id\":\"one\" } ",
	};
	static const char OTHERS[] = "\0\"\\{}[]:,.-+eE019ur/ \n\x7f\x80\xc3\xf0z";
	CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
	int taken = 0, left = 0;

	for (size_t b = 0; b < sizeof(BODIES) / sizeof(BODIES[0]); b++) {
		size_t n = strlen(BODIES[b]);

		for (size_t i = 0; i < n; i++) {
			for (size_t k = 0; k < sizeof(OTHERS) + 1; k++) {
				char body[256];
				struct readers_said said;
				size_t length = n;

				memcpy(body, BODIES[b], n);
				if (k < sizeof(OTHERS) - 1)
					body[i] = OTHERS[k];
				else if (k == sizeof(OTHERS) - 1)
					memmove(body + i, body + i + 1, --length - i);
				else
					length = i;
				said = readers_ask((struct str){ body, length }, arena);
				arena_reset(arena);
				if (!said.agree)
					printf("# %.*s\n", (int)length, body);
				EXPECT(said.agree);
				taken += said.taken;
				left += !said.taken;
			}
		}
	}
	EXPECT(taken > 300 && left > 1000);
}

static const struct tap_test TESTS[] = {
	TEST(what_programs_send_is_taken_at_once),
	TEST(what_is_wrong_is_left_to_the_one_that_explains),
	TEST(both_agree_on_every_body_with_one_fault),
};

TAP_MAIN(TESTS)
