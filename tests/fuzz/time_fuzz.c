/* Text that is read as a time is written as the same moment, and any moment comes back from its
 * text. */
#include "base/time.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#define YEAR_10000_MS INT64_C(253402300800000)

static void moment_comes_back(int64_t ms);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str text = { (const char *)data, len };
	char written[RFC3339_TEXT], china[LOCAL_TEXT];
	uint64_t any = 0;
	int64_t ms = -1;

	if (rfc3339_read(text, &ms) == ERR_OK) {
		if (ms < 0 || ms >= YEAR_10000_MS)
			abort();
		rfc3339_write(ms, written);
		/* In UTC the text itself comes back, but for a fraction that was left out. */
		if (str_ends(text, "Z") && memcmp(text.p, written, 19) != 0)
			abort();
		if (len == 24 && !str_is(text, written))
			abort();
	} else if (ms != -1) {
		abort();
	}
	ms = -1;
	if (china_read(text, &ms) == ERR_OK) {
		if (ms < 0 || ms >= YEAR_10000_MS)
			abort();
		china_write(ms, china);
		if (memcmp(text.p, china, 19) != 0)
			abort();
	} else if (ms != -1) {
		abort();
	}
	memcpy(&any, data, len < sizeof(any) ? len : sizeof(any));
	moment_comes_back((int64_t)(any % (uint64_t)YEAR_10000_MS));
	return 0;
}

static void moment_comes_back(int64_t ms)
{
	char text[RFC3339_TEXT], china[LOCAL_TEXT];
	int64_t back = -1;

	rfc3339_write(ms, text);
	if (rfc3339_read(str_of(text), &back) != ERR_OK || back != ms)
		abort();
	if (ms + CHINA_MS >= YEAR_10000_MS)
		return;
	china_write(ms, china);
	if (china_read(str_of(china), &back) != ERR_OK || back != ms / 1000 * 1000)
		abort();
	/* The business date is the digits of the Chinese time. */
	if (china_date(ms) !=
	    (int32_t)(strtol(china, NULL, 10) * 10000 + strtol(china + 5, NULL, 10) * 100 +
		      strtol(china + 8, NULL, 10)))
		abort();
}
