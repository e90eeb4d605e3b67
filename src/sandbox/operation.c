#include "sandbox/operation.h"

const char *operation_name(enum operation op)
{
	static const char *const NAMES[] = {
#define X(name, text) [OP_##name] = (text),
		OPERATIONS(X)
#undef X
	};

	return NAMES[op];
}
