#include "base/err.h"

#include "base/str.h"
#include "tap.h"

#include <pthread.h>

static enum err refuse(const char *param, int n)
{
	FAIL_AT(ERR_INSUFFICIENT, param, "%d missing", n);
}

static enum err pass_on(bool good)
{
	TRY(good ? ERR_OK : refuse("amount", 5));
	return ERR_EXISTS;
}

static void every_code_has_its_words(void)
{
	for (int i = 0; i < ERR_N; i++) {
		enum err e = (enum err)i;

		EXPECT(str_is_made_of(str_of(err_code(e)), "abcdefghijklmnopqrstuvwxyz_", 40));
		EXPECT(str_is_made_of(str_of(err_name(e)), "ABCDEFGHIJKLMNOPQRSTUVWXYZ_", 40));
		EXPECT(err_doc(e)[0] != '\0');
		EXPECT((err_kind(e) == KIND_OK) == (e == ERR_OK));
		for (int other = 0; other < i; other++)
			EXPECT(strcmp(err_code(e), err_code((enum err)other)) != 0);
	}
	EXPECT_STR("refund_exceeds_paid", err_code(ERR_REFUND_EXCEEDS_PAID));
	EXPECT_STR("REFUND_EXCEEDS_PAID", err_name(ERR_REFUND_EXCEEDS_PAID));
	EXPECT_INT(KIND_UNKNOWN, err_kind(ERR_CHANNEL_UNKNOWN));
}

static void try_hands_on_and_keeps_the_words(void)
{
	EXPECT_ERR(ERR_EXISTS, pass_on(true));
	EXPECT_ERR(ERR_INSUFFICIENT, pass_on(false));
	EXPECT_STR("5 missing", err_text());
	EXPECT_STR("amount", err_param());
	EXPECT(strstr(err_where(), "err_test.c:") != NULL);
}

static enum err refuse_again(void)
{
	FAIL_AT(ERR_INVALID, err_param(), "again: %s", err_text());
}

static void words_may_quote_the_words_before(void)
{
	EXPECT_ERR(ERR_INSUFFICIENT, refuse("wallets[0].amount", 7));
	EXPECT_ERR(ERR_INVALID, refuse_again());
	EXPECT_STR("again: 7 missing", err_text());
	EXPECT_STR("wallets[0].amount", err_param());
}

static enum err refuse_at_length(void)
{
	FAIL_AT(ERR_INVALID,
		"a-parameter-with-a-name-that-is-far-longer-than-its-room-of-72-bytes-is", "%0300d",
		1);
}

static void words_are_cut_to_their_room(void)
{
	EXPECT_ERR(ERR_INVALID, refuse_at_length());
	EXPECT_INT(ERR_TEXT_MAX - 1, strlen(err_text()));
	EXPECT_INT(ERR_PARAM_MAX - 1, strlen(err_param()));
}

static void *other_thread(void *arg)
{
	struct outcome *o = arg;

	*o = outcome_of(refuse("here", 9));
	return NULL;
}

static void an_outcome_crosses_threads(void)
{
	struct outcome o, fine = outcome_of(ERR_OK);
	pthread_t thread;

	EXPECT_ERR(ERR_INSUFFICIENT, refuse("there", 1));
	EXPECT(pthread_create(&thread, NULL, other_thread, &o) == 0);
	EXPECT(pthread_join(thread, NULL) == 0);
	EXPECT_STR("1 missing", err_text());

	EXPECT_INT(ERR_INSUFFICIENT, o.code);
	EXPECT_STR("9 missing", o.text);
	EXPECT_ERR(ERR_INSUFFICIENT, outcome_raise(&o));
	EXPECT_STR("9 missing", err_text());
	EXPECT_STR("here", err_param());

	EXPECT_STR("", fine.text);
	EXPECT_STR("", fine.param);
	EXPECT_ERR(ERR_OK, outcome_raise(&fine));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(every_code_has_its_words),
	TEST(try_hands_on_and_keeps_the_words),
	TEST(words_may_quote_the_words_before),
	TEST(words_are_cut_to_their_room),
	TEST(an_outcome_crosses_threads),
};
/* clang-format on */

TAP_MAIN(TESTS)
