/* err.h - one error model for the whole program.
 *
 * A function that can fail returns `enum err`.  The code is for decisions; the text and the
 * parameter are for people and live in one slot per thread, written by FAIL() where the fault was
 * found and read at the edge.  What crosses a thread travels as a `struct outcome`.
 */
#pragma once

#define MUST_USE __attribute__((warn_unused_result))

enum err {
#define ERR(name, kind, code, doc) ERR_##name,
#include "base/err.def"
#undef ERR
	ERR_N
};

/* What kind of trouble a code is.  UNKNOWN is not failure: only a query may settle it. */
enum err_kind {
	KIND_OK,
	KIND_INPUT,
	KIND_USAGE,
	KIND_AUTH,
	KIND_DENIED,
	KIND_NOT_FOUND,
	KIND_METHOD,
	KIND_CONFLICT,
	KIND_RETRY,
	KIND_CHANNEL,
	KIND_UNKNOWN,
	KIND_STATE,
	KIND_LARGE,
	KIND_HEADERS,
	KIND_URI,
	KIND_MEDIA,
	KIND_LENGTH,
	KIND_LIMIT,
	KIND_BUSY,
	KIND_INTERNAL
};

enum { ERR_TEXT_MAX = 200, ERR_PARAM_MAX = 72 };

/* A result with its words, by value: what one thread hands to another. */
struct outcome {
	enum err code;
	char text[ERR_TEXT_MAX];   /* "" when ERR_OK */
	char param[ERR_PARAM_MAX]; /* the field at fault, e.g. "wallets[0].amount"; "" if none */
};

/* The stable public code, e.g. "refund_exceeds_paid".  Never NULL. */
const char *err_code(enum err e);

/* The name in the source, e.g. "REFUND_EXCEEDS_PAID".  For tests and logs.  Never NULL. */
const char *err_name(enum err e);

/* The table's sentence, e.g. "refunds would exceed what was paid". */
const char *err_doc(enum err e);

enum err_kind err_kind(enum err e);

/* What the last FAIL() in this thread said; valid until the next one. */
const char *err_text(void);

/* The field that it named; "" if none. */
const char *err_param(void);

/* Where it said so, as "file:line". */
const char *err_where(void);

/* `e` with this thread's text and parameter (both "" when `e` is ERR_OK). */
struct outcome outcome_of(enum err e);

/* Puts an outcome's words into this thread's slot and returns its code. */
enum err outcome_raise(const struct outcome *o);

enum err err_set(enum err e, const char *where, const char *param, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#define ERR_STR_(x) #x
#define ERR_STR(x) ERR_STR_(x)
#define ERR_WHERE __FILE__ ":" ERR_STR(__LINE__)

/* The only three macros in the program that change control flow. */
#define FAIL(e, ...) FAIL_AT(e, "", __VA_ARGS__)
/* The code is returned by its own name, so that the compiler sees that it is not ERR_OK. */
#define FAIL_AT(e, param, ...)                                       \
	do {                                                         \
		(void)err_set((e), ERR_WHERE, (param), __VA_ARGS__); \
		return (e);                                          \
	} while (0)
#define TRY(call)                       \
	do {                            \
		enum err try_ = (call); \
		if (try_ != ERR_OK)     \
			return try_;    \
	} while (0)
