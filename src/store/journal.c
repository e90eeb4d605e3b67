#include "store/journal.h"

#include "base/check.h"
#include "sys/crypto.h"

#include <endian.h>
#include <string.h>

struct bytes {
	uint8_t *p;
	size_t n, cap;
};

/* Big-endian. */
static void put_i64(struct bytes *b, int64_t v)
{
	uint64_t bytes = htobe64((uint64_t)v);

	CHECK(b->cap - b->n >= sizeof(bytes));
	memcpy(b->p + b->n, &bytes, sizeof(bytes));
	b->n += sizeof(bytes);
}

/* The length first, so that no two rows of texts have the same bytes. */
static void put_text(struct bytes *b, const char *text)
{
	size_t n = strlen(text);

	put_i64(b, (int64_t)n);
	CHECK(b->cap - b->n >= n);
	memcpy(b->p + b->n, text, n);
	b->n += n;
}

size_t journal_row(const struct transfer *t, uint8_t out[JOURNAL_ROW_MAX])
{
	struct bytes b = { .p = out, .cap = JOURNAL_ROW_MAX };

	put_i64(&b, t->id);
	put_i64(&b, t->at_ms);
	put_i64(&b, t->kind);
	put_i64(&b, t->asset);
	put_i64(&b, t->from_account);
	put_i64(&b, t->to_account);
	put_i64(&b, t->amount);
	put_i64(&b, t->from_balance);
	put_i64(&b, t->from_held);
	put_i64(&b, t->from_version);
	put_i64(&b, t->from_previous);
	put_i64(&b, t->to_balance);
	put_i64(&b, t->to_held);
	put_i64(&b, t->to_version);
	put_i64(&b, t->to_previous);
	put_i64(&b, t->cause);
	put_i64(&b, t->app);
	put_i64(&b, t->reason);
	put_i64(&b, t->group);
	put_i64(&b, t->date);
	put_text(&b, t->request_id);
	put_text(&b, t->ref);
	put_text(&b, t->memo);
	return b.n;
}

void journal_hash(const struct journal_batch *batch, const uint8_t *rows, size_t n, uint8_t out[32])
{
	uint8_t head[64];
	struct bytes b = { .p = head, .cap = sizeof(head) };
	struct sha256_run *run = sha256_begin();

	put_i64(&b, batch->format);
	put_i64(&b, batch->merchant);
	put_i64(&b, batch->number);
	put_i64(&b, batch->first);
	put_i64(&b, batch->last);
	put_i64(&b, batch->count);
	put_i64(&b, batch->at_ms);
	sha256_add(run, batch->previous, 32);
	sha256_add(run, head, b.n);
	sha256_add(run, rows, n);
	sha256_end(run, out);
}
