#include "base/time.h"

#include "base/check.h"

#include <string.h>

/* A moment of the proleptic Gregorian calendar, without a zone. */
struct civil {
	int64_t year, month, day, hour, minute, second, ms;
};

#define YEAR_10000_MS INT64_C(253402300800000)

static struct civil civil_of(int64_t ms);
static enum err civil_read(struct str s, char between, struct civil *c);
static enum err civil_ms(const struct civil *c, int64_t *ms);
static enum err fraction_read(struct str *s, struct civil *c);
static enum err offset_read(struct str s, int64_t *offset_ms);
static enum err digits_read(struct str s, size_t at, size_t n, int64_t *out);
static enum err moment_check(int64_t ms);
static int64_t days_of(int64_t year, int64_t month, int64_t day);
static int64_t month_days(int64_t year, int64_t month);

enum { CIVIL_N = 19 }; /* "2026-11-22T08:00:00" */

/* The last n digits of value; this text is in every answer, so it is not left to printf. */
static void digits_write(char *out, size_t n, int64_t value)
{
	while (n-- > 0) {
		out[n] = (char)('0' + value % 10);
		value /= 10;
	}
}

void rfc3339_write(int64_t ms, char out[RFC3339_TEXT])
{
	static const char FORM[] = "0000-00-00T00:00:00.000Z";
	struct civil c = civil_of(ms);

	CHECK(ms >= 0 && ms < YEAR_10000_MS);
	memcpy(out, FORM, sizeof(FORM));
	digits_write(out, 4, c.year);
	digits_write(out + 5, 2, c.month);
	digits_write(out + 8, 2, c.day);
	digits_write(out + 11, 2, c.hour);
	digits_write(out + 14, 2, c.minute);
	digits_write(out + 17, 2, c.second);
	digits_write(out + 20, 3, c.ms);
}

enum err rfc3339_read(struct str s, int64_t *ms)
{
	struct civil c;
	int64_t local, offset;

	TRY(civil_read(s, 'T', &c));
	s = str_skip(s, CIVIL_N);
	TRY(fraction_read(&s, &c));
	TRY(offset_read(s, &offset));
	TRY(civil_ms(&c, &local));
	TRY(moment_check(local - offset));
	*ms = local - offset;
	return ERR_OK;
}

void china_write(int64_t ms, char out[LOCAL_TEXT])
{
	struct civil c = civil_of(ms + CHINA_MS);
	size_t n = 0;

	CHECK(ms >= 0 && ms + CHINA_MS < YEAR_10000_MS);
	str_add(out, LOCAL_TEXT, &n, "%04d-%02d-%02d %02d:%02d:%02d", (int)c.year, (int)c.month,
		(int)c.day, (int)c.hour, (int)c.minute, (int)c.second);
}

enum err china_read(struct str s, int64_t *ms)
{
	struct civil c;
	int64_t local;

	TRY(civil_read(s, ' ', &c));
	s = str_skip(s, CIVIL_N);
	TRY(fraction_read(&s, &c));
	if (s.n > 0)
		FAIL(ERR_INVALID, "text after a time");
	TRY(civil_ms(&c, &local));
	TRY(moment_check(local - CHINA_MS));
	*ms = local - CHINA_MS;
	return ERR_OK;
}

void china_day_write(int64_t ms, char out[DATE_TEXT])
{
	char text[LOCAL_TEXT];

	china_write(ms, text);
	str_copy_cut(out, DATE_TEXT, str_of(text));
}

enum err china_day_read(struct str s, int64_t *begin_ms)
{
	char midnight[LOCAL_TEXT];
	size_t n = 0;

	if (s.n != DATE_TEXT - 1)
		FAIL(ERR_INVALID, "not a day");
	str_add(midnight, sizeof(midnight), &n, "%.*s 00:00:00", (int)s.n, s.p);
	return china_read((struct str){ midnight, n }, begin_ms);
}

int32_t china_date(int64_t ms)
{
	struct civil c = civil_of(ms + CHINA_MS);

	return (int32_t)(c.year * 10000 + c.month * 100 + c.day);
}

