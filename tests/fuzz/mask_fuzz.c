/* A body of any bytes is masked within its bounds, and what is masked already stays as it is. */
#include "app/call_log.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { OUT_CAP = 8192 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char once[OUT_CAP], twice[OUT_CAP], small[16];

	if (len > OUT_CAP / 4 || memchr(data, 0, len) != NULL)
		return 0;
	call_mask((struct str){ (const char *)data, len }, once, sizeof(once));
	call_mask(str_of(once), twice, sizeof(twice));
	if (strcmp(once, twice) != 0)
		abort();
	call_mask((struct str){ (const char *)data, len }, small, sizeof(small));
	if (strlen(small) >= sizeof(small) || strncmp(small, once, strlen(small)) != 0)
		abort();
	return 0;
}
