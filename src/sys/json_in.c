/* json_in.c - reading: each reader checks presence, type and range, or remembers why not. */
#include "sys/json.h"

#include "base/check.h"
#include "base/money.h"
#include "sys/json_scan.h"

#include <jansson.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PATH_MAX_BYTES = sizeof(((struct jin *)0)->path) };

static json_t *parse(struct jin *r, struct str body);
static json_t *member(struct jin *r, const char *key, enum jin_need need);
static json_t *element(struct jin *r, const char *key, size_t i, char *path);
static void mark(struct jin *r, const char *key);
static void text_value(struct jin *r, const char *path, json_t *v, char *out, size_t cap);
static bool enter(struct jin *r, const char *path, json_t *v, struct jin *in);
static bool has_real(json_t *v);
static void finish(struct jin *r);
static void path_of(const struct jin *r, const char *key, char *out);
static void fault(struct jin *r, enum err e, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

void jin_open(struct jin *r, struct str body)
{
	*r = (struct jin){ .fault = { .code = ERR_OK } };
	r->root = parse(r, body);
	r->here = r->root;
}

void jin_integer(struct jin *r, const char *key, enum jin_need need, int64_t lo, int64_t hi,
		 int64_t *out)
{
	json_t *v = member(r, key, need);
	char path[PATH_MAX_BYTES];

	if (v == NULL)
		return;
	path_of(r, key, path);
	if (!json_is_integer(v))
		fault(r, ERR_AMOUNT_RANGE, path, "%s must be an integer, as digits only", path);
	else if (json_integer_value(v) < lo || json_integer_value(v) > hi)
		fault(r, ERR_AMOUNT_RANGE, path, "%s must be from %" PRId64 " to %" PRId64, path,
		      lo, hi);
	else
		*out = json_integer_value(v);
}

void jin_bool(struct jin *r, const char *key, enum jin_need need, bool *out)
{
	json_t *v = member(r, key, need);
	char path[PATH_MAX_BYTES];

	if (v == NULL)
		return;
	path_of(r, key, path);
	if (!json_is_boolean(v))
		fault(r, ERR_INVALID, path, "%s must be true or false", path);
	else
		*out = json_is_true(v);
}

void jin_text(struct jin *r, const char *key, enum jin_need need, char *out, size_t cap)
{
	json_t *v = member(r, key, need);
	char path[PATH_MAX_BYTES];

	if (v == NULL)
		return;
	path_of(r, key, path);
	text_value(r, path, v, out, cap);
}

void jin_word(struct jin *r, const char *key, enum jin_need need, const char *allowed, char *out,
	      size_t cap)
{
	json_t *v = member(r, key, need);
	char path[PATH_MAX_BYTES];

	if (v == NULL)
		return;
	path_of(r, key, path);
	if (!json_is_string(v) ||
	    !str_is_made_of((struct str){ json_string_value(v), json_string_length(v) }, allowed,
			    cap - 1))
		fault(r, ERR_INVALID, path, "%s must be a text of 1 to %zu of: %s", path, cap - 1,
		      allowed);
	else
		text_value(r, path, v, out, cap);
}

void jin_object_text(struct jin *r, const char *key, enum jin_need need, char *out, size_t cap)
{
	json_t *v = member(r, key, need);
	char path[PATH_MAX_BYTES];
	size_t n;

	if (v == NULL)
		return;
	path_of(r, key, path);
	if (!json_is_object(v)) {
		fault(r, ERR_INVALID, path, "%s must be an object", path);
		return;
	}
	if (has_real(v)) {
		fault(r, ERR_INVALID, path, "%s may hold whole numbers only", path);
		return;
	}
	n = json_dumpb(v, NULL, 0, JSON_COMPACT);
	if (n == 0 || n >= cap) {
		fault(r, ERR_INVALID, path, "%s must be at most %zu bytes", path, cap - 1);
		return;
	}
	CHECK(json_dumpb(v, out, n, JSON_COMPACT) == n);
	out[n] = '\0';
}

bool jin_has(struct jin *r, const char *key)
{
	json_t *v = r->fault.code == ERR_OK ? json_object_get(r->here, key) : NULL;

	return v != NULL && !json_is_null(v);
}

bool jin_enter(struct jin *r, const char *key, enum jin_need need, struct jin *in)
{
	json_t *v = member(r, key, need);
	char path[PATH_MAX_BYTES];

	if (v == NULL)
		return false;
	path_of(r, key, path);
	return enter(r, path, v, in);
}

size_t jin_array(struct jin *r, const char *key, enum jin_need need, size_t lo, size_t hi)
{
	json_t *v = member(r, key, need);
	char path[PATH_MAX_BYTES];

	if (v == NULL)
		return 0;
	path_of(r, key, path);
	if (!json_is_array(v)) {
		fault(r, ERR_INVALID, path, "%s must be an array", path);
		return 0;
	}
	if (json_array_size(v) < lo || json_array_size(v) > hi) {
		fault(r, ERR_INVALID, path, "%s must have %zu to %zu elements", path, lo, hi);
		return 0;
	}
	return json_array_size(v);
}

bool jin_enter_at(struct jin *r, const char *key, size_t i, struct jin *in)
{
	char path[PATH_MAX_BYTES];
	json_t *v = element(r, key, i, path);

	return v != NULL && enter(r, path, v, in);
}

void jin_text_at(struct jin *r, const char *key, size_t i, char *out, size_t cap)
{
	char path[PATH_MAX_BYTES];
	json_t *v = element(r, key, i, path);

	if (v != NULL)
		text_value(r, path, v, out, cap);
}

void jin_leave(struct jin *in)
{
	finish(in);
	if (in->up->fault.code == ERR_OK)
		in->up->fault = in->fault;
}

void jin_fault(struct jin *r, enum err e, const char *key, const char *text)
{
	char path[PATH_MAX_BYTES];

	path_of(r, key, path);
	fault(r, e, path, "%s", text);
}

void jin_allow_unknown(struct jin *r)
{
	r->loose = true;
}

enum err jin_done(struct jin *r)
{
	CHECK(r->up == NULL);
	finish(r);
	json_decref(r->root);
	r->root = NULL;
	r->here = NULL;
	return outcome_raise(&r->fault);
}

/* The parser's own words are not used: they quote the text, which may hold a secret. */
static json_t *parse(struct jin *r, struct str body)
{
	struct json_scan scan = json_scan(body);
	json_error_t error;
	json_t *root;

	if (scan.too_deep) {
		fault(r, ERR_JSON, "", "nested deeper than %d", JSON_DEPTH_MAX);
		return NULL;
	}
	root = json_loadb(body.n > 0 ? body.p : "", body.n, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL && json_error_code(&error) == json_error_duplicate_key)
		fault(r, ERR_JSON, "", "a member comes twice, at line %d, column %d", error.line,
		      error.column);
	else if (scan.bad_number &&
		 (root != NULL || json_error_code(&error) == json_error_numeric_overflow))
		fault(r, ERR_AMOUNT_RANGE, scan.number_path,
		      "%s must be an integer of 64 bits, and not -0", scan.number_path);
	else if (root == NULL)
		fault(r, ERR_JSON, "", "not JSON at line %d, column %d", error.line, error.column);
	else if (!json_is_object(root))
		fault(r, ERR_JSON, "", "not a JSON object");
	return root;
}

/* The member's value, marked as seen; NULL when there is nothing to read. */
static json_t *member(struct jin *r, const char *key, enum jin_need need)
{
	char path[PATH_MAX_BYTES];
	json_t *v;

	if (r->fault.code != ERR_OK)
		return NULL;
	v = json_object_get(r->here, key);
	if (v != NULL)
		mark(r, key);
	if (v != NULL && !json_is_null(v))
		return v;
	if (need == JIN_NEEDED) {
		path_of(r, key, path);
		fault(r, ERR_INVALID, path, "%s is missing", path);
	}
	return NULL;
}

/* Element i of an array that jin_array counted. */
static json_t *element(struct jin *r, const char *key, size_t i, char *path)
{
	char name[PATH_MAX_BYTES + 24];
	json_t *v;

	if (r->fault.code != ERR_OK)
		return NULL;
	v = json_array_get(json_object_get(r->here, key), i);
	CHECK(v != NULL);
	(void)snprintf(name, sizeof(name), "%s[%zu]", key, i);
	path_of(r, name, path);
	return v;
}

static void mark(struct jin *r, const char *key)
{
	size_t i = 0;

	for (void *at = json_object_iter(r->here); at != NULL && i < JIN_KEYS_MAX;
	     at = json_object_iter_next(r->here, at), i++) {
		if (strcmp(json_object_iter_key(at), key) == 0) {
			r->seen |= UINT64_C(1) << i;
			return;
		}
	}
}

static void text_value(struct jin *r, const char *path, json_t *v, char *out, size_t cap)
{
	struct str s = { json_string_value(v), json_string_length(v) };

	if (!json_is_string(v))
		fault(r, ERR_INVALID, path, "%s must be a text", path);
	else if (s.n >= cap)
		fault(r, ERR_INVALID, path, "%s must be at most %zu bytes", path, cap - 1);
	else if (!str_is_text(s))
		fault(r, ERR_INVALID, path, "%s holds a control character", path);
	else
		CHECK(str_copy(out, cap, s) == ERR_OK);
}

static bool enter(struct jin *r, const char *path, json_t *v, struct jin *in)
{
	if (!json_is_object(v)) {
		fault(r, ERR_INVALID, path, "%s must be an object", path);
		return false;
	}
	*in = (struct jin){ .here = v, .up = r, .loose = r->loose };
	memcpy(in->path, path, sizeof(in->path));
	return true;
}

/* The text's depth is limited, and so is this. */
static bool has_real(json_t *v)
{
	const char *key;
	json_t *part;
	size_t i;

	if (json_is_real(v))
		return true;
	json_array_foreach (v, i, part)
		if (has_real(part))
			return true;
	json_object_foreach (v, key, part)
		if (has_real(part))
			return true;
	return false;
}

/* What nobody asked for is refused. */
static void finish(struct jin *r)
{
	char path[PATH_MAX_BYTES];
	size_t i = 0;

	if (r->fault.code != ERR_OK || r->loose)
		return;
	if (json_object_size(r->here) > JIN_KEYS_MAX) {
		fault(r, ERR_INVALID, r->path, "more than %d members", JIN_KEYS_MAX);
		return;
	}
	for (void *at = json_object_iter(r->here); at != NULL;
	     at = json_object_iter_next(r->here, at), i++) {
		if ((r->seen >> i & 1) == 0) {
			path_of(r, json_object_iter_key(at), path);
			fault(r, ERR_INVALID, path, "%s is not known here", path);
			return;
		}
	}
}

/* Cut to the path's room, where only a stranger's key can be too long. */
static void path_of(const struct jin *r, const char *key, char *out)
{
	char path[2 * PATH_MAX_BYTES + 32];

	(void)snprintf(path, sizeof(path), "%s%s%.*s", r->path, r->path[0] == '\0' ? "" : ".",
		       PATH_MAX_BYTES + 24, key);
	str_copy_cut(out, PATH_MAX_BYTES, str_of(path));
}

static void fault(struct jin *r, enum err e, const char *path, const char *fmt, ...)
{
	va_list ap;

	if (r->fault.code != ERR_OK)
		return;
	r->fault.code = e;
	str_copy_cut(r->fault.param, sizeof(r->fault.param), str_of(path));
	va_start(ap, fmt);
	(void)vsnprintf(r->fault.text, sizeof(r->fault.text), fmt, ap);
	va_end(ap);
}
