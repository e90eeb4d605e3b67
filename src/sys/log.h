/* log.h - one line of logfmt per event, to standard error or a file descriptor.
 *
 *   ts=2026-11-22T08:00:00.123Z level=info event=order.paid order=ord_… fen=8800
 *
 * There is no field constructor for a secret.  Values are quoted and escaped where needed, and cut
 * at 512 bytes.  Thread-safe: one write(2) a line.
 */
#pragma once

#include "base/err.h"
#include "base/id.h"
#include "base/str.h"

#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
	const char *name;
	enum { LOG_TEXT, LOG_INTEGER, LOG_ID } type;
	struct str text;
	int64_t integer;
	enum id_kind kind;
};

#define LOG_S(name_, s) ((struct log_field){ .name = (name_), .type = LOG_TEXT, .text = str_of(s) })
#define LOG_STR(name_, s) ((struct log_field){ .name = (name_), .type = LOG_TEXT, .text = (s) })
#define LOG_I(name_, i) ((struct log_field){ .name = (name_), .type = LOG_INTEGER, .integer = (i) })
#define LOG_OBJECT(name_, kind_, id) \
	((struct log_field){ .name = (name_), .type = LOG_ID, .kind = (kind_), .integer = (id) })

/* LOG(LOG_INFO, "order.paid", LOG_OBJECT("order", ID_ORDER, id), LOG_I("fen", n));
 * at least one field. */
#define LOG(level, event, ...)                                                 \
	log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ }, \
		  sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))

/* The usual line for a failure: code, text and place from this thread's error slot. */
void log_err(enum log_level level, const char *event, enum err e);

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n);

/* Where lines go (default 2) and the least level written (default LOG_INFO).  Before threads start.
 */
void log_to(int fd, enum log_level least);
