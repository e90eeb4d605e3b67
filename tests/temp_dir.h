/* temp_dir.h - a folder for one test: made empty, removed with all that is in it. */
#pragma once

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct temp_dir {
	char path[256];
};

static inline struct temp_dir temp_dir_make(void)
{
	const char *base = getenv("TMPDIR");
	struct temp_dir d;

	(void)snprintf(d.path, sizeof(d.path), "%.200s/tael-test-XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(d.path)) {
		perror(d.path);
		abort();
	}
	return d;
}

static inline void temp_dir_remove_path(const char *path)
{
	DIR *dir = opendir(path);

	for (struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
		char inner[PATH_MAX];

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name) >= PATH_MAX)
			continue;
		if (unlink(inner) != 0)
			temp_dir_remove_path(inner);
	}
	if (dir)
		(void)closedir(dir);
	(void)rmdir(path);
}

static inline void temp_dir_remove(struct temp_dir *d)
{
	temp_dir_remove_path(d->path);
}
