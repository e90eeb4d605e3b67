/* A caller's lines of any bytes are read within their bounds: sorted, each within its limits, and
 * the same again; or refused by the number of a line. */
#include "app/charge_compare.h"
#include "base/money.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check(const struct compare_file *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct compare_line *l = &f->lines[i];

		if (l->number < 2 || l->amount < 1 || l->amount > AMOUNT_MAX || l->met)
			abort();
		if (l->request_id.n < 1 || l->request_id.n > REQUEST_KEY_MAX)
			abort();
		if (i > 0 && l[-1].rollback == l->rollback &&
		    str_eq(l[-1].request_id, l->request_id))
			abort();
		if (i > 0 && l[-1].rollback && !l->rollback)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new(1 << 24);
	struct compare_file first, again;
	struct str csv = { (const char *)data, len };

	if (len < 65536 && compare_read(csv, arena, &first) == ERR_OK) {
		check(&first);
		if (compare_read(csv, arena, &again) != ERR_OK || again.n != first.n)
			abort();
	} else if (len < 65536 && strncmp(err_param(), "line ", 5) != 0) {
		abort();
	}
	arena_free(arena);
	return 0;
}
