#include "sandbox/pack.h"

#include "base/check.h"
#include "base/time.h"

#include <stdlib.h>
#include <zlib.h>

enum { RAW_WINDOW = -15, GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8, ZIP_VERSION = 20, DEFLATED = 8 };

static size_t deflate_add(struct text *out, struct str data, int window);
static void put16(struct text *out, unsigned n);
static void put32(struct text *out, uint32_t n);
static void put_facts(struct text *out, const struct zip_entry *e);

void gzip_add(struct text *out, struct str data)
{
	(void)deflate_add(out, data, GZIP_WINDOW);
}

/* The layout is PKWARE's APPNOTE 6.3: each entry behind a header of its own, then all headers
 * again, then where those begin. */
void zip_add(struct zip *z, struct str name, struct str data, int64_t at_ms)
{
	struct zip_entry *e = &z->entry[z->n++];
	int32_t day = china_date(at_ms);
	int64_t minute = (at_ms + CHINA_MS) % DAY_MS / 60000;
	struct text packed = { 0 };

	CHECK(z->n <= ZIP_ENTRIES_MAX);
	text_add(&e->name, name);
	e->offset = (uint32_t)z->out->n;
	e->size = (uint32_t)data.n;
	e->crc = (uint32_t)crc32(0, (const Bytef *)data.p, (uInt)data.n);
	e->packed = (uint32_t)deflate_add(&packed, data, RAW_WINDOW);
	e->time = (uint16_t)(minute / 60 << 11 | minute % 60 << 5);
	e->date = (uint16_t)((day / 10000 - 1980) << 9 | day / 100 % 100 << 5 | day % 100);
	text_add(z->out, STR("PK\3\4"));
	put_facts(z->out, e);
	text_add(z->out, name);
	text_add(z->out, text_str(&packed));
	text_free(&packed);
}

void zip_end(struct zip *z)
{
	uint32_t begin = (uint32_t)z->out->n, length;

	for (size_t i = 0; i < z->n; i++) {
		struct zip_entry *e = &z->entry[i];

		text_add(z->out, STR("PK\1\2"));
		put16(z->out, ZIP_VERSION);
		put_facts(z->out, e);
		put16(z->out, 0); /* no comment */
		put16(z->out, 0); /* the first disk */
		put16(z->out, 0); /* attributes */
		put32(z->out, 0);
		put32(z->out, e->offset);
		text_add(z->out, text_str(&e->name));
		text_free(&e->name);
	}
	length = (uint32_t)z->out->n - begin;
	text_add(z->out, STR("PK\5\6"));
	put32(z->out, 0); /* one disk */
	put16(z->out, (unsigned)z->n);
	put16(z->out, (unsigned)z->n);
	put32(z->out, length);
	put32(z->out, begin);
	put16(z->out, 0);
}

/* What both headers of an entry say. */
static void put_facts(struct text *out, const struct zip_entry *e)
{
	put16(out, ZIP_VERSION);
	put16(out, 0); /* no flag: neither streamed nor UTF-8 */
	put16(out, DEFLATED);
	put16(out, e->time);
	put16(out, e->date);
	put32(out, e->crc);
	put32(out, e->packed);
	put32(out, e->size);
	put16(out, (unsigned)e->name.n);
	put16(out, 0); /* nothing extra */
}

static size_t deflate_add(struct text *out, struct str data, int window)
{
	/* zlib only reads there, but wants no const. */
	union {
		const char *in;
		Bytef *out;
	} from = { .in = data.p };
	z_stream z = { 0 };
	size_t cap, n;
	char *packed;

	CHECK(deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, MEMORY_LEVEL,
			   Z_DEFAULT_STRATEGY) == Z_OK);
	cap = deflateBound(&z, data.n);
	packed = malloc(cap);
	CHECK(packed != NULL);
	z.next_in = from.out;
	z.avail_in = (uInt)data.n;
	z.next_out = (Bytef *)packed;
	z.avail_out = (uInt)cap;
	CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	n = z.total_out;
	text_add(out, (struct str){ packed, n });
	(void)deflateEnd(&z);
	free(packed);
	return n;
}

static void put16(struct text *out, unsigned n)
{
	const char bytes[] = { (char)(n & 0xff), (char)(n >> 8 & 0xff) };

	text_add(out, (struct str){ bytes, sizeof(bytes) });
}

static void put32(struct text *out, uint32_t n)
{
	put16(out, n & 0xffff);
	put16(out, n >> 16);
}
