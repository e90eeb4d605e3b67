/* api_page.c - makes docs/api.md from the tables of routes.
 *
 *   api_page --write FILE   writes it
 *   api_page --check FILE   a test: fails when FILE says something else than the tables
 */
#include "api/api.h"
#include "base/check.h"
#include "http/openapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *page(void);
static int write_page(const char *path, const char *text);
static int check_page(const char *path, const char *text);

int main(int argc, char **argv)
{
	char *text = page();
	int status = 2;

	if (argc == 3 && strcmp(argv[1], "--write") == 0)
		status = write_page(argv[2], text);
	else if (argc == 3 && strcmp(argv[1], "--check") == 0)
		status = check_page(argv[2], text);
	else
		fprintf(stderr, "usage: api_page --write|--check FILE\n");
	free(text);
	return status;
}

static char *page(void)
{
	const struct route *tables[64];
	struct router *router;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	CHECK(out != NULL);
	CHECK(API_TABLES_N < sizeof(tables) / sizeof(tables[0]));
	for (size_t i = 0; i < API_TABLES_N; i++)
		tables[i] = API_TABLES[i];
	tables[API_TABLES_N] = STATUS_ROUTES;
	router = router_new(tables, API_TABLES_N + 1);
	api_page_write(router, out);
	CHECK(fclose(out) == 0);
	router_free(router);
	return text;
}

static int write_page(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	if (out == NULL || fputs(text, out) == EOF || fclose(out) != 0) {
		perror(path);
		return 1;
	}
	return 0;
}

static int check_page(const char *path, const char *text)
{
	size_t n = strlen(text), got;
	char *file = calloc(1, n + 2);
	FILE *in = fopen(path, "r");
	bool same;

	CHECK(file != NULL);
	got = in != NULL ? fread(file, 1, n + 1, in) : 0;
	same = got == n && memcmp(file, text, n) == 0;
	if (in != NULL)
		(void)fclose(in);
	free(file);
	if (!same)
		printf("# make it again: ninja -C build/release api-page\n");
	printf("1..1\n%s 1 - docs_api_md_says_what_the_routes_say\n", same ? "ok" : "not ok");
	return 0;
}
