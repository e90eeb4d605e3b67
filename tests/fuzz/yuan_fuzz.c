/* Yuan text that is read must be, digit for digit, what its fen are written as. */
#include "base/money.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str text = { (const char *)data, len };
	struct str shown;
	char written[YUAN_TEXT];
	int64_t fen = -1;

	if (yuan_read(text, &fen) != ERR_OK) {
		if (fen != -1)
			abort();
		return 0;
	}
	if (fen < 0 || fen > AMOUNT_MAX)
		abort();
	yuan_write(fen, written);
	/* "12" and "0.1" lack what "12.00" and "0.10" end in; nothing else may differ. */
	shown = str_of(written);
	if (text.n > shown.n || memcmp(text.p, shown.p, text.n) != 0)
		abort();
	for (size_t i = text.n; i < shown.n; i++)
		if (shown.p[i] != '0' && shown.p[i] != '.')
			abort();
	return 0;
}
