/* cleanup.h - the one GNU extension for ownership: run a function when a variable leaves its scope.
 */
#pragma once

/* CLEANUP(x_free): x_free gets a pointer to the variable. */
#define CLEANUP(f) __attribute__((cleanup(f)))

/* The pointer's value; the variable itself becomes NULL, so its CLEANUP has nothing to do. */
#define TAKE(p)                            \
	__extension__({                    \
		__typeof__(p) take_ = (p); \
		(p) = NULL;                \
		take_;                     \
	})
