/* A transfer's body by both of its readers. */
#include "fuzz.h"
#include "transfer_readers.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new(64 << 20);
	struct readers_said said = readers_ask((struct str){ (const char *)data, len }, arena);

	if (!said.agree)
		abort();
	if (said.e == ERR_OK && (!str_is_text(said.post.memo) || said.post.memo.n > MEMO_MAX ||
				 !request_key_is(said.post.request_id)))
		abort();
	arena_free(arena);
	return 0;
}
