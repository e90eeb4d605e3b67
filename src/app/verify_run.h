/* verify_run.h - what the parts of verify.c share: one merchant's books, being added up. */
#pragma once

#include "app/verify.h"
#include "app/verify_table.h"
#include "base/id.h"
#include "base/str.h"
#include "store/store.h"
#include "sys/crypto.h"

#include <stdbool.h>
#include <stdint.h>

enum { VERIFY_PAGE = 2000, VERIFY_HASH = 32, VERIFY_KEY_MAX = 500 };

/* A value that is recorded with each row and follows from the rows before it.  One wrong row must
 * be named once, so the difference of a row that disagreed is kept: the next one may go on from
 * either. */
struct verify_value {
	int64_t computed, off;
};

struct verify_account {
	int64_t id, asset, last, first;
	int64_t flushed; /* its last transfer up to the watermark: its row knows of it */
	struct verify_value balance, held, version;
	int64_t seen; /* its row was found */
};

struct verify_hold {
	int64_t id, account, amount, captured, released;
	int64_t app, reason, version;
	int64_t last; /* the status that its last part leaves: enum hold_status */
	int64_t seen;
};

/* What was given back of a transfer or a capture. */
struct verify_reversal {
	int64_t id, amount, from, to, reason;
	int64_t reversed;
	int64_t seen; /* its row was found, or the charge that knows */
};

/* The two transfers that name a conversion. */
struct verify_conversion {
	int64_t id;
	int64_t legs; /* how many */
	int64_t from_transfer, from_asset, giver, taken, amount;
	int64_t to_transfer, to_asset, given, getter, to_amount;
	int64_t seen;
};

/* Transfers that were asked for together. */
struct verify_group {
	int64_t id, count, first, last, app;
	int64_t seen; /* its row was found */
};

/* What an asset's account rows add up to, beside what the journal says. */
struct verify_asset {
	int64_t id, off;
};

/* What the journal posted for an object: an order, a payment, a refund or a case. */
struct verify_sum {
	int64_t id;
	int64_t kind;                  /* enum id_kind */
	int64_t channel_in, wallet_in; /* fen from a channel; units from wallets, of all assets */
	int64_t channel_out, wallet_out;
	int64_t seen;
};

/* An account that clearing counts by: an app's, with the month that is being added up, or the other
 * side of what comes and goes. */
struct verify_month {
	int64_t id, side;   /* the account; enum in verify_clearings.c */
	int64_t app, asset; /* of an app's account */
	int64_t month;      /* 202610; 0: no transfer yet */
	int64_t opening, topped_up, charged, rolled_back, other_in, other_out, closing;
};

/* The batch whose rows are being read. */
struct verify_batch {
	int64_t number; /* 0: none */
	bool has_row;
	int64_t first, last, count, at, format;
	uint8_t previous[VERIFY_HASH], hash[VERIFY_HASH];
	int64_t first_seen, last_seen, rows;
	struct sha256_run *run;
};

struct verify_run {
	struct store *store;
	const struct verify_ask *ask;
	struct verify_counts *counts;
	int64_t merchant;

	/* The last id at the start: a newer object may have got its row after its table's slices.
	 */
	int64_t bound;
	int64_t head;      /* the last batch at the start */
	int64_t watermark; /* the book's at the start; it only grows */
	int64_t read;      /* the last transfer read */
	int64_t linked;    /* the last batch that ended, and its stored hash */
	uint8_t linked_hash[VERIFY_HASH];
	struct verify_batch batch;
	struct verify_table accounts, holds, reversals, conversions, groups, assets, reasons, sums,
		months;
	struct verify_table cleared;     /* clearings that were compared with their month */
	struct verify_table terms, lots; /* of verify_lots.c */
	int64_t cny;
};

/* A row of the journal; the texts are borrowed from the reader. */
struct verify_transfer {
	int64_t id, at, kind, asset, from, to, amount;
	int64_t from_balance, from_held, from_version, from_previous;
	int64_t to_balance, to_held, to_version, to_previous;
	int64_t batch, cause, app, reason, group, date;
	struct str request_id, ref, memo;
};

