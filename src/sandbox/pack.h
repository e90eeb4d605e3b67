/* pack.h - packed files, as platforms hand out bills. */
#pragma once

#include "base/str.h"
#include "sandbox/text.h"

#include <stddef.h>
#include <stdint.h>

/* Appends a gzip file that holds `data`. */
void gzip_add(struct text *out, struct str data);

enum { ZIP_ENTRIES_MAX = 4 };

/* A zip file being written: entries, then the end.  Names are bytes, nothing says which encoding.
 */
struct zip {
	struct text *out;
	struct zip_entry {
		struct text name;
		uint32_t crc, packed, size, offset;
		uint16_t time, date;
	} entry[ZIP_ENTRIES_MAX];
	size_t n;
};

/* Begins with what *out holds; at_ms is the entries' time. */
void zip_add(struct zip *z, struct str name, struct str data, int64_t at_ms);
void zip_end(struct zip *z); /* and frees what it holds, but not *out */
