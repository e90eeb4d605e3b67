/* verify_batch.c - the chain of hashes over the journal (docs/journal.md, format 1). */
#include "app/verify_run.h"

#include <stdio.h>
#include <string.h>

enum { FORMAT = 1, NUMBERS_MAX = 20 };

static enum err begin(struct verify_run *v, struct tx *tx, const struct verify_transfer *t);
static void hash_fault(const struct verify_batch *b, struct verify_faults *f);
static enum err row_read(struct verify_run *v, struct tx *tx, struct verify_batch *b);
static void hash_numbers(struct sha256_run *run, const int64_t *numbers, size_t n);
static void hash_text(struct sha256_run *run, struct str s);

enum err verify_batch_add(struct verify_run *v, struct tx *tx, const struct verify_transfer *t)
{
	struct verify_batch *b = &v->batch;
	const int64_t numbers[] = {
		t->id,        t->at,           t->kind,          t->asset,
		t->from,      t->to,           t->amount,        t->from_balance,
		t->from_held, t->from_version, t->from_previous, t->to_balance,
		t->to_held,   t->to_version,   t->to_previous,   t->cause,
		t->app,       t->reason,       t->group,         t->date,
	};

	if (b->number != 0 && b->number != t->batch)
		TRY(verify_batch_end(v, tx));
	if (b->number == 0)
		TRY(begin(v, tx, t));
	b->rows++;
	b->last_seen = t->id;
	hash_numbers(b->run, numbers, NUMBERS_MAX);
	hash_text(b->run, t->request_id);
	hash_text(b->run, t->ref);
	hash_text(b->run, t->memo);
	return ERR_OK;
}

enum err verify_batch_end(struct verify_run *v, struct tx *tx)
{
	struct verify_batch *b = &v->batch;
	struct verify_faults f = { .n = 0 };
	uint8_t hash[SHA256_BYTES];
	char text[VERIFY_ROW_TEXT];

	(void)tx;
	if (b->number == 0)
		return ERR_OK;
	sha256_end(b->run, hash);
	if (!b->has_row)
		verify_fault(&f, "its transfers are there, and it has no row");
	else if (b->format != FORMAT)
		verify_fault(&f, "format %lld is not known", (long long)b->format);
	else {
		if (memcmp(b->previous, v->linked_hash, VERIFY_HASH) != 0)
			verify_fault(&f, "previous is not the hash of the batch before");
		if (b->count != b->rows)
			verify_differs(&f, "count", b->count, "its transfers are", b->rows);
		if (b->first != b->first_seen)
			verify_fault(&f, "first_transfer is not its first");
		if (b->last != b->last_seen)
			verify_fault(&f, "last_transfer is not its last");
		if (memcmp(b->hash, hash, VERIFY_HASH) != 0)
			hash_fault(b, &f);
	}
	(void)snprintf(text, sizeof(text), "batch %lld", (long long)b->number);
	if (f.n > 0)
		verify_report_faults(v, "batch", text, &f);
	v->counts->batches++;
	v->linked = b->number > v->linked ? b->number : v->linked;
	memcpy(v->linked_hash, b->has_row ? b->hash : hash, VERIFY_HASH);
	*b = (struct verify_batch){ 0 };
	return ERR_OK;
}

/* One of them was changed: if nothing else tells which, the batch says where it is. */
static void hash_fault(const struct verify_batch *b, struct verify_faults *f)
{
	char first[ID_TEXT], last[ID_TEXT];

	id_write(ID_TRANSFER, b->first_seen, first);
	id_write(ID_TRANSFER, b->last_seen, last);
	if (b->rows == 1)
		verify_fault(f, "hash does not fit its row and its transfer %s", first);
	else
		verify_fault(f, "hash does not fit its row and its transfers %s to %s", first,
			     last);
}

static enum err begin(struct verify_run *v, struct tx *tx, const struct verify_transfer *t)
{
	struct verify_batch *b = &v->batch;
	char text[VERIFY_ROW_TEXT];

	*b = (struct verify_batch){ .number = t->batch, .first_seen = t->id };
	for (int64_t n = v->linked + 1; n < b->number && n < v->linked + 100; n++) {
		(void)snprintf(text, sizeof(text), "batch %lld", (long long)n);
		verify_report(v, "batch", text, "it has no transfers");
	}
	if (b->number <= v->linked) {
		id_write(ID_TRANSFER, t->id, text);
		verify_report(v, "transfer", text, "batch is %lld, after batch %lld",
			      (long long)b->number, (long long)v->linked);
	}
	TRY(row_read(v, tx, b));

	const int64_t head[] = { b->format, v->merchant, b->number, b->first,
				 b->last,   b->count,    b->at };

	b->run = sha256_begin();
	sha256_add(b->run, b->previous, VERIFY_HASH);
	hash_numbers(b->run, head, sizeof(head) / sizeof(head[0]));
	return ERR_OK;
}

static enum err row_read(struct verify_run *v, struct tx *tx, struct verify_batch *b)
{
	struct rows r;

	TX_ONE(tx, &r, &b->has_row,
	       "select first_transfer, last_transfer, count, at, format, previous, hash from batch"
	       " where merchant_id = $1 and number = $2",
	       V_I(v->merchant), V_I(b->number));
	if (b->has_row) {
		struct str previous = row_s(&r, 5), hash;

		b->first = row_i(&r, 0);
		b->last = row_i(&r, 1);
		b->count = row_i(&r, 2);
		b->at = row_i(&r, 3);
		b->format = row_i(&r, 4);
		/* Another length leaves zeros, which fit nothing. */
		if (previous.n == VERIFY_HASH)
			memcpy(b->previous, previous.p, VERIFY_HASH);
		hash = row_s(&r, 6);
		if (hash.n == VERIFY_HASH)
			memcpy(b->hash, hash.p, VERIFY_HASH);
	}
	return rows_end(&r);
}

/* Eight bytes each, the highest first. */
static void hash_numbers(struct sha256_run *run, const int64_t *numbers, size_t n)
{
	uint8_t bytes[8 * NUMBERS_MAX];

	for (size_t i = 0; i < n; i++)
		for (size_t byte = 0; byte < 8; byte++)
			bytes[8 * i + byte] = (uint8_t)((uint64_t)numbers[i] >> (56 - 8 * byte));
	sha256_add(run, bytes, 8 * n);
}

static void hash_text(struct sha256_run *run, struct str s)
{
	const int64_t length = (int64_t)s.n;

	hash_numbers(run, &length, 1);
	sha256_add(run, s.p, s.n);
}
