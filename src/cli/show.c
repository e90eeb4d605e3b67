#include "cli/show.h"

#include "base/str.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { VALUE_MAX = 512, COLUMNS_MAX = 10, ROWS_MAX = 1 << 24, FIELD_WIDTH = 18 };

static void read_value(struct jin *r, const struct show_column *c, char value[VALUE_MAX]);
static size_t cells(const char *text);
static void print_padded(const char *text, size_t width, int is_last);

void show_field(struct jin *r, const struct show_column *column)
{
	char value[VALUE_MAX];

	read_value(r, column, value);
	print_padded(column->title, FIELD_WIDTH, 0);
	printf("%s\n", value);
}

void show_table(struct jin *r, const char *key, const struct show_column *columns, size_t n,
		const char *none)
{
	size_t rows = jin_array(r, key, JIN_NEEDED, 0, ROWS_MAX);
	size_t width[COLUMNS_MAX] = { 0 };
	char value[VALUE_MAX];
	struct jin row;

	if (rows == 0)
		printf("%s\n", none);
	for (size_t i = 0; i < rows && jin_enter_at(r, key, i, &row); i++) {
		for (size_t c = 0; c < n; c++) {
			read_value(&row, &columns[c], value);
			width[c] = cells(value) > width[c] ? cells(value) : width[c];
		}
		jin_leave(&row);
	}
	for (size_t c = 0; c < n && rows > 0; c++) {
		width[c] = cells(columns[c].title) > width[c] ? cells(columns[c].title) : width[c];
		print_padded(columns[c].title, width[c] + 2, c + 1 == n);
	}
	for (size_t i = 0; i < rows && jin_enter_at(r, key, i, &row); i++) {
		for (size_t c = 0; c < n; c++) {
			read_value(&row, &columns[c], value);
			print_padded(value, width[c] + 2, c + 1 == n);
		}
		jin_leave(&row);
	}
}

static void read_value(struct jin *r, const struct show_column *c, char value[VALUE_MAX])
{
	int64_t number = 0;
	bool flag = false;

	(void)snprintf(value, VALUE_MAX, "-");
	if (!jin_has(r, c->key))
		return;
	switch (c->type) {
	case SHOW_TEXT:
		jin_text(r, c->key, JIN_NEEDED, value, VALUE_MAX);
		return;
	case SHOW_INTEGER:
		jin_integer(r, c->key, JIN_NEEDED, INT64_MIN, INT64_MAX, &number);
		(void)snprintf(value, VALUE_MAX, "%" PRId64, number);
		return;
	case SHOW_BOOL:
		jin_bool(r, c->key, JIN_NEEDED, &flag);
		(void)snprintf(value, VALUE_MAX, "%s", flag ? "yes" : "no");
		return;
	}
}

/* How wide a terminal shows it: a Chinese character takes two cells. */
static size_t cells(const char *text)
{
	size_t n = 0;

	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if ((*c & 0xc0) == 0x80)
			continue;
		n += *c >= 0xe3 ? 2 : 1;
	}
	return n;
}

static void print_padded(const char *text, size_t width, int is_last)
{
	fputs(text, stdout);
	for (size_t n = cells(text); n < width && !is_last; n++)
		putchar(' ');
	if (is_last)
		putchar('\n');
}
