#include "base/err.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *code, *doc;
	enum err_kind kind;
} TABLE[] = {
#define ERR(name, kind, code, doc) [ERR_##name] = { #name, code, doc, KIND_##kind },
#include "base/err.def"
#undef ERR
};

static _Thread_local struct {
	const char *where;
	char text[ERR_TEXT_MAX];
	char param[ERR_PARAM_MAX];
} last = { .where = "" };

void check_failed(const char *where, const char *condition)
{
	fprintf(stderr, "%s: CHECK(%s)\n", where, condition);
}

const char *err_code(enum err e)
{
	CHECK(e < ERR_N);
	return TABLE[e].code;
}

const char *err_name(enum err e)
{
	CHECK(e < ERR_N);
	return TABLE[e].name;
}

const char *err_doc(enum err e)
{
	CHECK(e < ERR_N);
	return TABLE[e].doc;
}

enum err_kind err_kind(enum err e)
{
	CHECK(e < ERR_N);
	return TABLE[e].kind;
}

const char *err_text(void)
{
	return last.text;
}

const char *err_param(void)
{
	return last.param;
}

const char *err_where(void)
{
	return last.where;
}

enum err err_set(enum err e, const char *where, const char *param, const char *fmt, ...)
{
	va_list ap;

	last.where = where;
	/* The arguments may point into the slot itself, so it is built aside. */
	char text[ERR_TEXT_MAX], name[ERR_PARAM_MAX];

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)snprintf(name, sizeof(name), "%s", param);
	memcpy(last.text, text, sizeof(text));
	memcpy(last.param, name, sizeof(name));
	return e;
}

struct outcome outcome_of(enum err e)
{
	struct outcome o = { .code = e };

	if (e != ERR_OK) {
		memcpy(o.text, last.text, sizeof(o.text));
		memcpy(o.param, last.param, sizeof(o.param));
	}
	return o;
}

enum err outcome_raise(const struct outcome *o)
{
	if (o->code == ERR_OK)
		return ERR_OK;
	return err_set(o->code, ERR_WHERE, o->param, "%s", o->text);
}
