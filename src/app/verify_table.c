#include "app/verify_table.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 256 };

static unsigned char *slot_of(const struct verify_table *t, int64_t id);
static int64_t id_at(const unsigned char *record);
static void grow(struct verify_table *t);

void verify_table_init(struct verify_table *t, size_t record_size)
{
	CHECK(record_size >= sizeof(int64_t) && record_size % sizeof(int64_t) == 0);
	*t = (struct verify_table){ .size = record_size, .slots = FIRST_SLOTS };
	t->records = calloc(t->slots, t->size);
	CHECK(t->records);
}

void verify_table_fini(struct verify_table *t)
{
	free(t->records);
	*t = (struct verify_table){ 0 };
}

void *verify_table_find(const struct verify_table *t, int64_t id)
{
	unsigned char *record = id != 0 ? slot_of(t, id) : NULL;

	return record && id_at(record) == id ? record : NULL;
}

void *verify_table_add(struct verify_table *t, int64_t id)
{
	unsigned char *record;

	CHECK(id != 0);
	if (4 * (t->n + 1) > 3 * t->slots)
		grow(t);
	record = slot_of(t, id);
	if (id_at(record) == 0) {
		memcpy(record, &id, sizeof(id));
		t->n++;
	}
	return record;
}

void *verify_table_next(const struct verify_table *t, size_t *at)
{
	while (*at < t->slots) {
		unsigned char *record = t->records + (*at)++ * t->size;

		if (id_at(record) != 0)
			return record;
	}
	return NULL;
}

static int64_t id_at(const unsigned char *record)
{
	int64_t id;

	memcpy(&id, record, sizeof(id));
	return id;
}

/* Where the id is, or the free place where it would stand. */
static unsigned char *slot_of(const struct verify_table *t, int64_t id)
{
	uint64_t h = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(h ^ h >> 32) & (t->slots - 1);

	for (;; i = (i + 1) & (t->slots - 1)) {
		unsigned char *record = t->records + i * t->size;

		if (id_at(record) == 0 || id_at(record) == id)
			return record;
	}
}

static void grow(struct verify_table *t)
{
	struct verify_table old = *t;
	size_t at = 0;
	const void *record;

	t->slots *= 2;
	t->records = calloc(t->slots, t->size);
	CHECK(t->records);
	while ((record = verify_table_next(&old, &at)) != NULL)
		memcpy(slot_of(t, id_at(record)), record, t->size);
	free(old.records);
}
