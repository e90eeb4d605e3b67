#include "core/reason.h"

const struct reason_text TAEL_REASON_TEXTS[] = {
#define X(name, code, zh, en) { (code), (zh), (en) },
	TAEL_REASONS(X)
#undef X
};

const size_t TAEL_REASON_TEXTS_N = sizeof(TAEL_REASON_TEXTS) / sizeof(TAEL_REASON_TEXTS[0]);
