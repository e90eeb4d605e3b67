/* help.c - `tael help`, and what is said about arguments that are wrong. */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_LEN = 47, NEAR = 2 };

static int help_run(int argc, char **argv);
static void list(const char *noun);
static void full_name(const struct command *c, char *name, size_t size);
static size_t distance(const char *a, const char *b);

const struct command CMD_HELP = {
	.noun = "help",
	.summary = "show all commands, or the help of one",
	.help = "usage: tael help [NOUN [VERB]]\n"
		"\n"
		"Without arguments: all commands, a line each.\n"
		"\n"
		"  tael help version\n",
	.run = help_run,
};

static int help_run(int argc, char **argv)
{
	int words;
	const struct command *c;

	if (argc < 2) {
		puts("Tael takes payments and keeps points.  usage: tael <noun> <verb> "
		     "[options]\n");
		list(NULL);
		puts("\n`tael help <noun> <verb>` tells more of one.  exit: 0 ok, 1 failed, "
		     "2 usage, 3 a check found something");
		return CLI_OK;
	}
	c = command_find(argc, argv, &words);
	if (c) {
		fputs(c->help, stdout);
		return CLI_OK;
	}
	for (size_t i = 0; i < COMMANDS_N && argc == 2; i++) {
		if (strcmp(COMMANDS[i]->noun, argv[1]) == 0) {
			list(argv[1]);
			return CLI_OK;
		}
	}
	return cli_unknown(argc, argv);
}

static void list(const char *noun)
{
	char name[NAME_MAX_LEN + 1];

	for (size_t i = 0; i < COMMANDS_N; i++) {
		if (noun && strcmp(COMMANDS[i]->noun, noun) != 0)
			continue;
		full_name(COMMANDS[i], name, sizeof(name));
		printf("  tael %-20s %s\n", name, COMMANDS[i]->summary);
	}
}

int cli_usage(const char *name, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", name);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	/* "tael order show" is asked about as "tael help order show". */
	fprintf(stderr, "\nTry 'tael help%s'.\n", name + strcspn(name, " "));
	return CLI_USAGE;
}

int cli_unknown(int argc, char *const *argv)
{
	const char *verb = argc > 2 && argv[2][0] != '-' ? argv[2] : "";
	char asked[NAME_MAX_LEN + 1], name[NAME_MAX_LEN + 1], best[NAME_MAX_LEN + 1] = "";
	size_t nearest = NEAR + 1;

	(void)snprintf(asked, sizeof(asked), "%s%s%s", argv[1], *verb ? " " : "", verb);
	for (size_t i = 0; i < COMMANDS_N; i++) {
		/* A command without a verb is compared without the word that follows. */
		const char *against = COMMANDS[i]->verb ? asked : argv[1];
		size_t d;

		full_name(COMMANDS[i], name, sizeof(name));
		d = distance(against, name);
		if (d < nearest) {
			nearest = d;
			(void)snprintf(best, sizeof(best), "%s", name);
		}
	}
	fprintf(stderr, "tael: there is no command '%s'", asked);
	if (best[0])
		fprintf(stderr, "; did you mean '%s'?", best);
	fputs("\nTry 'tael help'.\n", stderr);
	return CLI_USAGE;
}

static void full_name(const struct command *c, char *name, size_t size)
{
	(void)snprintf(name, size, "%s%s%s", c->noun, c->verb ? " " : "", c->verb ? c->verb : "");
}

/* How many letters must be added, dropped or changed to turn `a` into `b`. */
static size_t distance(const char *a, const char *b)
{
	size_t cost[NAME_MAX_LEN + 1];
	size_t n = strlen(b);

	if (n > NAME_MAX_LEN)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		cost[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = cost[0];

		cost[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);
			size_t shorter = cost[j - 1] < cost[j] ? cost[j - 1] : cost[j];

			diagonal = cost[j];
			cost[j] = change <= shorter ? change : shorter + 1;
		}
	}
	return cost[n];
}
