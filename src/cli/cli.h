/* cli.h - what a command of `tael` is, and what every command shares.
 *
 * A command is one file that defines one `const struct command`; main.c lists
 * it, and from that list come the dispatch, `tael help` and the suggestions.
 * The command reads its own options (options.h); `--help` and `-h` never
 * reach it.  Secrets come from files or standard input, never from arguments,
 * since anybody on the machine can read those.
 */
#pragma once

#include <stddef.h>

struct command {
	const char *noun;    /* "order", or the whole name where there is no verb */
	const char *verb;    /* "show"; NULL where the noun is the command */
	const char *summary; /* one line, no full stop */
	const char *help;    /* usage line, options, an example; ends in a newline */

	/* argv[0] is "tael order show", for messages.  Returns one of the exit
	 * codes below.
	 */
	int (*run)(int argc, char **argv);
};

/* Exit codes, the same for every command; scripts rely on them. */
enum cli_exit {
	CLI_OK = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 2, /* the arguments are wrong; nothing was done */
	CLI_FOUND = 3, /* a check ran to its end and found something */
};

extern const struct command CMD_APP_ADD;
extern const struct command CMD_APP_LIST;
extern const struct command CMD_APP_SET;
extern const struct command CMD_ASSET_ADD;
extern const struct command CMD_CHANNEL_ADD;
extern const struct command CMD_CHANNEL_INSPECT;
extern const struct command CMD_CHANNEL_LIST;
extern const struct command CMD_CHANNEL_TEST;
extern const struct command CMD_CLEARING_RUN;
extern const struct command CMD_CONFIG_SHOW;
extern const struct command CMD_DEMO;
extern const struct command CMD_DOCTOR;
extern const struct command CMD_HELP;
extern const struct command CMD_INIT;
extern const struct command CMD_KEY_ADD;
extern const struct command CMD_KEY_LIST;
extern const struct command CMD_KEY_REVOKE;
extern const struct command CMD_MERCHANT_ADD;
extern const struct command CMD_MERCHANT_LIST;
extern const struct command CMD_MERCHANT_SET;
extern const struct command CMD_MIGRATE;
extern const struct command CMD_ORDER_SHOW;
extern const struct command CMD_REASON_ADD;
extern const struct command CMD_SANDBOX;
extern const struct command CMD_SERVE;
extern const struct command CMD_VERIFY;
extern const struct command CMD_VERSION;

/* All commands, in the order `tael help` shows them. */
extern const struct command *const COMMANDS[];
extern const size_t COMMANDS_N;

/* The command that argv[1..] begins with, or NULL.  *words is how many of them
 * its name took: 1 or 2.
 */
const struct command *command_find(int argc, char *const *argv, int *words);

/* Says on standard error what is wrong with the arguments and where to read
 * on; returns CLI_USAGE.  `name` is the command's argv[0].
 *
 *   return cli_usage(argv[0], "unexpected argument '%s'", argv[optind]);
 */
int cli_usage(const char *name, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What main does with words that name no command: says so, offers the nearest
 * one, returns CLI_USAGE.
 */
int cli_unknown(int argc, char *const *argv);
