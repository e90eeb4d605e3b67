#include "sys/secret.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

struct secret secret_copy(struct str s)
{
	struct secret copy = { .n = s.n };

	CHECK(s.n <= SECRET_MAX);
	copy.p = malloc(s.n + 1);
	CHECK(copy.p != NULL);
	if (s.n > 0)
		memcpy(copy.p, s.p, s.n);
	copy.p[s.n] = '\0';
	return copy;
}

struct str secret_reveal(const struct secret *s)
{
	return s->p == NULL ? STR("") : (struct str){ s->p, s->n };
}

void secret_wipe(struct secret *s)
{
	if (s == NULL || s->p == NULL)
		return;
	wipe(s->p, s->n);
	free(s->p);
	*s = (struct secret){ NULL, 0 };
}

void wipe(void *p, size_t n)
{
	if (n > 0)
		explicit_bzero(p, n);
}

void secret_harden_process(void)
{
	const struct rlimit none = { 0, 0 };

	/* Either may be refused in a sandbox; the process then runs as the system lets it. */
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
