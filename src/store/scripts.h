/* scripts.h - the engines' numbered scripts, embedded when the program is built (sql/<engine>/). */
#pragma once

#include <stddef.h>

struct script {
	const char *name; /* "0001_ledger.sql" */
	const char *text;
	size_t n;
};
