/* options.h - how every command reads its arguments, and what it says when it fails.
 *
 *   const char *dir, *name;
 *   bool live, json;
 *   const struct cli_option OPTIONS[] = {
 *           OPT_DATA(&dir), OPT_NEEDED("name", &name), OPT_FLAG("live", &live), OPT_JSON(&json),
 *   };
 *
 *   if (cli_options(argc, argv, OPTIONS, CLI_COUNT(OPTIONS)) != CLI_OK)
 *           return CLI_USAGE;
 *
 * An option is `--name VALUE` or `--name=VALUE`, whole names only, each at most once.  An argument
 * stands alone, in the order of the table.  `--` ends the options.
 */
#pragma once

#include "base/err.h"
#include "cli/cli.h"

#include <stdbool.h>
#include <stddef.h>

struct cli_option {
	const char *name;  /* "merchant"; an argument's stands in capitals: "ORDER" */
	const char **text; /* where its text goes: NULL when it is not given */
	bool *flag;        /* instead of text: an option without a value */
	bool needed;
	bool argument;
};

#define OPT_TEXT(name_, p)                   \
	{                                    \
		.name = (name_), .text = (p) \
	}
#define OPT_NEEDED(name_, p)                                 \
	{                                                    \
		.name = (name_), .text = (p), .needed = true \
	}
#define OPT_FLAG(name_, p)                   \
	{                                    \
		.name = (name_), .flag = (p) \
	}
#define OPT_JSON(p) OPT_FLAG("json", p)
#define OPT_ARGUMENT(name_, p)                                                 \
	{                                                                      \
		.name = (name_), .text = (p), .needed = true, .argument = true \
	}
#define OPT_ARGUMENT_MAYBE(name_, p)                           \
	{                                                      \
		.name = (name_), .text = (p), .argument = true \
	}

/* The data folder: --data, else $TAEL_DATA, else "tael-data". */
#define OPT_DATA(p) OPT_TEXT("data", p)

#define CLI_COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* CLI_OK, or CLI_USAGE once what is wrong was said on standard error. */
int cli_options(int argc, char **argv, const struct cli_option *options, size_t n);

/* Says on standard error how a command failed, from this thread's error slot, and returns its exit
 * code: CLI_USAGE for ERR_USAGE, else CLI_FAILED. */
int cli_failed(const char *name, enum err e);
