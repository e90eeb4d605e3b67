#include "sandbox/fault.h"

#include <string.h>

static const char *const NAMES[] = {
#define X(name, text) [FAULT_##name] = (text),
	FAULT_KINDS(X)
#undef X
};

enum err fault_add(struct faults *fs, const struct fault *f)
{
	if (fs->n == FAULTS_MAX)
		FAIL(ERR_BUSY, "%d faults are waiting already", FAULTS_MAX);
	fs->at[fs->n++] = *f;
	return ERR_OK;
}

bool fault_take(struct faults *fs, const struct platform *platform, enum operation op,
		const char *number, struct fault *out)
{
	for (size_t i = 0; i < fs->n; i++) {
		struct fault *f = &fs->at[i];
		bool strikes = f->op == (int)op || (f->op == FAULT_ANY_CALL && op != OP_NOTICE);

		if (f->platform != platform || !strikes ||
		    (f->number[0] != '\0' && strcmp(f->number, number) != 0))
			continue;
		*out = *f;
		if (--f->times == 0) {
			memmove(f, f + 1, (fs->n - i - 1) * sizeof(*f));
			fs->n--;
		}
		return true;
	}
	return false;
}

const char *fault_name(enum fault_kind kind)
{
	return NAMES[kind];
}

bool fault_find(const char *name, enum fault_kind *out)
{
	for (int i = 0; i < FAULT_N; i++) {
		if (strcmp(NAMES[i], name) == 0) {
			*out = (enum fault_kind)i;
			return true;
		}
	}
	return false;
}
