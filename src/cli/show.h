/* show.h - results as people read them: fields and tables, from the JSON that --json prints. */
#pragma once

#include "sys/json.h"

#include <stddef.h>

enum show_type { SHOW_TEXT, SHOW_INTEGER, SHOW_BOOL };

struct show_column {
	const char *title; /* "created" */
	const char *key;   /* "created_at" */
	enum show_type type;
};

/* "title  value"; an absent or null member shows "-". */
void show_field(struct jin *r, const struct show_column *column);

/* The array of objects `key`, a line each under the titles; `none` stands for an empty one. */
void show_table(struct jin *r, const char *key, const struct show_column *columns, size_t n,
		const char *none);
