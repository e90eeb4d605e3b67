#include "cli/admin.h"

#include "base/check.h"
#include "cli/control.h"
#include "cli/options.h"
#include "cli/world.h"
#include "sys/cleanup.h"
#include "sys/secret.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOCKED_TRIES = 100, LOCKED_PAUSE_MS = 50 };

static enum err serve_line(struct services *s, struct str line, char *args, struct jout *result);
static void write_answer(enum err e, const struct jout *result, struct jout *answer);
static enum err ask_somebody(const char *dir, const struct admin_op *op, struct str line,
			     struct jout *answer);
static enum err ask_ourselves(const char *dir, const struct admin_op *op, struct str line,
			      struct jout *answer);
static void pause_a_little(void);
static enum err read_answer(struct str answer, struct jout *result);
static enum err error_named(const char *name);

void admin_serve(struct services *s, struct str line, struct jout *answer)
{
	CLEANUP(jout_free) struct jout result;
	char *args = malloc(line.n + 1);
	enum err e;

	CHECK(args);
	jout_open(&result);
	e = serve_line(s, line, args, &result);
	write_answer(e, &result, answer);
	/* Arguments and results may hold secrets. */
	wipe(args, line.n + 1);
	free(args);
	wipe(result.p, result.n);
}

static enum err serve_line(struct services *s, struct str line, char *args, struct jout *result)
{
	const struct admin_op *op;
	char name[48] = "";
	struct jin r;

	jin_open(&r, line);
	jin_text(&r, "name", JIN_NEEDED, name, sizeof(name));
	jin_object_text(&r, "args", JIN_NEEDED, args, line.n + 1);
	TRY(jin_done(&r));
	op = admin_op_find(str_of(name));
	if (!op)
		FAIL_AT(ERR_NO_ROUTE, "name", "there is no operation of this name");
	jin_open(&r, str_of(args));
	jout_object(result, NULL);
	TRY(op->run(s, &r, result));
	jout_object_end(result);
	return ERR_OK;
}

static void write_answer(enum err e, const struct jout *result, struct jout *answer)
{
	jout_object(answer, NULL);
	if (e == ERR_OK) {
		jout_raw(answer, "result", (struct str){ result->p, result->n });
	} else {
		jout_object(answer, "error");
		jout_text(answer, "code", err_name(e));
		jout_text(answer, "text", *err_text() ? err_text() : err_doc(e));
		jout_text(answer, "param", err_param());
		jout_object_end(answer);
	}
	jout_object_end(answer);
}

void admin_begin(struct jout *args)
{
	char token[ADMIN_TOKEN_TEXT];

	rand_hex(rand_system(), (ADMIN_TOKEN_TEXT - 1) / 2, token);
	jout_open(args);
	jout_object(args, NULL);
	jout_text(args, "token", token);
}

enum err admin_call(const char *dir, const char *op, struct jout *args, struct jout *result)
{
	CLEANUP(jout_free) struct jout line, answer;
	const struct admin_op *found = admin_op_find(str_of(op));
	enum err e;

	CHECK(found);
	jout_open(&line);
	jout_open(&answer);
	jout_object_end(args);
	jout_object(&line, NULL);
	jout_text(&line, "name", op);
	jout_raw(&line, "args", (struct str){ args->p, args->n });
	jout_object_end(&line);
	wipe(args->p, args->n);
	e = ask_somebody(dir, found, (struct str){ line.p, line.n }, &answer);
	wipe(line.p, line.n);
	if (e == ERR_OK)
		e = read_answer((struct str){ answer.p, answer.n }, result);
	wipe(answer.p, answer.n);
	return e;
}

/* Whoever has the lock may be a server, which is asked, or another command, which soon ends. */
static enum err ask_somebody(const char *dir, const struct admin_op *op, struct str line,
			     struct jout *answer)
{
	enum err e = ERR_LOCKED;

	for (int i = 0; i < LOCKED_TRIES && e == ERR_LOCKED; i++) {
		if (i > 0)
			pause_a_little();
		e = ask_ourselves(dir, op, line, answer);
		if (e != ERR_LOCKED)
			return e;
		e = control_ask(dir, line, answer);
	}
	return e;
}

static enum err ask_ourselves(const char *dir, const struct admin_op *op, struct str line,
			      struct jout *answer)
{
	CLEANUP(world_close) struct world w = { 0 };
	const struct world_ask ask = {
		.dir = dir,
		.mode = op->reads ? WORLD_READ : WORLD_WRITE,
		.secrets = op->secrets,
	};

	TRY(world_open(&ask, &w));
	admin_serve(&w.services, line, answer);
	return ERR_OK;
}

static void pause_a_little(void)
{
	struct clock *clock = clock_system();
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t never;
	int64_t until = clock_after(clock->mono_ms(clock), LOCKED_PAUSE_MS);

	clock_cond_init(&never);
	pthread_mutex_lock(&lock);
	while (clock->mono_ms(clock) < until)
		(void)clock->wait(clock, &never, &lock, until);
	pthread_mutex_unlock(&lock);
	pthread_cond_destroy(&never);
	pthread_mutex_destroy(&lock);
}

static enum err read_answer(struct str answer, struct jout *result)
{
	char *text = malloc(answer.n + 1);
	char code[40] = "", words[ERR_TEXT_MAX] = "", param[ERR_PARAM_MAX] = "";
	struct jin r, error;
	enum err e;

	CHECK(text);
	jin_open(&r, answer);
	if (jin_enter(&r, "error", JIN_OPTIONAL, &error)) {
		jin_text(&error, "code", JIN_NEEDED, code, sizeof(code));
		jin_text(&error, "text", JIN_NEEDED, words, sizeof(words));
		jin_text(&error, "param", JIN_NEEDED, param, sizeof(param));
		jin_leave(&error);
	} else {
		jin_object_text(&r, "result", JIN_NEEDED, text, answer.n + 1);
	}
	e = jin_done(&r);
	if (e == ERR_OK && *code)
		e = err_set(error_named(code), ERR_WHERE, param, "%s", words);
	else if (e == ERR_OK)
		jout_raw(result, NULL, str_of(text));
	wipe(text, answer.n + 1);
	free(text);
	return e;
}

static enum err error_named(const char *name)
{
	for (int e = ERR_OK + 1; e < ERR_N; e++)
		if (strcmp(err_name((enum err)e), name) == 0)
			return (enum err)e;
	return ERR_INTERNAL;
}

int admin_command(const char *command, const char *dir, const char *op, struct jout *args,
		  bool json, void (*show)(struct jin *result))
{
	CLEANUP(jout_free) struct jout result;
	struct jin r;
	enum err e;

	jout_open(&result);
	e = admin_call(dir, op, args, &result);
	if (e != ERR_OK)
		return cli_failed(command, e);
	if (json) {
		puts(result.p);
	} else {
		jin_open(&r, (struct str){ result.p, result.n });
		jin_allow_unknown(&r);
		show(&r);
		CHECK(jin_done(&r) == ERR_OK);
	}
	wipe(result.p, result.n);
	return CLI_OK;
}

int admin_list_command(int argc, char **argv, const char *op, void (*show)(struct jin *result))
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_TEXT("merchant", &merchant),
		OPT_JSON(&json),
	};

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	return admin_command(argv[0], dir, op, &args, json, show);
}
