/* verify_table.h - many small records by their id: open addressing, grows, never forgets. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Each record begins with its id, which is not 0. */
struct verify_table {
	unsigned char *records;
	size_t size, slots, n;
};

void verify_table_init(struct verify_table *t, size_t record_size);
void verify_table_fini(struct verify_table *t);

/* The record, or NULL.  Valid until the next verify_table_add. */
void *verify_table_find(const struct verify_table *t, int64_t id);

/* The record, made of zeros and its id when it was not there. */
void *verify_table_add(struct verify_table *t, int64_t id);

/* The records in no order: *at begins as 0; NULL at the end. */
void *verify_table_next(const struct verify_table *t, size_t *at);
