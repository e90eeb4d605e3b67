/* replay.c - runs a fuzz target over each file of a folder: one TAP test a file.
 *
 *   name_replay FOLDER
 *
 * An input that once broke a target stays in its corpus, so it never breaks it again unseen.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUT_MAX = 1 << 20 };

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The input is copied to a block of its own size, so a sanitizer sees a read beyond its end. */
static int replay(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *data = malloc(INPUT_MAX), *exact;
	size_t len;
	FILE *in;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "rb");
	if (!data || !in) {
		perror(path);
		return -1;
	}
	len = fread(data, 1, INPUT_MAX, in);
	(void)fclose(in);
	exact = realloc(data, len ? len : 1);
	if (!exact)
		abort();
	(void)LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 0;
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
		int failed = replay(argv[1], entries[i]->d_name);

		printf("%s %d - %s\n", failed ? "not ok" : "ok", i + 1, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return 0;
}
