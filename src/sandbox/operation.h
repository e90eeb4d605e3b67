/* operation.h - what a shop asks of a platform, in one vocabulary for all of them: each is counted
 * on its trade and open to faults. */
#pragma once

#include <stdint.h>

/* With the name that each has in the control API. */
#define OPERATIONS(X)                     \
	X(PAGE, "page")                   \
	X(WAP, "wap")                     \
	X(APP, "app")                     \
	X(CREATE, "create")               \
	X(PRECREATE, "precreate")         \
	X(PAY, "pay")                     \
	X(NATIVE, "native")               \
	X(H5, "h5")                       \
	X(JSAPI, "jsapi")                 \
	X(CODEPAY, "codepay")             \
	X(UNIFIED_ORDER, "unified_order") \
	X(MICROPAY, "micropay")           \
	X(QUERY, "query")                 \
	X(CLOSE, "close")                 \
	X(CANCEL, "cancel")               \
	X(REVERSE, "reverse")             \
	X(REFUND, "refund")               \
	X(REFUND_QUERY, "refund_query")   \
	X(CERTIFICATES, "certificates")   \
	X(BILL, "bill")                   \
	X(BILL_FILE, "bill_file")         \
	X(NOTICE, "notice") /* not a call: what the platform sends */

enum operation {
#define X(name, text) OP_##name,
	OPERATIONS(X)
#undef X
		OP_N
};

/* One of a set. */
#define OP_BIT(op) (UINT32_C(1) << (op))

/* "page" … */
const char *operation_name(enum operation op);