/* Days are counted from 1 March of the year 0, so that the leap day is the last of its year; an era
 * is 400 years. */
static struct civil civil_of(int64_t ms)
{
	int64_t day = ms / DAY_MS - (ms % DAY_MS < 0), rest = ms - day * DAY_MS;
	int64_t from_march = day + 719468;
	int64_t era = (from_march >= 0 ? from_march : from_march - 146096) / 146097;
	int64_t of_era = from_march - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t march_month = (5 * of_year + 2) / 153;
	int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;

	return (struct civil){
		.year = year + era * 400 + (month <= 2),
		.month = month,
		.day = of_year - (153 * march_month + 2) / 5 + 1,
		.hour = rest / 3600000,
		.minute = rest / 60000 % 60,
		.second = rest / 1000 % 60,
		.ms = rest % 1000,
	};
}

/* The first 19 bytes: date, the byte between, time. */
static enum err civil_read(struct str s, char between, struct civil *c)
{
	if (s.n < CIVIL_N || s.p[4] != '-' || s.p[7] != '-' || s.p[10] != between ||
	    s.p[13] != ':' || s.p[16] != ':')
		FAIL(ERR_INVALID, "not a time of the form 2026-11-22%c08:00:00", between);
	c->ms = 0;
	TRY(digits_read(s, 0, 4, &c->year));
	TRY(digits_read(s, 5, 2, &c->month));
	TRY(digits_read(s, 8, 2, &c->day));
	TRY(digits_read(s, 11, 2, &c->hour));
	TRY(digits_read(s, 14, 2, &c->minute));
	return digits_read(s, 17, 2, &c->second);
}

static enum err civil_ms(const struct civil *c, int64_t *ms)
{
	if (c->month < 1 || c->month > 12 || c->day < 1 || c->day > month_days(c->year, c->month))
		FAIL(ERR_INVALID, "no day of the calendar");
	if (c->hour > 23 || c->minute > 59 || c->second > 59)
		FAIL(ERR_INVALID, "no time of the day");
	*ms = days_of(c->year, c->month, c->day) * DAY_MS + c->hour * 3600000 + c->minute * 60000 +
	      c->second * 1000 + c->ms;
	return ERR_OK;
}

/* ".123", or nothing. */
static enum err fraction_read(struct str *s, struct civil *c)
{
	if (!str_starts(*s, "."))
		return ERR_OK;
	TRY(digits_read(*s, 1, 3, &c->ms));
	*s = str_skip(*s, 4);
	return ERR_OK;
}

/* "Z", "+08:00" or "-08:00". */
static enum err offset_read(struct str s, int64_t *offset_ms)
{
	int64_t hours, minutes;

	if (str_is(s, "Z")) {
		*offset_ms = 0;
		return ERR_OK;
	}
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':')
		FAIL(ERR_INVALID, "a time ends in Z or an offset such as +08:00");
	TRY(digits_read(s, 1, 2, &hours));
	TRY(digits_read(s, 4, 2, &minutes));
	if (hours > 23 || minutes > 59)
		FAIL(ERR_INVALID, "no offset of a time zone");
	*offset_ms = (hours * 60 + minutes) * 60000 * (s.p[0] == '-' ? -1 : 1);
	return ERR_OK;
}

static enum err digits_read(struct str s, size_t at, size_t n, int64_t *out)
{
	int64_t value = 0;

	if (s.n < at + n)
		FAIL(ERR_INVALID, "a time is cut short");
	for (size_t i = at; i < at + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			FAIL(ERR_INVALID, "not a digit of a time");
		value = value * 10 + (s.p[i] - '0');
	}
	*out = value;
	return ERR_OK;
}

static enum err moment_check(int64_t ms)
{
	if (ms < 0 || ms >= YEAR_10000_MS)
		FAIL(ERR_INVALID, "a time before 1970 or after 9999");
	return ERR_OK;
}

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t month_days(int64_t year, int64_t month)
{
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month == 2)
		return leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}
