/* secret.h - bytes that nothing can print.
 *
 * A secret has no formatter and no log field; it is wiped when released and its memory is kept out
 * of core dumps as far as the kernel allows (the process sets RLIMIT_CORE to 0 and is not
 * dumpable).
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stddef.h>

enum { SECRET_MAX = 16384 };

struct secret {
	char *p;
	size_t n;
};

/* An owned copy.  Release with secret_wipe. */
struct secret secret_copy(struct str s);

/* Borrowed for one call; never stored, logged or put into an error. */
struct str secret_reveal(const struct secret *s);

/* Overwrites and frees; NULL-safe; for CLEANUP as well. */
void secret_wipe(struct secret *s);

/* Overwrites plain memory in a way the compiler keeps. */
void wipe(void *p, size_t n);

/* RLIMIT_CORE 0 and PR_SET_DUMPABLE 0; called first in main. */
void secret_harden_process(void);
