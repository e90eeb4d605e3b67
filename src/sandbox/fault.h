/* fault.h - what the control API told the sandbox to do wrong, and how often. */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sandbox/operation.h"
#include "sandbox/trade.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kinds, with the name each has in the control API. */
#define FAULT_KINDS(X)                          \
	X(LOSE_ANSWER, "lose_answer")           \
	X(DELAY, "delay")                       \
	X(ERROR, "error")                       \
	X(DROP_NOTICE, "drop_notice")           \
	X(DUPLICATE_NOTICE, "duplicate_notice") \
	X(WRONG_AMOUNT, "wrong_amount")         \
	X(FORGE, "forge")                       \
	X(REORDER, "reorder")                   \
	X(PAID_AFTER_CLOSE, "paid_after_close") \
	X(PENDING_REFUND, "pending_refund")     \
	X(ABNORMAL_REFUND, "abnormal_refund")   \
	X(UNSIGNED, "unsigned")                 \
	X(OLD_TIMESTAMP, "old_timestamp")       \
	X(UNKNOWN_SERIAL, "unknown_serial")     \
	X(PROBE, "probe")

enum fault_kind {
#define X(name, text) FAULT_##name,
	FAULT_KINDS(X)
#undef X
		FAULT_N
};

/* FAULT_ANY_CALL in place of an operation: whichever call comes next. */
enum { FAULTS_MAX = 64, FAULT_ANY_CALL = OP_N, CODE_TEXT = 65, COPIES_MAX = 1000 };

/* One of a set; FAULTS_OF_ALL: what every platform can have. */
#define FAULT_BIT(kind) (UINT32_C(1) << (kind))
#define FAULTS_OF_ALL (FAULT_BIT(FAULT_PENDING_REFUND + 1) - 1)

struct platform;

struct fault {
	const struct platform *platform;
	enum fault_kind kind;
	int op;                   /* enum operation, or FAULT_ANY_CALL */
	char number[NUMBER_TEXT]; /* only for this out_trade_no; "": for all */
	int64_t times;            /* how often it strikes from now on */
	int64_t ms;               /* how late; 0: at once */
	bool done;                /* LOSE_ANSWER, ERROR: the work is done all the same */
	char code[CODE_TEXT];     /* ERROR: of the platform; "": its usual one */
	int64_t status;           /* ERROR: the HTTP status */
	int64_t copies;           /* DUPLICATE_NOTICE */
	int64_t fen;              /* WRONG_AMOUNT: what is said; 0: one fen too much */
};

struct faults {
	struct fault at[FAULTS_MAX]; /* in the order of adding */
	size_t n;
};

/* ERR_BUSY when there are FAULTS_MAX already. */
MUST_USE enum err fault_add(struct faults *fs, const struct fault *f);

/* The first fault that strikes this operation of a platform on this number; used up by one. */
bool fault_take(struct faults *fs, const struct platform *platform, enum operation op,
		const char *number, struct fault *out);

/* "lose_answer" … */
const char *fault_name(enum fault_kind kind);

/* The kind by name; false if there is none. */
bool fault_find(const char *name, enum fault_kind *out);
