#include "sandbox/day.h"

#include "base/check.h"
#include "base/money.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

static size_t add_trade(const struct trade *t, struct day *out);
static size_t add(struct day *out, size_t n, const struct day_item *item);
static int by_time(const void *a, const void *b);

enum err day_read(struct str text, int64_t now_ms, int32_t *date)
{
	bool dashed = text.n == 10;
	char local[LOCAL_TEXT];
	size_t n = 0;
	int64_t ms;

	if (text.n != 8 && !dashed)
		FAIL(ERR_INVALID, "not a day");
	str_add(local, sizeof(local), &n, "%.4s-%.2s-%.2s 00:00:00", text.p,
		text.p + (dashed ? 5 : 4), text.p + (dashed ? 8 : 6));
	if (dashed && (text.p[4] != '-' || text.p[7] != '-'))
		FAIL(ERR_INVALID, "not a day");
	TRY(china_read(str_of(local), &ms));
	if (ms > now_ms)
		FAIL(ERR_INVALID, "a day to come");
	*date = china_date(ms);
	return ERR_OK;
}

/* Twice over the list: counted, then written. */
void day_collect(const struct trades *ts, const struct merchant *m, int32_t date, struct arena *a,
		 struct day *out)
{
	size_t n = 0;

	*out = (struct day){ .date = date };
	for (const struct trade *t = ts->newest; t; t = t->older)
		n += t->merchant == m ? add_trade(t, out) : 0;
	out->before = out->fees_before = 0;
	out->item = arena_alloc(a, (n + 1) * sizeof(*out->item));
	for (const struct trade *t = ts->newest; t; t = t->older)
		out->n += t->merchant == m ? add_trade(t, out) : 0;
	qsort(out->item, out->n, sizeof(*out->item), by_time);
}

int64_t day_fee(int64_t fen)
{
	int64_t fee = 0;

	CHECK(mul_div(fen, 6, 1000, ROUND_HALF_UP, &fee) == ERR_OK);
	return fee;
}

/* How many items of the day a trade has; written behind out->n where there is room. */
static size_t add_trade(const struct trade *t, struct day *out)
{
	int64_t left = t->fen;
	size_t n = 0;

	if (t->paid_ms > 0)
		n += add(out, n, &(struct day_item){ DAY_PAID, t->paid_ms, t->fen, t, NULL });
	for (const struct refund *r = t->refunds; r; r = r->next) {
		left -= r->fen;
		if (!r->abnormal)
			n += add(out, n,
				 &(struct day_item){ DAY_REFUNDED, r->at_ms, r->fen, t, r });
	}
	if (t->paid_ms > 0 && t->cancelled && left > 0)
		n += add(out, n, &(struct day_item){ DAY_REVOKED, t->closed_ms, left, t, NULL });
	return n;
}

static size_t add(struct day *out, size_t n, const struct day_item *item)
{
	int32_t date = china_date(item->at_ms);

	if (date < out->date) {
		out->before += item->kind == DAY_PAID ? item->fen : -item->fen;
		out->fees_before += (item->kind == DAY_PAID ? 1 : -1) * day_fee(item->fen);
	}
	if (date != out->date)
		return 0;
	if (out->item)
		out->item[out->n + n] = *item;
	return 1;
}

/* What happened in one millisecond stands in the order of what it is, then of the numbers. */
static int by_time(const void *a, const void *b)
{
	const struct day_item *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	if (x->trade != y->trade)
		return strcmp(x->trade->trade_no, y->trade->trade_no);
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->refund && y->refund ? strcmp(x->refund->refund_no, y->refund->refund_no) : 0;
}
