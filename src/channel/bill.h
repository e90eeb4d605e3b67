/* bill.h - a platform's bill of a day, read from its file: what it says was paid and refunded.
 *
 * Columns are found by the names in the header, never by their place: they change with the years.
 * The whole file is looked at before its first row is handed on, its sums among it, so that a file
 * that is cut short or changed gives nothing at all.  Fees are told, but not summed: the platforms
 * round them in ways of their own.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "channel/channel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BILL_BYTES_MAX = 32 * 1024 * 1024,
	BILL_LINE_MAX = 16 * 1024,
	BILL_CELLS_MAX = 64,
	BILL_STATE_MAX = 63
};

struct bill_row {
	enum bill_kind { BILL_PAID, BILL_REFUNDED } kind; /* a reversal is a refund */
	int64_t at_ms;                              /* as the file has it, in minutes at least */
	char number[CHANNEL_NUMBER_MAX + 1];        /* ours */
	char trade_no[CHANNEL_NUMBER_MAX + 1];      /* the channel's */
	char refund_number[CHANNEL_NUMBER_MAX + 1]; /* BILL_REFUNDED: ours, "" of a reversal */
	char refund_no[CHANNEL_NUMBER_MAX + 1];     /* the channel's; "" if it has none */
	int64_t fen;                                /* of the payment, or of this refund */
	int64_t fee;                    /* in 1/100,000 yuan, with the file's own sign */
	char state[BILL_STATE_MAX + 1]; /* of the payment, or of this refund, in the file's words */
};

struct bill_sums {
	int64_t rows[2], fen[2]; /* by kind */
};

/* Gets each row; what it returns besides ERR_OK ends the reading and is returned. */
struct bill_sink {
	enum err (*take)(void *self, const struct bill_row *row);
	void *self;
};

/* Each reads a whole file, as it was unpacked; *sums may be NULL.  ERR_INVALID says in which line
 * what is wrong; the sink then got nothing. */
MUST_USE enum err alipay_bill_read(struct str text, const struct bill_sink *sink,
				   struct bill_sums *sums); /* 业务明细, GBK */
MUST_USE enum err wechat_bill_read(struct str text, const struct bill_sink *sink,
				   struct bill_sums *sums); /* tradebill */
MUST_USE enum err qq_bill_read(struct str text, const struct bill_sink *sink,
			       struct bill_sums *sums);

/* --- for the channels --- */

/* What a bill has columns for. */
enum bill_column {
	BILL_RECEIVED, /* what the sums are of, where they are not of BILL_FEN */
	BILL_TIME,
	BILL_NUMBER,
	BILL_TRADE_NO,
	BILL_STATE,
	BILL_FEN,
	BILL_FEE,
	BILL_REFUND_NUMBER,
	BILL_REFUND_NO,
	BILL_REFUND_FEN,
	BILL_REFUND_STATE,
	BILL_COLUMNS
};

struct bill_cells {
	struct str at[BILL_CELLS_MAX];
	size_t n;
};

struct bill_pass;

struct bill_format {
	/* How a column is spelled, "（元）" and "(元)" at the end left out; the first that is there
	 * counts.  NULL-ended; a column without names there is none of. */
	const char *names[BILL_COLUMNS][4];
	size_t needed; /* so many of those with names must be there, counted from the first */
	/* The last column of text that anybody chose: a comma in it, or in the one before it, must
	 * not move what stands behind.  NULL: none. */
	const char *free_text;
	/* How the header of the sums begins, and its columns of both sums; NULL: they stand in
	 * lines of remarks. */
	const char *summary;
	const char *sum_names[2][4];

	/* The line as UTF-8, which lives until the next; NULL: it is. */
	enum err (*decode)(struct bill_pass *p, struct str line, struct str *out);
	/* Lines that begin with '#'; NULL: there are none. */
	enum err (*remark)(struct bill_pass *p, struct str line);
	enum err (*cut)(struct str line, struct bill_cells *out);
	enum err (*row)(const struct bill_pass *p, struct bill_row *row);
};

/* One way through a file. */
struct bill_pass {
	const struct bill_format *format;
	const struct bill_sink *sink; /* NULL: the first, which only looks */
	enum { BILL_HEADER, BILL_ROWS, BILL_SUMS, BILL_END } stage;
	int column[BILL_COLUMNS]; /* -1: not there */
	int free_text;            /* behind all columns where there is none */
	struct bill_cells header, cells;
	struct bill_sums sums;
	int64_t received_fen[2];
	bool told[2]; /* whose sums were there, and right */
	char header_text[BILL_LINE_MAX];
	char decoded[2 * BILL_LINE_MAX];
};

enum err bill_read(struct str text, const struct bill_format *format, const struct bill_sink *sink,
		   struct bill_sums *sums);

/* A cell of the present row, "" where there is no such column. */
struct str bill_cell(const struct bill_pass *p, enum bill_column column);

MUST_USE enum err bill_text(const struct bill_pass *p, enum bill_column column, char *out,
			    size_t cap);
MUST_USE enum err bill_fen(const struct bill_pass *p, enum bill_column column, int64_t *fen);

/* "-8.88", "0.01000", "45.0" in 1/100,000. */
MUST_USE enum err bill_decimal(struct str s, int64_t *units);

/* The line at its commas. */
MUST_USE enum err bill_cut(struct str line, struct bill_cells *out);

/* ERR_INVALID unless the rows of this kind are so many and come to so much. */
MUST_USE enum err bill_sum_check(struct bill_pass *p, enum bill_kind kind, int64_t rows,
				 int64_t fen);
