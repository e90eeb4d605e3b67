/* scratch.h - a fresh folder for the files of one test.
 *
 *   CLEANUP(scratch_remove) struct scratch dir = scratch_make();
 *   EXPECT(dir.path[0] != '\0');
 */
#pragma once

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

struct scratch {
	char path[200]; /* "" when it could not be made */
	char file[400]; /* what scratch_file wrote last */
};

static inline struct scratch scratch_make(void)
{
	const char *where = getenv("TMPDIR");
	struct scratch dir = { "", "" };

	(void)snprintf(dir.path, sizeof(dir.path), "%.150s/tael-test-XXXXXX",
		       where && where[0] == '/' ? where : "/tmp");
	if (!mkdtemp(dir.path))
		dir.path[0] = '\0';
	return dir;
}

/* The path of a file in it, valid until the next call. */
__attribute__((unused)) static inline const char *scratch_file(struct scratch *dir,
							       const char *name)
{
	(void)snprintf(dir->file, sizeof(dir->file), "%s/%s", dir->path, name);
	return dir->file;
}

static inline int scratch_unlink(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

/* With all that is in it; for CLEANUP. */
static inline void scratch_remove(struct scratch *dir)
{
	if (dir->path[0])
		(void)nftw(dir->path, scratch_unlink, 8, FTW_DEPTH | FTW_PHYS);
}
