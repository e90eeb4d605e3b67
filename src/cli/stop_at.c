#include "cli/stop_at.h"

#include "base/str.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum point { COMMIT_BEFORE, COMMIT_AFTER, CALL_BEFORE, CALL_AFTER, POINTS };

static const char *const NAMES[POINTS] = {
	[COMMIT_BEFORE] = "commit.before",
	[COMMIT_AFTER] = "commit.after",
	[CALL_BEFORE] = "call.before",
	[CALL_AFTER] = "call.after",
};

static enum point wanted = POINTS;
static atomic_llong left;

static void reach(enum point point);

enum err stop_at_read(void)
{
	struct str text = str_of(getenv("TAEL_STOP_AT")), number;
	struct str name = str_cut(text, ':', &number);
	int64_t n = 1;

	if (text.n == 0)
		return ERR_OK;
	if (name.n < text.n && str_integer(number, 1, INT32_MAX, &n) != ERR_OK)
		FAIL(ERR_CONFIG, "TAEL_STOP_AT is point[:n], n from 1");
	for (int i = 0; i < POINTS; i++) {
		if (!str_is(name, NAMES[i]))
			continue;
		wanted = (enum point)i;
		atomic_store(&left, n);
		return ERR_OK;
	}
	FAIL(ERR_CONFIG, "TAEL_STOP_AT names no point: commit.before commit.after call.before "
			 "call.after");
}

void stop_before_commit(void *self)
{
	(void)self;
	reach(COMMIT_BEFORE);
}

void stop_after_commit(void *self)
{
	(void)self;
	reach(COMMIT_AFTER);
}

void stop_before_call(void *self)
{
	(void)self;
	reach(CALL_BEFORE);
}

void stop_after_call(void *self)
{
	(void)self;
	reach(CALL_AFTER);
}

static void reach(enum point point)
{
	if (point == wanted && atomic_fetch_sub(&left, 1) == 1)
		(void)kill(getpid(), SIGKILL);
}
