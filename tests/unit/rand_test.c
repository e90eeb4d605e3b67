#include "sys/rand.h"

#include "aborts.h"
#include "base/str.h"
#include "sys/cleanup.h"
#include "tap.h"

static void rand_freep(struct rand **r)
{
	rand_free(*r);
}

static void a_seed_repeats_its_stream(void)
{
	CLEANUP(rand_freep) struct rand *a = rand_seeded(7);
	CLEANUP(rand_freep) struct rand *b = rand_seeded(7);
	CLEANUP(rand_freep) struct rand *other = rand_seeded(8);
	uint8_t from_a[100], from_b[100], from_other[100];

	rand_bytes(a, from_a, 100);
	rand_bytes(b, from_b, 100);
	rand_bytes(other, from_other, 100);
	EXPECT(memcmp(from_a, from_b, 100) == 0);
	EXPECT(memcmp(from_a, from_other, 100) != 0);
	rand_bytes(a, from_b, 100);
	EXPECT(memcmp(from_a, from_b, 100) != 0);
}

/* splitmix64 of seed 0 begins e220a8397b1dcdaf 6e789e6aa1b965f4; bytes come lowest first. */
static void the_stream_is_splitmix64(void)
{
	CLEANUP(rand_freep) struct rand *r = rand_seeded(0);
	char text[33];

	rand_hex(r, 16, text);
	EXPECT_STR("afcd1d7b39a820e2f465b9a16a9e786e", text);
}

static void the_system_gives_other_bytes_each_time(void)
{
	struct rand *r = rand_system();
	uint8_t a[64] = { 0 }, b[64] = { 0 };

	rand_bytes(r, a, sizeof(a));
	rand_bytes(r, b, sizeof(b));
	EXPECT(memcmp(a, b, sizeof(a)) != 0);
	rand_bytes(r, a, 0);
	rand_free(r); /* does nothing */
	rand_free(NULL);
	rand_bytes(r, a, 1);
}

static void numbers_stay_below_their_bound(void)
{
	CLEANUP(rand_freep) struct rand *r = rand_seeded(1);
	size_t seen[6] = { 0 };

	for (size_t i = 0; i < 6000; i++) {
		uint64_t n = rand_below(r, 6);

		EXPECT(n < 6);
		seen[n]++;
	}
	/* 1000 each; the seed is fixed, so this says the same every time. */
	for (size_t i = 0; i < 6; i++)
		EXPECT(seen[i] > 850 && seen[i] < 1150);
	EXPECT_INT(0, rand_below(r, 1));
	EXPECT(rand_below(r, UINT64_MAX) < UINT64_MAX);
}

struct scripted {
	struct rand rand;
	uint64_t next;
};

static void scripted_bytes(struct rand *r, void *out, size_t n)
{
	struct scripted *s = (struct scripted *)(void *)r;

	memcpy(out, &s->next, n);
	s->next++;
}

/* 2^64 mod 3 is 1: the value 0 would make 0 likelier than 1 and 2, so it is drawn again. */
static void uneven_values_are_drawn_again(void)
{
	struct scripted s = { { scripted_bytes }, 0 };

	EXPECT_INT(1, rand_below(&s.rand, 3));
	EXPECT_INT(2, s.next);
}

static void ask_below_zero(void)
{
	(void)rand_below(rand_system(), 0);
}

static void ask_for_long_hex(void)
{
	char text[200];

	rand_hex(rand_system(), 65, text);
}

static void hex_has_two_digits_a_byte(void)
{
	char text[129];

	rand_hex(rand_system(), 64, text);
	EXPECT(str_is_made_of(str_of(text), "0123456789abcdef", 128));
	EXPECT_INT(128, strlen(text));
	rand_hex(rand_system(), 0, text);
	EXPECT_STR("", text);
	EXPECT(aborts(ask_below_zero));
	EXPECT(aborts(ask_for_long_hex));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(a_seed_repeats_its_stream),
	TEST(the_stream_is_splitmix64),
	TEST(the_system_gives_other_bytes_each_time),
	TEST(numbers_stay_below_their_bound),
	TEST(uneven_values_are_drawn_again),
	TEST(hex_has_two_digits_a_byte),
};
/* clang-format on */

TAP_MAIN(TESTS)
