/* check.h - a programmer's error: say where and stop.
 *
 * CHECK guards what only our own bug can break; it is never compiled out and never used on input.
 */
#pragma once

#include <stdlib.h>

/* Writes "file:line: CHECK(condition)" to standard error.  Thread-safe. */
void check_failed(const char *where, const char *condition);

#define CHECK_STR_(x) #x
#define CHECK_STR(x) CHECK_STR_(x)

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond)) {                                                 \
			check_failed(__FILE__ ":" CHECK_STR(__LINE__), #cond); \
			abort();                                               \
		}                                                              \
	} while (0)
