/* main.c - finds the command that was asked for and runs it. */
#include "cli/cli.h"

#include "sys/crypto.h"
#include "sys/secret.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
const struct command *const COMMANDS[] = {
	&CMD_INIT,
	&CMD_SERVE,
	&CMD_MIGRATE,
	&CMD_CONFIG_SHOW,
	&CMD_MERCHANT_ADD,
	&CMD_MERCHANT_SET,
	&CMD_MERCHANT_LIST,
	&CMD_APP_ADD,
	&CMD_APP_SET,
	&CMD_APP_LIST,
	&CMD_KEY_ADD,
	&CMD_KEY_REVOKE,
	&CMD_KEY_LIST,
	&CMD_CHANNEL_ADD,
	&CMD_CHANNEL_LIST,
	&CMD_CHANNEL_TEST,
	&CMD_CHANNEL_INSPECT,
	&CMD_ASSET_ADD,
	&CMD_REASON_ADD,
	&CMD_CLEARING_RUN,
	&CMD_ORDER_SHOW,
	&CMD_SANDBOX,
	&CMD_DEMO,
	&CMD_VERIFY,
	&CMD_DOCTOR,
	&CMD_VERSION,
	&CMD_HELP,
};
/* clang-format on */
const size_t COMMANDS_N = sizeof(COMMANDS) / sizeof(COMMANDS[0]);

static int run(const struct command *command, int argc, char **argv);
static bool asks_for_help(int argc, char *const *argv);

int main(int argc, char **argv)
{
	int words = 0;
	const struct command *command;

	secret_harden_process();
	crypto_start();

	if (argc < 2) {
		(void)CMD_HELP.run(1, argv);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return CMD_HELP.run(1, argv);
	if (strcmp(argv[1], "--version") == 0)
		return CMD_VERSION.run(1, argv);

	command = command_find(argc, argv, &words);
	if (!command)
		return cli_unknown(argc, argv);
	if (asks_for_help(argc - words, argv + words)) {
		fputs(command->help, stdout);
		return CLI_OK;
	}
	return run(command, argc - words, argv + words);
}

static int run(const struct command *command, int argc, char **argv)
{
	char name[64];
	int code;

	(void)snprintf(name, sizeof(name), "tael %s%s%s", command->noun, command->verb ? " " : "",
		       command->verb ? command->verb : "");
	argv[0] = name;
	code = command->run(argc, argv);

	/* A full disk or a closed pipe behind standard output is a failure too. */
	if (fflush(stdout) != 0 && code == CLI_OK) {
		perror(name);
		return CLI_FAILED;
	}
	return code;
}

static bool asks_for_help(int argc, char *const *argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

const struct command *command_find(int argc, char *const *argv, int *words)
{
	for (size_t i = 0; i < COMMANDS_N; i++) {
		const struct command *c = COMMANDS[i];
		int n = c->verb ? 2 : 1;

		if (argc <= n || strcmp(argv[1], c->noun) != 0)
			continue;
		if (c->verb && strcmp(argv[2], c->verb) != 0)
			continue;
		*words = n;
		return c;
	}
	return NULL;
}
