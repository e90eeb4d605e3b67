/* time.h - calendar by arithmetic: no zone files, no libc calendar.
 *
 * Times are int64_t milliseconds since 1970 UTC.  Chinese local time is UTC+8 without summer time.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

enum { RFC3339_TEXT = 32, LOCAL_TEXT = 20, DATE_TEXT = 11 };

#define DAY_MS INT64_C(86400000)
#define CHINA_MS INT64_C(28800000)

/* "2026-11-22T08:00:00.123Z", always UTC with milliseconds. 0 <= ms < year 10000. */
void rfc3339_write(int64_t ms, char out[RFC3339_TEXT]);

/* What rfc3339_write writes, also with an offset or without a fraction.  ERR_INVALID otherwise. */
MUST_USE enum err rfc3339_read(struct str s, int64_t *ms);

/* "2026-11-22 16:00:00" in UTC+8, as Alipay writes times. */
void china_write(int64_t ms, char out[LOCAL_TEXT]);

/* Reads "yyyy-MM-dd HH:mm:ss", optionally with ".SSS", in UTC+8.  ERR_INVALID otherwise. */
MUST_USE enum err china_read(struct str s, int64_t *ms);

/* "2026-11-22", a day in UTC+8, and when it begins.  ERR_INVALID otherwise. */
void china_day_write(int64_t ms, char out[DATE_TEXT]);
MUST_USE enum err china_day_read(struct str s, int64_t *begin_ms);

/* The business date in UTC+8 as an integer, 20261122. */
int32_t china_date(int64_t ms);
