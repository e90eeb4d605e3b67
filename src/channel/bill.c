#include "channel/bill.h"

#include "base/check.h"
#include "base/money.h"
#include "sys/cleanup.h"

#include <stdlib.h>
#include <string.h>

#define BOM "\xef\xbb\xbf"

enum { UNITS_OF_FEN = 1000, UNITS_OF_ONE = 100000, DECIMALS = 5, DIGITS_MAX = 12 };

static enum err pass_run(struct bill_pass *p, struct str text);
static enum err line_take(struct bill_pass *p, struct str line);
static enum err header_take(struct bill_pass *p, struct str line);
static enum err row_take(struct bill_pass *p, struct str line);
static enum err sums_take(struct bill_pass *p, struct str line);
static enum err sum_take(struct bill_pass *p, enum bill_kind kind);
static enum err column_find(const struct bill_cells *cells, const char *name, int *at);
static struct str name_of(struct str cell);
static enum err sum_add(struct bill_pass *p, const struct bill_row *row);
static void pass_freep(struct bill_pass **p);

enum err bill_read(struct str text, const struct bill_format *format, const struct bill_sink *sink,
		   struct bill_sums *sums)
{
	CLEANUP(pass_freep) struct bill_pass *p = calloc(1, sizeof(*p));

	CHECK(p != NULL);
	if (text.n > BILL_BYTES_MAX)
		FAIL(ERR_INVALID, "a bill of more than %d MiB", BILL_BYTES_MAX >> 20);
	if (str_starts(text, BOM))
		text = str_skip(text, strlen(BOM));
	for (int second = 0; second < 2; second++) {
		memset(p, 0, sizeof(*p));
		p->format = format;
		p->sink = second ? sink : NULL;
		TRY(pass_run(p, text));
	}
	if (sums != NULL)
		*sums = p->sums;
	return ERR_OK;
}

struct str bill_cell(const struct bill_pass *p, enum bill_column column)
{
	int at = p->column[column];

	if (at < 0)
		return STR("");
	if (at > p->free_text)
		at += (int)(p->cells.n - p->header.n);
	return p->cells.at[at];
}

enum err bill_text(const struct bill_pass *p, enum bill_column column, char *out, size_t cap)
{
	if (str_copy(out, cap, bill_cell(p, column)) != ERR_OK)
		FAIL(ERR_INVALID, "%s is too long", p->format->names[column][0]);
	return ERR_OK;
}

enum err bill_fen(const struct bill_pass *p, enum bill_column column, int64_t *fen)
{
	int64_t units;

	if (bill_decimal(bill_cell(p, column), &units) != ERR_OK || units % UNITS_OF_FEN != 0)
		FAIL(ERR_INVALID, "%s is not an amount in yuan", p->format->names[column][0]);
	*fen = units / UNITS_OF_FEN;
	return ERR_OK;
}

enum err bill_decimal(struct str s, int64_t *units)
{
	bool negative = str_starts(s, "-");
	struct str fraction, whole = str_cut(negative ? str_skip(s, 1) : s, '.', &fraction);
	bool point = whole.n + (negative ? 1 : 0) < s.n;
	int64_t n = 0;

	if (!str_is_made_of(whole, "0123456789", DIGITS_MAX) ||
	    (point && !str_is_made_of(fraction, "0123456789", DECIMALS)))
		FAIL(ERR_INVALID, "not a decimal number");
	for (size_t i = 0; i < whole.n; i++)
		n = n * 10 + (whole.p[i] - '0');
	for (size_t i = 0; i < DECIMALS; i++)
		n = n * 10 + (i < fraction.n ? fraction.p[i] - '0' : 0);
	*units = negative ? -n : n;
	return ERR_OK;
}

enum err bill_cut(struct str line, struct bill_cells *out)
{
	bool more = true;

	for (out->n = 0; more;) {
		if (out->n == BILL_CELLS_MAX)
			FAIL(ERR_INVALID, "more than %d cells", BILL_CELLS_MAX);
		more = str_find(line, ',') < line.n;
		out->at[out->n++] = str_cut(line, ',', &line);
	}
	return ERR_OK;
}

enum err bill_sum_check(struct bill_pass *p, enum bill_kind kind, int64_t rows, int64_t fen)
{
	int64_t ours = p->column[BILL_RECEIVED] >= 0 ? p->received_fen[kind] : p->sums.fen[kind];

	if (rows != p->sums.rows[kind] || fen != ours)
		FAIL(ERR_INVALID, "the %s do not come to the sums that the bill names",
		     kind == BILL_PAID ? "payments" : "refunds");
	p->told[kind] = true;
	return ERR_OK;
}

static enum err pass_run(struct bill_pass *p, struct str text)
{
	for (size_t number = 1; text.n > 0; number++) {
		struct str line = str_cut(text, '\n', &text);
		enum err e;

		if (str_ends(line, "\r"))
			line.n--;
		e = line_take(p, line);
		if (e == ERR_INVALID)
			FAIL(e, "line %zu: %s", number, err_text());
		TRY(e);
	}
	if (p->stage == BILL_HEADER || !p->told[BILL_PAID] || !p->told[BILL_REFUNDED])
		FAIL(ERR_INVALID, "the bill is cut short: its sums are missing");
	return ERR_OK;
}

static enum err line_take(struct bill_pass *p, struct str line)
{
	const struct bill_format *f = p->format;

