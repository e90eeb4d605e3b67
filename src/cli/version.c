/* version.c - `tael version`: the program, and the libraries it runs with.
 *
 * Debian may replace a library under a built program, so both versions are
 * shown: the one whose headers were compiled in and the one that was loaded.
 */
#include "cli/options.h"

#include "built_with.h"

#include <curl/curl.h>
#include <expat.h>
#include <jansson.h>
#include <microhttpd.h>
#include <openssl/crypto.h>
#include <qrencode.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct library {
	const char *name, *built, *runs;
};

static int version_run(int argc, char **argv);
static void print_text(const struct library *libraries, size_t n);
static void print_json(const struct library *libraries, size_t n);

const struct command CMD_VERSION = {
	.noun = "version",
	.summary = "show the version and those of the libraries in use",
	.help = "usage: tael version [--json]\n"
		"\n"
		"Shows Tael's version and, for each library, the version it was built\n"
		"against and the one it runs with.\n"
		"\n"
		"  --json   one JSON object instead of text\n"
		"\n"
		"  tael version --json\n",
	.run = version_run,
};

static int version_run(int argc, char **argv)
{
	const struct library libraries[] = {
		{ "libmicrohttpd", BUILT_LIBMICROHTTPD, MHD_get_version() },
		{ "jansson", BUILT_JANSSON, jansson_version_str() },
		{ "sqlite", BUILT_SQLITE, sqlite3_libversion() },
		{ "libcurl", BUILT_LIBCURL, curl_version_info(CURLVERSION_NOW)->version },
		{ "openssl", BUILT_OPENSSL, OpenSSL_version(OPENSSL_VERSION_STRING) },
		{ "libqrencode", BUILT_LIBQRENCODE, QRcode_APIVersionString() },
		/* "expat_2.5.0" */
		{ "expat", BUILT_EXPAT, XML_ExpatVersion() + strlen("expat_") },
	};
	const size_t n = sizeof(libraries) / sizeof(libraries[0]);
	bool json;
	const struct cli_option options[] = { OPT_JSON(&json) };

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	if (json)
		print_json(libraries, n);
	else
		print_text(libraries, n);
	return CLI_OK;
}

static void print_text(const struct library *libraries, size_t n)
{
	printf("tael %s\n", TAEL_VERSION);
	for (size_t i = 0; i < n; i++) {
		const struct library *l = &libraries[i];

		printf("%-14s %s", l->name, l->runs);
		if (strcmp(l->built, l->runs) != 0)
			printf(" (built against %s)", l->built);
		putchar('\n');
	}
}

/* Names and versions are plain text of ours and the libraries': nothing to escape. */
static void print_json(const struct library *libraries, size_t n)
{
	printf("{\"tael\":\"%s\",\"libraries\":{", TAEL_VERSION);
	for (size_t i = 0; i < n; i++)
		printf("%s\"%s\":{\"built\":\"%s\",\"runs\":\"%s\"}", i ? "," : "",
		       libraries[i].name, libraries[i].built, libraries[i].runs);
	puts("}}");
}
