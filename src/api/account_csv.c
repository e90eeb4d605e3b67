#include "api/account_csv.h"

#include "base/check.h"
#include "base/id.h"
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Begins with the byte order mark, without which some spreadsheets guess another encoding. */
static const char HEAD[] = "\xef\xbb\xbf"
			   "时间,编号,类型,对方账户,业务代码,业务名称,"
			   "收入,支出,余额,备注,关联号\r\n";

enum { LINE_MAX_BYTES = 2048, AMOUNT_TEXT = 32 };

struct table {
	char *p;
	size_t n, cap;
};

static void add(struct table *t, const char *text);
static void add_text(struct table *t, const char *text);
static void add_line(struct table *t, const struct account_statement *s,
		     const struct account_statement_line *line, const char *asset);
static void add_balance(struct table *t, const char *name, int64_t balance, int scale);
static const char *amount_text(int64_t amount, int scale, char out[AMOUNT_TEXT]);

char *account_csv(const struct account_statement *s, const struct account_name *account, size_t *n)
{
	struct table t = { .n = 0 };

	add(&t, HEAD);
	if (s->first)
		add_balance(&t, "期初余额", s->opening, s->scale);
	for (size_t i = 0; i < s->n; i++)
		add_line(&t, s, &s->lines[i], account->asset);
	if (!s->more)
		add_balance(&t, "期末余额", s->closing, s->scale);
	*n = t.n;
	return t.p;
}

static void add(struct table *t, const char *text)
{
	size_t n = strlen(text);

	if (t->cap - t->n < n + 1) {
		t->cap = 2 * t->cap + n + LINE_MAX_BYTES;
		t->p = realloc(t->p, t->cap);
		CHECK(t->p != NULL);
	}
	memcpy(t->p + t->n, text, n + 1);
	t->n += n;
}

/* A cell of somebody's text, always in quotes. */
static void add_text(struct table *t, const char *text)
{
	char two[3] = "";

	add(t, strchr("=+-@\t\r", *text) != NULL && *text != '\0' ? "\"'" : "\"");
	for (; *text != '\0'; text++) {
		two[0] = *text;
		two[1] = *text == '"' ? '"' : '\0';
		add(t, two);
	}
	add(t, "\"");
}

static void add_line(struct table *t, const struct account_statement *s,
		     const struct account_statement_line *line, const char *asset)
{
	const struct entry *e = &line->entry;
	char at[LOCAL_TEXT], id[ID_TEXT], other[ACCOUNT_NAME_TEXT], code[AMOUNT_TEXT];
	char amount[AMOUNT_TEXT], balance[AMOUNT_TEXT];

	china_write(e->at_ms, at);
	id_write(ID_TRANSFER, e->id, id);
	(void)snprintf(other, sizeof(other), "%s/%s", line->other, asset);
	(void)snprintf(code, sizeof(code), ",%" PRId64 ",", e->reason);
	(void)amount_text(e->amount > 0 ? e->amount : -e->amount, s->scale, amount);
	add(t, at);
	add(t, ",");
	add(t, id);
	add(t, ",");
	add(t, posting_kind_name(e->kind));
	add(t, ",");
	add_text(t, other);
	add(t, code);
	add_text(t, line->sum->name);
	add(t, ",");
	add(t, e->amount > 0 ? amount : "");
	add(t, ",");
	add(t, e->amount < 0 ? amount : "");
	add(t, ",");
	add(t, amount_text(e->balance, s->scale, balance));
	add(t, ",");
	add_text(t, e->memo);
	add(t, ",");
	add_text(t, e->ref);
	add(t, "\r\n");
}

static void add_balance(struct table *t, const char *name, int64_t balance, int scale)
{
	char text[AMOUNT_TEXT];

	add(t, name);
	add(t, ",,,,,,,,");
	add(t, amount_text(balance, scale, text));
	add(t, ",,\r\n");
}

/* 1234 of scale 2 is 12.34. */
static const char *amount_text(int64_t amount, int scale, char out[AMOUNT_TEXT])
{
	int64_t size = amount < 0 ? -amount : amount, whole = size, unit = 1;

	for (int i = 0; i < scale; i++)
		unit *= 10;
	whole = size / unit;
	if (scale == 0)
		(void)snprintf(out, AMOUNT_TEXT, "%s%" PRId64, amount < 0 ? "-" : "", whole);
	else
		(void)snprintf(out, AMOUNT_TEXT, "%s%" PRId64 ".%0*" PRId64, amount < 0 ? "-" : "",
			       whole, scale, size % unit);
	return out;
}