/* Counts a finding and hands it on; that of several faults with the first numbers among them. */
void verify_report(struct verify_run *v, const char *table, const char *row, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
struct verify_faults;
void verify_report_faults(struct verify_run *v, const char *table, const char *row,
			  const struct verify_faults *f);

/* Texts of several faults of one row, joined by "; ". */
struct verify_faults {
	char text[VERIFY_WHAT_TEXT];
	size_t n;
	bool has_numbers;
	int64_t expected, found;
};
void verify_fault(struct verify_faults *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A fault of a number that should be another, e.g. "balance" 7 "the journal makes it" 5. */
void verify_differs(struct verify_faults *f, const char *name, int64_t found, const char *other,
		    int64_t expected);

/* Notes a fault unless `value` follows from the rows before; goes on from there. */
void verify_compare(struct verify_faults *f, const char *name, struct verify_value *v,
		    int64_t value);

/* --- inside a reading closure; each returns what reading returned --- */

/* Reads the journal on, a page at most.  *caught_up: to the snapshot's end. */
MUST_USE enum err verify_journal_read(struct verify_run *v, struct tx *tx, bool *caught_up);

/* "user:7/gold" by account id, as far as the rows tell. */
MUST_USE enum err verify_account_text(struct tx *tx, int64_t id, char out[VERIFY_ROW_TEXT]);

/* Adds a row to its batch's digest; compares a batch that ended. */
MUST_USE enum err verify_batch_add(struct verify_run *v, struct tx *tx,
				   const struct verify_transfer *t);
MUST_USE enum err verify_batch_end(struct verify_run *v, struct tx *tx);

/* Adds a row that gives back to what was given back of its cause; notes its faults. */
MUST_USE enum err verify_reversal_add(struct verify_run *v, struct tx *tx,
				      const struct verify_transfer *t, struct verify_faults *f);

/* Adds a row that belongs to a conversion; notes its faults.  Conversions without a row. */
void verify_conversion_add(struct verify_run *v, const struct verify_transfer *t,
			   struct verify_faults *f);
void verify_conversions_end(struct verify_run *v);

/* Adds a row to its group.  Groups that no page of their table showed. */
void verify_groups_add(struct verify_run *v, const struct verify_transfer *t);
MUST_USE enum err verify_groups_end(struct verify_run *v, struct tx *tx);

/* Reversals that no page of their table showed. */
MUST_USE enum err verify_reversals_end(struct verify_run *v, struct tx *tx);

/* Points that expire: begins, ends, lets a transfer's accounts get and spend them, and compares the
 * lots that no page of their table showed. */
void verify_lots_init(struct verify_run *v);
void verify_lots_fini(struct verify_run *v);
MUST_USE enum err verify_lots_add(struct verify_run *v, struct tx *tx,
				  const struct verify_transfer *t, struct verify_faults *f);
MUST_USE enum err verify_lots_end(struct verify_run *v, struct tx *tx);

/* Notes a fault unless the caller's number of a transfer names it. */
MUST_USE enum err verify_key_of(struct tx *tx, const struct verify_transfer *t,
				struct verify_faults *f);

/* Notes a fault when a version that should have a mark has none. */
MUST_USE enum err verify_marks_of(struct tx *tx, const struct verify_transfer *t,
				  struct verify_faults *f);

/* What was posted for an object; zeros when nothing was.  Marks that its row was found. */
struct verify_sum verify_sum_of(struct verify_run *v, int64_t id);

/* The objects that were posted for and have no row; suspense against its cases. */
MUST_USE enum err verify_sums_end(struct verify_run *v, struct tx *tx);

/* Notes a fault unless two numbers agree. */
void verify_same(struct verify_faults *f, const char *name, int64_t row, const char *other,
		 int64_t value);

/* Notes a fault unless the number that the shop gave names the object. */
MUST_USE enum err verify_number_of(struct tx *tx, int64_t app, int64_t kind, struct str number,
				   int64_t object, struct verify_faults *f);

/* What a transfer says about orders, payments, refunds and cases. */
void verify_sums_add(struct verify_run *v, const struct verify_transfer *t);

/* The accounts of apps, and what a transfer does to their months. */
MUST_USE enum err verify_months_begin(struct verify_run *v, struct tx *tx);
MUST_USE enum err verify_months_add(struct verify_run *v, struct tx *tx,
				    const struct verify_transfer *t);

/* --- the slices: each compares a page of rows with the journal, from `after` on; *after is the
 * last row read, *more tells whether there are others.  All as store_fn over struct verify_slice.
 * --- */
struct verify_slice {
	struct verify_run *v;
	int64_t after;
	bool more;
	/* request keys, lots and marks have no id: where the last page ended */
	int64_t app, kind;
	char key[VERIFY_KEY_MAX + 1];
};
store_fn verify_accounts_slice, verify_holds_slice, verify_reversals_slice;
store_fn verify_lots_slice, verify_marks_slice;
store_fn verify_conversions_slice, verify_groups_slice, verify_keys_slice;
store_fn verify_charges_slice, verify_clearings_slice;
store_fn verify_orders_slice, verify_payments_slice, verify_refunds_slice, verify_cases_slice;
