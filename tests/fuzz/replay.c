/* replay.c - runs a fuzz target over each file of a folder: one TAP test a file.
 *
 *   name_replay FOLDER
 *
 * An input that once broke a target stays in its corpus, so it never breaks it again unseen.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { INPUT_MAX = 1 << 20 };

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The input lies in a block of its own size, so a sanitizer sees a read beyond its end. */
static bool replay(const char *folder, const char *name)
{
	char path[4096];
	struct stat st;
	uint8_t *data;
	FILE *in;
	size_t len;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "rb");
	if (!in || fstat(fileno(in), &st) != 0 || st.st_size > INPUT_MAX) {
		perror(path);
		exit(1);
	}
	data = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
	if (!data)
		abort();
	len = fread(data, 1, (size_t)st.st_size, in);
	(void)fclose(in);
	(void)LLVMFuzzerTestOneInput(data, len);
	free(data);
	return len == (size_t)st.st_size;
}

int main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	int n = argc == 2 ? scandir(argv[1], &entries, visible, alphasort) : -1;

	if (n <= 0) {
		fprintf(stderr, "%s: no corpus\n", argc == 2 ? argv[1] : argv[0]);
		return 1;
	}
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		bool whole = replay(argv[1], entries[i]->d_name);

		printf("%s %d - %s\n", whole ? "ok" : "not ok", i + 1, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return 0;
}
