#include "sys/log.h"

#include "base/check.h"
#include "base/time.h"
#include "sys/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* A line is at most PIPE_BUF bytes: one write(2) of it is never mixed with another's. */
enum { LINE_MAX_BYTES = 4096, VALUE_MAX = 512, CUT_BYTES = sizeof(" cut=true\n") };

struct line {
	char p[LINE_MAX_BYTES];
	size_t n;
	bool cut; /* something did not fit */
};

static const char *const LEVELS[] = { "debug", "info", "warn", "error" };

static int log_fd = STDERR_FILENO;
static enum log_level log_least = LOG_INFO;

static void line_field(struct line *line, const struct log_field *f);
static void line_pair(struct line *line, const char *name, struct str value);
static size_t value_write(struct str value, char *out);
static bool is_bare(struct str value);
static size_t escape_write(char c, bool is_text, char *out);
static void line_send(const struct line *line);

void log_to(int fd, enum log_level least)
{
	log_fd = fd;
	log_least = least;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
	struct line line = { .n = 0 };
	struct clock *clock = clock_system();
	char ts[RFC3339_TEXT];

	if (level < log_least)
		return;
	rfc3339_write(clock->wall_ms(clock), ts);
	line_pair(&line, "ts", str_of(ts));
	line_pair(&line, "level", str_of(LEVELS[level]));
	line_pair(&line, "event", str_of(event));
	for (size_t i = 0; i < n; i++)
		line_field(&line, &fields[i]);
	if (line.cut)
		str_add(line.p, sizeof(line.p), &line.n, " cut=true");
	str_add(line.p, sizeof(line.p), &line.n, "\n");
	line_send(&line);
}

void log_err(enum log_level level, const char *event, enum err e)
{
	LOG(level, event, LOG_S("code", err_code(e)), LOG_S("text", err_text()),
	    LOG_S("param", err_param()), LOG_S("where", err_where()));
}

static void line_field(struct line *line, const struct log_field *f)
{
	char text[ID_TEXT];
	size_t n = 0;

	switch (f->type) {
	case LOG_TEXT:
		line_pair(line, f->name, f->text);
		return;
	case LOG_INTEGER:
		str_add(text, sizeof(text), &n, "%" PRId64, f->integer);
		break;
	case LOG_ID:
		id_write(f->kind, f->integer, text);
		break;
	}
	line_pair(line, f->name, str_of(text));
}

/* Adds " name=value", or nothing if that would leave no room for the line's end. */
static void line_pair(struct line *line, const char *name, struct str value)
{
	/* An escaped byte takes at most four. */
	char text[4 * VALUE_MAX + 3];
	size_t text_n = value_write(value, text);
	size_t name_n = strlen(name);

	if (line->n + 1 + name_n + 1 + text_n + CUT_BYTES >= sizeof(line->p)) {
		line->cut = true;
		return;
	}
	str_add(line->p, sizeof(line->p), &line->n, "%s%s=", line->n > 0 ? " " : "", name);
	memcpy(line->p + line->n, text, text_n);
	line->n += text_n;
}

/* Writes the value, cut and quoted as needed, without a NUL; returns its length. */
static size_t value_write(struct str value, char *out)
{
	size_t n = 0;

	if (value.n > VALUE_MAX) {
		value.n = VALUE_MAX;
		while (value.n > 0 && ((unsigned char)value.p[value.n] & 0xc0) == 0x80)
			value.n--;
	}
	if (is_bare(value)) {
		memcpy(out, value.p, value.n);
		return value.n;
	}

	bool is_text = str_is_text(value);

	out[n++] = '"';
	for (size_t i = 0; i < value.n; i++)
		n += escape_write(value.p[i], is_text, out + n);
	out[n++] = '"';
	return n;
}

/* True when the value can stand without quotes. */
static bool is_bare(struct str value)
{
	if (value.n == 0)
		return false;
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\')
			return false;
	}
	return true;
}

/* One byte of a quoted value.  In text that is not well-formed, bytes beyond ASCII are escaped too.
 */
static size_t escape_write(char c, bool is_text, char *out)
{
	const char *named = "\"\\\n\r\t", *letters = "\"\\nrt";
	const char *at = c == '\0' ? NULL : strchr(named, c);
	unsigned char byte = (unsigned char)c;

	if (at != NULL) {
		out[0] = '\\';
		out[1] = letters[at - named];
		return 2;
	}
	if (byte < ' ' || byte == 0x7f || (byte >= 0x80 && !is_text)) {
		out[0] = '\\';
		out[1] = 'x';
		out[2] = "0123456789abcdef"[byte >> 4];
		out[3] = "0123456789abcdef"[byte & 15];
		return 4;
	}
	out[0] = c;
	return 1;
}

/* A log that cannot be written must not stop what it tells of. */
static void line_send(const struct line *line)
{
	ssize_t wrote;

	do {
		wrote = write(log_fd, line->p, line->n);
	} while (wrote < 0 && errno == EINTR);
}