	if (line.n >= BILL_LINE_MAX)
		FAIL(ERR_INVALID, "longer than %d bytes", BILL_LINE_MAX);
	if (line.n == 0)
		return ERR_OK;
	if (f->decode != NULL)
		TRY(f->decode(p, line, &line));
	if (!str_is_text(line))
		FAIL(ERR_INVALID, "not text in the bill's encoding");
	if (f->remark != NULL && str_starts(line, "#"))
		return f->remark(p, line);
	switch (p->stage) {
	case BILL_HEADER:
		return header_take(p, line);
	case BILL_ROWS:
		if (f->summary != NULL && str_starts(line, f->summary)) {
			p->stage = BILL_SUMS;
			return bill_cut(line, &p->header);
		}
		return row_take(p, line);
	case BILL_SUMS:
		p->stage = BILL_END;
		return sums_take(p, line);
	case BILL_END:
		break;
	}
	FAIL(ERR_INVALID, "text after the sums");
}

static enum err header_take(struct bill_pass *p, struct str line)
{
	const struct bill_format *f = p->format;

	if (line.n > sizeof(p->header_text))
		FAIL(ERR_INVALID, "longer than %d bytes", BILL_LINE_MAX);
	memcpy(p->header_text, line.p, line.n);
	TRY(bill_cut((struct str){ p->header_text, line.n }, &p->header));
	for (size_t c = 0; c < BILL_COLUMNS; c++) {
		p->column[c] = -1;
		for (size_t i = 0; f->names[c][i] != NULL && p->column[c] < 0; i++)
			TRY(column_find(&p->header, f->names[c][i], &p->column[c]));
		if (c < f->needed && f->names[c][0] != NULL && p->column[c] < 0)
			FAIL(ERR_INVALID, "there is no column %s", f->names[c][0]);
	}
	p->free_text = (int)p->header.n;
	if (f->free_text != NULL)
		TRY(column_find(&p->header, f->free_text, &p->free_text));
	p->stage = BILL_ROWS;
	return ERR_OK;
}

/* A free column may hold commas; no other may. */
static enum err row_take(struct bill_pass *p, struct str line)
{
	struct bill_row row = { .kind = BILL_PAID };

	TRY(p->format->cut(line, &p->cells));
	if (p->cells.n < p->header.n ||
	    (p->cells.n > p->header.n && p->free_text == (int)p->header.n))
		FAIL(ERR_INVALID, "%zu cells under %zu columns", p->cells.n, p->header.n);
	TRY(p->format->row(p, &row));
	if (row.fen < 0 || row.trade_no[0] == '\0')
		FAIL(ERR_INVALID, "a row without its amount or the channel's number");
	TRY(sum_add(p, &row));
	return p->sink != NULL ? p->sink->take(p->sink->self, &row) : ERR_OK;
}

/* Both kinds of rows are counted in one number. */
static enum err sums_take(struct bill_pass *p, struct str line)
{
	int64_t count;

	TRY(p->format->cut(line, &p->cells));
	if (p->cells.n != p->header.n)
		FAIL(ERR_INVALID, "%zu sums under %zu columns", p->cells.n, p->header.n);
	TRY(bill_decimal(p->cells.at[0], &count));
	if (count != (p->sums.rows[BILL_PAID] + p->sums.rows[BILL_REFUNDED]) * UNITS_OF_ONE)
		FAIL(ERR_INVALID, "the bill has another number of rows than it says");
	TRY(sum_take(p, BILL_PAID));
	return sum_take(p, BILL_REFUNDED);
}

/* A bill without refunds need not have a sum of them. */
static enum err sum_take(struct bill_pass *p, enum bill_kind kind)
{
	const char *const *names = p->format->sum_names[kind];
	int64_t units = 0;
	int at = -1;

	for (size_t i = 0; names[i] != NULL && at < 0; i++)
		TRY(column_find(&p->header, names[i], &at));
	if (at >= 0)
		TRY(bill_decimal(p->cells.at[at], &units));
	if (units % UNITS_OF_FEN != 0)
		FAIL(ERR_INVALID, "%s is not an amount in yuan", names[0]);
	return bill_sum_check(p, kind, p->sums.rows[kind], units / UNITS_OF_FEN);
}

/* *at stays as it is when there is none. */
static enum err column_find(const struct bill_cells *cells, const char *name, int *at)
{
	bool found = false;

	for (size_t i = 0; i < cells->n; i++) {
		if (!str_is(name_of(cells->at[i]), name))
			continue;
		if (found)
			FAIL(ERR_INVALID, "the column %s comes twice", name);
		found = true;
		*at = (int)i;
	}
	return ERR_OK;
}

static struct str name_of(struct str cell)
{
	static const char *const UNITS[] = { "（元）", "(元)" };

	cell = str_trim(cell);
	for (size_t i = 0; i < 2; i++)
		if (str_ends(cell, UNITS[i]))
			cell.n -= strlen(UNITS[i]);
	return cell;
}

static enum err sum_add(struct bill_pass *p, const struct bill_row *row)
{
	int64_t received = 0;

	p->sums.rows[row->kind]++;
	if (p->column[BILL_RECEIVED] >= 0)
		TRY(bill_fen(p, BILL_RECEIVED, &received));
	if (amount_add(p->sums.fen[row->kind], row->fen, &p->sums.fen[row->kind]) != ERR_OK ||
	    amount_add(p->received_fen[row->kind], received, &p->received_fen[row->kind]) != ERR_OK)
		FAIL(ERR_INVALID, "the amounts come to more than any sum");
	return ERR_OK;
}

static void pass_freep(struct bill_pass **p)
{
	free(*p);
}
