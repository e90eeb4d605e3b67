/* tap.h - the whole test framework: TAP for `meson test`, no fork, no longjmp.
 *
 * A test is `static void name(void)`; its name carries the ids that it proves
 * (`s0_14_points_and_alipay`, `a4_a5_same_number_again`).  EXPECT leaves it on
 * the first failure by a plain `return`, so cleanup attributes run and the
 * sanitizers stay quiet; it therefore stands only in functions that return
 * void, and only on the thread that runs the test.  A helper that may fail is
 * called through CALL, which leaves the caller as well.
 *
 * The program exits 0 after a complete plan: meson then tells a wrong answer
 * (FAIL) from a crash or a sanitizer's report (ERROR).  `x_test NAME` runs one.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool tap_failed;
static const char *tap_skipped;

struct tap_test {
	const char *name;
	void (*run)(void);
};

/* NOTE("case %zu", i): a line for whoever reads why a test failed; control bytes are shown as such,
 * since a broken line would break the protocol.
 */
#define NOTE(...) tap_note(__VA_ARGS__)

/* clang-format off */
#define TEST(f) { #f, f }
/* clang-format on */

#define EXPECT(cond)                                                               \
	do {                                                                       \
		if (!(cond)) {                                                     \
			tap_note("%s:%d: expected %s", __FILE__, __LINE__, #cond); \
			tap_failed = true;                                         \
			return;                                                    \
		}                                                                  \
	} while (0)

/* Whole numbers of any type up to long long. */
#define EXPECT_INT(want, expr)                                                                  \
	do {                                                                                    \
		long long want_ = (long long)(want), got_ = (long long)(expr);                  \
		if (got_ != want_) {                                                            \
			tap_note("%s:%d: %s is %lld, expected %lld", __FILE__, __LINE__, #expr, \
				 got_, want_);                                                  \
			tap_failed = true;                                                      \
			return;                                                                 \
		}                                                                               \
	} while (0)

/* NULL equals only NULL. */
#define EXPECT_STR(want, expr)                                                               \
	do {                                                                                 \
		const char *want_ = (want), *got_ = (expr);                                  \
		if (!tap_same(want_, got_)) {                                                \
			tap_note("%s:%d: %s is \"%s\", expected \"%s\"", __FILE__, __LINE__, \
				 #expr, tap_shown(got_), tap_shown(want_));                  \
			tap_failed = true;                                                   \
			return;                                                              \
		}                                                                            \
	} while (0)

/* Needs base/err.h. */
#define EXPECT_ERR(want, call)                                                                     \
	do {                                                                                       \
		enum err want_ = (want), got_ = (call);                                            \
		if (got_ != want_) {                                                               \
			tap_note("%s:%d: %s gave %s (%s), expected %s", __FILE__, __LINE__, #call, \
				 err_name(got_), got_ ? err_text() : "", err_name(want_));         \
			tap_failed = true;                                                         \
			return;                                                                    \
		}                                                                                  \
	} while (0)

/* Runs a helper that uses EXPECT itself; leaves the test if it failed. */
#define CALL(helper)                                                           \
	do {                                                                   \
		helper;                                                        \
		if (tap_failed) {                                              \
			tap_note("%s:%d: in %s", __FILE__, __LINE__, #helper); \
			return;                                                \
		}                                                              \
	} while (0)

/* Leaves the test as skipped.  The reason is shown and counted by `make test`. */
#define SKIP(reason)                    \
	do {                            \
		tap_skipped = (reason); \
		return;                 \
	} while (0)

__attribute__((format(printf, 1, 2), unused)) static inline void tap_note(const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fputs("# ", stdout);
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			printf("\\x%02x", (unsigned)*p);
		else
			putchar(*p);
	putchar('\n');
}

__attribute__((unused)) static inline bool tap_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

__attribute__((unused)) static inline const char *tap_shown(const char *s)
{
	return s ? s : "(null)";
}

static inline int tap_main(const struct tap_test *tests, size_t n, const char *only)
{
	/* By the line, so that a crash does not swallow what went before it. */
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (!only)
		printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		if (only && strcmp(only, tests[i].name) != 0)
			continue;
		tap_failed = false;
		tap_skipped = NULL;
		tests[i].run();
		printf("%s %zu - %s", tap_failed ? "not ok" : "ok", i + 1, tests[i].name);
		if (tap_skipped && !tap_failed)
			printf(" # SKIP %s", tap_skipped);
		putchar('\n');
	}
	return 0;
}

#define TAP_MAIN(tests)                                                      \
	int main(int argc, char **argv)                                      \
	{                                                                    \
		return tap_main((tests), sizeof(tests) / sizeof((tests)[0]), \
				argc > 1 ? argv[1] : NULL);                  \
	}
