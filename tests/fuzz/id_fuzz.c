/* Text that is read as an id, of whatever kind, is the only text of that id. */
#include "base/id.h"
#include "fuzz.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str text = { (const char *)data, len };
	int kinds = 0;

	for (int kind = 0; kind < ID_KIND_N; kind++) {
		char written[ID_TEXT];
		int64_t id = -1;

		if (id_read((enum id_kind)kind, text, &id) != ERR_OK)
			continue;
		if (id <= 0)
			abort();
		id_write((enum id_kind)kind, id, written);
		if (!str_is(text, written))
			abort();
		kinds++;
	}
	if (kinds > 1)
		abort();
	return 0;
}
