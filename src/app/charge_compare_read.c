/* charge_compare_read.c - the caller's lines, read strictly: a line that is not understood is
 * refused by its number. */
#include "app/charge_compare.h"

#include "app/request_key.h"
#include "base/money.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char NAMES[] = "kind,request_id,amount,state";
static const char *const STATES[] = { [THEIRS_CHARGED] = "charged",
				      [THEIRS_ROLLED_BACK] = "rolled_back",
				      [THEIRS_REFUSED] = "refused",
				      [THEIRS_CANCELLED] = "cancelled" };

/* The bad lines, as far as a refusal has room for them. */
struct bad {
	char text[ERR_TEXT_MAX - 8], param[24];
	size_t n;
};

static enum err read_names(struct str *rest, struct bad *bad);
static void read_line(struct str text, int64_t number, struct compare_file *out, struct bad *bad);
static const char *read_fields(struct str text, struct compare_line *line);
static void find_repeats(struct compare_file *f, struct bad *bad);
static int by_kind_and_request(const void *a, const void *b);
static void complain(struct bad *bad, int64_t number, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static struct str next_line(struct str *rest);

const char *theirs_name(enum theirs state)
{
	return STATES[state];
}

enum err compare_read(struct str csv, struct arena *arena, struct compare_file *out)
{
	struct bad bad = { .n = 0 };
	struct str rest = csv;
	size_t lines = 1;

	for (size_t i = 0; i < csv.n; i++)
		lines += csv.p[i] == '\n';
	*out = (struct compare_file){ arena_alloc(arena, lines * sizeof(*out->lines)), 0 };
	TRY(read_names(&rest, &bad));
	for (int64_t number = 2; rest.n > 0; number++)
		read_line(next_line(&rest), number, out, &bad);
	qsort(out->lines, out->n, sizeof(*out->lines), by_kind_and_request);
	find_repeats(out, &bad);
	if (bad.n > 0)
		FAIL_AT(ERR_INVALID, bad.param, "%s", bad.text);
	return ERR_OK;
}

static enum err read_names(struct str *rest, struct bad *bad)
{
	struct str names = next_line(rest);

	if (!str_starts(names, NAMES) ||
	    (names.n > sizeof(NAMES) - 1 && names.p[sizeof(NAMES) - 1] != ',')) {
		complain(bad, 1, "the first line must begin with %s", NAMES);
		FAIL_AT(ERR_INVALID, bad->param, "%s", bad->text);
	}
	return ERR_OK;
}

/* Without its end, "\n" or "\r\n". */
static struct str next_line(struct str *rest)
{
	struct str line = str_cut(*rest, '\n', rest);

	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static void read_line(struct str text, int64_t number, struct compare_file *out, struct bad *bad)
{
	struct compare_line line = { .number = number };
	const char *fault = read_fields(text, &line);

	if (fault != NULL)
		complain(bad, number, "%s", fault);
	else
		out->lines[out->n++] = line;
}

static const char *read_fields(struct str text, struct compare_line *line)
{
	char key[REQUEST_KEY_MAX + 1];
	struct str rest = text, kind = str_cut(rest, ',', &rest), state;
	int at = 0;

	line->request_id = str_cut(rest, ',', &rest);
	if (!str_is(kind, "charge") && !str_is(kind, "rollback"))
		return "kind must be charge or rollback";
	line->rollback = str_is(kind, "rollback");
	if (str_copy(key, sizeof(key), line->request_id) != ERR_OK ||
	    request_key_check(key, "request_id") != ERR_OK)
		return "request_id must be 1-64 of A-Z a-z 0-9 . _ : -";
	if (str_integer(str_cut(rest, ',', &rest), 1, AMOUNT_MAX, &line->amount) != ERR_OK)
		return "amount must be an integer from 1 to 2^53-1";
	state = str_cut(rest, ',', NULL);
	while (at < THEIRS_N && !str_is(state, STATES[at]))
		at++;
	if (at == THEIRS_N)
		return "state must be charged, rolled_back, refused or cancelled";
	line->state = (enum theirs)at;
	return NULL;
}

static void find_repeats(struct compare_file *f, struct bad *bad)
{
	for (size_t i = 1; i < f->n; i++) {
		const struct compare_line *a = &f->lines[i - 1], *b = &f->lines[i];

		if (a->rollback == b->rollback && str_eq(a->request_id, b->request_id))
			complain(bad, a->number > b->number ? a->number : b->number,
				 "it repeats line %lld",
				 (long long)(a->number < b->number ? a->number : b->number));
	}
}

static int by_kind_and_request(const void *a_, const void *b_)
{
	const struct compare_line *a = a_, *b = b_;
	size_t n = a->request_id.n < b->request_id.n ? a->request_id.n : b->request_id.n;
	int order;

	if (a->rollback != b->rollback)
		return a->rollback ? 1 : -1;
	order = memcmp(a->request_id.p, b->request_id.p, n);
	return order != 0
		       ? order
		       : (a->request_id.n > b->request_id.n) - (a->request_id.n < b->request_id.n);
}

static void complain(struct bad *bad, int64_t number, const char *fmt, ...)
{
	char text[96];
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (bad->n == 0)
		(void)snprintf(bad->param, sizeof(bad->param), "line %lld", (long long)number);
	n = strlen(text) + 32;
	if (bad->n + n > sizeof(bad->text))
		return;
	str_add(bad->text, sizeof(bad->text), &bad->n, "%sline %lld: %s", bad->n > 0 ? "; " : "",
		(long long)number, text);
}
