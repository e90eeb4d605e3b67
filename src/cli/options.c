#include "cli/options.h"

#include "base/check.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int take_option(char **argv, int argc, int *i, const struct cli_option *options, size_t n);
static int take_argument(char **argv, const char *word, const struct cli_option *options, size_t n);
static const struct cli_option *find(const struct cli_option *options, size_t n, struct str name);
static void clear(const struct cli_option *options, size_t n);
static int check_needed(const char *name, const struct cli_option *options, size_t n);

int cli_options(int argc, char **argv, const struct cli_option *options, size_t n)
{
	bool ended = false;

	clear(options, n);
	for (int i = 1; i < argc; i++)
		if (!str_is_text(str_of(argv[i])))
			return cli_usage(argv[0], "argument %d is not UTF-8 text", i);
	for (int i = 1; i < argc; i++) {
		int code;

		if (!ended && strcmp(argv[i], "--") == 0) {
			ended = true;
			continue;
		}
		if (!ended && strncmp(argv[i], "--", 2) == 0)
			code = take_option(argv, argc, &i, options, n);
		else
			code = take_argument(argv, argv[i], options, n);
		if (code != CLI_OK)
			return code;
	}
	for (size_t i = 0; i < n; i++) {
		const char *folder = getenv("TAEL_DATA");

		if (strcmp(options[i].name, "data") == 0 && !*options[i].text)
			*options[i].text = folder && *folder ? folder : "tael-data";
	}
	return check_needed(argv[0], options, n);
}

int cli_failed(const char *name, enum err e)
{
	const char *text = err_text();

	fprintf(stderr, "%s: %s", name, *text ? text : err_doc(e));
	if (*err_param() && !strstr(text, err_param()))
		fprintf(stderr, " (%s)", err_param());
	fputc('\n', stderr);
	return err_kind(e) == KIND_USAGE ? CLI_USAGE : CLI_FAILED;
}

static int take_option(char **argv, int argc, int *i, const struct cli_option *options, size_t n)
{
	struct str word = str_of(argv[*i] + 2), value = { 0 };
	size_t equals = str_find(word, '=');
	struct str name = { word.p, equals };
	const struct cli_option *o = find(options, n, name);

	if (!o)
		return cli_usage(argv[0], "there is no option '--%.*s'", (int)name.n, name.p);
	if (equals < word.n)
		value = str_skip(word, equals + 1);
	if (o->flag) {
		if (value.p)
			return cli_usage(argv[0], "--%s takes no value", o->name);
		if (*o->flag)
			return cli_usage(argv[0], "--%s is given twice", o->name);
		*o->flag = true;
		return CLI_OK;
	}
	if (!value.p && ++*i < argc)
		value = str_of(argv[*i]);
	if (!value.p)
		return cli_usage(argv[0], "--%s needs a value", o->name);
	if (*o->text)
		return cli_usage(argv[0], "--%s is given twice", o->name);
	*o->text = value.p;
	return CLI_OK;
}

static int take_argument(char **argv, const char *word, const struct cli_option *options, size_t n)
{
	/* A lone "-" is a file's name: standard input. */
	if (word[0] == '-' && word[1] != '\0')
		return cli_usage(argv[0], "there is no option '%s'", word);
	for (size_t i = 0; i < n; i++) {
		if (!options[i].argument || *options[i].text)
			continue;
		*options[i].text = word;
		return CLI_OK;
	}
	return cli_usage(argv[0], "unexpected argument '%s'", word);
}

static const struct cli_option *find(const struct cli_option *options, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (!options[i].argument && str_is(name, options[i].name))
			return &options[i];
	return NULL;
}

static void clear(const struct cli_option *options, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CHECK(!options[i].text != !options[i].flag);
		if (options[i].text)
			*options[i].text = NULL;
		else
			*options[i].flag = false;
	}
}

static int check_needed(const char *name, const struct cli_option *options, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!options[i].needed || *options[i].text)
			continue;
		if (options[i].argument)
			return cli_usage(name, "%s is missing", options[i].name);
		return cli_usage(name, "--%s is missing", options[i].name);
	}
	return CLI_OK;
}
