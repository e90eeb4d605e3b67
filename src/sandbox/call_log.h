/* call_log.h - the last calls of all platforms, for tests and for the curious. */
#pragma once

#include "sandbox/fault.h"
#include "sandbox/trade.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALLS_KEPT = 1000 };

struct logged_call {
	int64_t at_ms;
	const struct platform *platform;
	const char *merchant;     /* "" when it is unknown */
	int op;                   /* enum operation; OP_N when it is unknown */
	char number[NUMBER_TEXT]; /* out_trade_no, else trade_no; "" if not said */
	char code[CODE_TEXT], sub_code[CODE_TEXT];
	int fault; /* enum fault_kind, or FAULT_N */
};

struct call_log {
	struct logged_call at[CALLS_KEPT];
	uint64_t n; /* logged in all */
};

void call_log_add(struct call_log *log, const struct logged_call *call);

/* The i-th newest, i < min(n, CALLS_KEPT). */
const struct logged_call *call_log_at(const struct call_log *log, size_t i);
