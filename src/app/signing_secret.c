#include "app/signing_secret.h"

#include "base/codec.h"
#include "sys/secret.h"

#include <string.h>

void signing_secret_make(struct rand *rand, char out[SIGNING_SECRET_TEXT])
{
	static const char PREFIX[] = "whsec_";
	uint8_t bytes[SIGNING_SECRET_BYTES];

	rand_bytes(rand, bytes, sizeof(bytes));
	memcpy(out, PREFIX, sizeof(PREFIX) - 1);
	(void)base64_write(bytes, sizeof(bytes), out + sizeof(PREFIX) - 1);
	wipe(bytes, sizeof(bytes));
}
