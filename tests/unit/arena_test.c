#include "sys/arena.h"

#include "aborts.h"
#include "sys/cleanup.h"
#include "sys/secret.h"
#include "tap.h"

#include <stdalign.h>
#include <stdlib.h>
#include <sys/prctl.h>

static void memory_is_zeroed_aligned_and_its_own(void)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(1 << 20);
	char *parts[200];

	for (size_t round = 0; round < 3; round++) {
		for (size_t i = 0; i < 200; i++) {
			size_t n = i * 7 % 300;

			parts[i] = arena_alloc(a, n + 1);
			EXPECT((uintptr_t)parts[i] % alignof(max_align_t) == 0);
			for (size_t at = 0; at <= n; at++)
				EXPECT(parts[i][at] == '\0');
			memset(parts[i], (int)i + 1, n + 1);
		}
		for (size_t i = 0; i < 200; i++)
			EXPECT((unsigned char)parts[i][i * 7 % 300] == (i + 1) % 256);
		arena_reset(a);
	}
}

static void texts_are_copied(void)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(4096);
	char source[] = "积分";
	char *copy = arena_text(a, str_of(source));

	source[0] = 'x';
	EXPECT_STR("积分", copy);
	EXPECT_STR("", arena_text(a, (struct str){ NULL, 0 }));
	EXPECT_STR("7-abc", arena_printf(a, "%d-%s", 7, "abc"));
	EXPECT_STR("", arena_printf(a, "%s", ""));
}

static void a_large_part_gets_a_block_of_its_own(void)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(300000);
	char *small = arena_text(a, STR("small")), *large = arena_alloc(a, 200000);

	memset(large, 1, 200000);
	EXPECT_STR("small", small);
	EXPECT_STR("after", arena_text(a, STR("after")));
}

static void take_all_and_one(void)
{
	struct arena *a = arena_new(100);

	(void)arena_alloc(a, 60);
	(void)arena_alloc(a, 60);
}

static void take_too_much_at_once(void)
{
	(void)arena_alloc(arena_new(100), SIZE_MAX);
}

static void the_cap_is_kept(void)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(100);

	EXPECT(arena_alloc(a, 100) != NULL);
	arena_reset(a);
	EXPECT(arena_alloc(a, 100) != NULL);
	EXPECT(aborts(take_all_and_one));
	EXPECT(aborts(take_too_much_at_once));
}

static void nothing_is_freed_gladly(void)
{
	struct arena *none = NULL;

	arena_free(NULL);
	arena_freep(&none);
	EXPECT(none == NULL);
}

static void a_secret_is_a_copy(void)
{
	char source[] = "whsec_abc";
	CLEANUP(secret_wipe) struct secret s = secret_copy(str_of(source));

	source[0] = 'x';
	EXPECT(str_is(secret_reveal(&s), "whsec_abc"));
	secret_wipe(&s);
	EXPECT(str_is(secret_reveal(&s), ""));
	EXPECT(s.p == NULL && s.n == 0);
	secret_wipe(&s);
	secret_wipe(NULL);
}

static void wiped_memory_is_zero(void)
{
	char memory[16] = "abcdefghijklmno";

	wipe(memory + 1, 3);
	EXPECT(memcmp(memory, "a\0\0\0efg", 7) == 0);
	wipe(memory, 0);
	EXPECT(memory[0] == 'a');
}

static void take_a_long_secret(void)
{
	static const char LONG[SECRET_MAX + 1];
	struct secret s = secret_copy((struct str){ LONG, sizeof(LONG) });

	secret_wipe(&s);
}

static void a_secret_is_of_limited_length(void)
{
	EXPECT(aborts(take_a_long_secret));
}

static void a_taken_pointer_leaves_null_behind(void)
{
	char letter = 'a', *p = &letter;
	char *taken = TAKE(p);

	EXPECT(taken == &letter);
	EXPECT(p == NULL);
}

static void harden_and_say(void)
{
	struct rlimit core = { 1, 1 };

	secret_harden_process();
	if (getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0 && prctl(PR_GET_DUMPABLE) == 0)
		abort();
}

static void a_hardened_process_leaves_no_core(void)
{
	EXPECT(aborts(harden_and_say));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(memory_is_zeroed_aligned_and_its_own),
	TEST(texts_are_copied),
	TEST(a_large_part_gets_a_block_of_its_own),
	TEST(the_cap_is_kept),
	TEST(nothing_is_freed_gladly),
	TEST(a_secret_is_a_copy),
	TEST(wiped_memory_is_zero),
	TEST(a_secret_is_of_limited_length),
	TEST(a_taken_pointer_leaves_null_behind),
	TEST(a_hardened_process_leaves_no_core),
};
/* clang-format on */

TAP_MAIN(TESTS)
