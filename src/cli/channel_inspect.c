/* channel_inspect.c - `tael channel inspect`: why was this notice or answer refused? */
#include "base/check.h"
#include "cli/options.h"
#include "cli/parts.h"
#include "sys/arena.h"
#include "sys/cleanup.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/json.h"
#include "sys/rand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int run(int argc, char **argv);

const struct command CMD_CHANNEL_INSPECT = {
	.noun = "channel",
	.verb = "inspect",
	.summary = "explain offline why a notice or an answer is accepted or refused",
	.help = "usage: tael channel inspect --channel CHANNEL --config FILE --headers FILE\n"
		"                            [--body FILE] [--query FILE] [--at SECONDS] [--json]\n"
		"\n"
		"Checks what a platform sent with the keys of a configuration, step by step,\n"
		"and says what does not fit.  Nothing is sent, stored or looked up, and no\n"
		"secret is shown.  Exits 3 when it would be refused.\n"
		"\n"
		"  --channel CHANNEL   alipay, wechat or qq\n"
		"  --config FILE       the configuration, as for `tael channel add`\n"
		"  --headers FILE      the header fields, a line each, as they came\n"
		"  --body FILE         the body, byte for byte\n"
		"  --query FILE        instead of a body: a browser's return, without '?'\n"
		"  --at SECONDS        the time it came, seconds since 1970 (default: now)\n"
		"  --json              print {\"verdict\",\"reason\",\"content\"}\n"
		"\n"
		"  tael channel inspect --channel alipay --config alipay.json --headers h.txt "
		"--body b.bin\n",
	.run = run,
};

enum { CONFIG_MAX = 16384, PART_MAX = 1 << 20, ARENA_CAP = 32 << 20 };

struct asked {
	const char *channel, *config, *headers, *body, *query;
	int64_t at_ms;
};

/* What the channel is given to read. */
struct parts {
	char *headers, *body, *query;
	size_t headers_n, body_n, query_n;
};

static enum err inspect(const struct asked *asked, struct jout *out);
static enum err read_config(const struct channel *ch, const char *file,
			    struct channel_config **out);
static enum err read_parts(const struct asked *asked, struct parts *p);
static void parts_free(struct parts *p);
static struct str header(const void *self, const char *name, bool *twice);
static int print(const struct jout *out, bool json);

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout out = { 0 };
	struct asked asked;
	const char *at;
	bool json;
	const struct cli_option options[] = {
		OPT_NEEDED("channel", &asked.channel),
		OPT_NEEDED("config", &asked.config),
		OPT_NEEDED("headers", &asked.headers),
		OPT_TEXT("body", &asked.body),
		OPT_TEXT("query", &asked.query),
		OPT_TEXT("at", &at),
		OPT_JSON(&json),
	};
	struct clock *clock = clock_system();
	int64_t seconds = 0;
	enum err e;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	if (at && str_integer(str_of(at), 0, INT64_C(253402300799), &seconds) != ERR_OK)
		return cli_usage(argv[0], "--at takes seconds since 1970, not '%s'", at);
	if (!asked.body && !asked.query)
		return cli_usage(argv[0], "--body or --query is missing");
	asked.at_ms = at ? seconds * 1000 : clock->wall_ms(clock);
	jout_open(&out);
	e = inspect(&asked, &out);
	if (e != ERR_OK)
		return cli_failed(argv[0], e);
	return print(&out, json);
}

static enum err inspect(const struct asked *asked, struct jout *out)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_CAP);
	CLEANUP(parts_free) struct parts p = { 0 };
	const struct services s = { .channels = CHANNELS };
	const struct channel *ch = services_channel(&s, str_of(asked->channel));
	const struct channel_env env = { arena, rand_system(), asked->at_ms };
	struct channel_versions versions = { .n = 1 };
	struct channel_config *config = NULL;
	struct channel_incoming in = { .header = header, .self = &p };
	bool twice;

	if (!ch)
		FAIL(ERR_USAGE, "there is no channel %s", asked->channel);
	TRY(read_parts(asked, &p));
	TRY(read_config(ch, asked->config, &config));
	versions.config[0] = config;
	in.body = (struct str){ p.body ? p.body : "", p.body_n };
	in.query = (struct str){ p.query ? p.query : "", p.query_n };
	in.type = header(&p, "Content-Type", &twice);
	jout_raw(out, NULL, ch->inspect(&versions, &in, &env));
	ch->config_free(config);
	return ERR_OK;
}

/* Nobody said whether it is a live merchant's, and that decides only which hosts it may name. */
static enum err read_config(const struct channel *ch, const char *file, struct channel_config **out)
{
	CLEANUP(secret_wipe) struct secret text = { 0 };
	char identity[33];

	TRY(file_read_secret(file, CONFIG_MAX, &text));
	if (ch->config_read(secret_reveal(&text), true, 0, identity, out) == ERR_OK)
		return ERR_OK;
	return ch->config_read(secret_reveal(&text), false, 0, identity, out);
}

static enum err read_parts(const struct asked *asked, struct parts *p)
{
	TRY(file_read(asked->headers, PART_MAX, &p->headers, &p->headers_n));
	if (asked->body)
		TRY(file_read(asked->body, PART_MAX, &p->body, &p->body_n));
	if (asked->query)
		TRY(file_read(asked->query, PART_MAX, &p->query, &p->query_n));
	/* An editor's line end is no part of a query. */
	while (p->query_n > 0 && strchr("\r\n", p->query[p->query_n - 1]))
		p->query_n--;
	return ERR_OK;
}

static void parts_free(struct parts *p)
{
	free(p->headers);
	free(p->body);
	free(p->query);
}

static struct str header(const void *self, const char *name, bool *twice)
{
	const struct parts *p = self;
	struct str text = { p->headers, p->headers_n }, found = STR("");
	size_t n = 0;

	while (text.n > 0) {
		struct str line = str_cut(text, '\n', &text), value;
		struct str field = str_cut(line, ':', &value);

		if (field.n != strlen(name) || strncasecmp(field.p, name, field.n) != 0)
			continue;
		if (n++ == 0)
			found = str_trim(value);
	}
	*twice = n > 1;
	return found;
}

static int print(const struct jout *out, bool json)
{
	char verdict[32] = "", reason[1024] = "";
	struct jin r;

	jin_open(&r, (struct str){ out->p, out->n });
	jin_allow_unknown(&r);
	jin_text(&r, "verdict", JIN_NEEDED, verdict, sizeof(verdict));
	if (jin_has(&r, "reason"))
		jin_text(&r, "reason", JIN_NEEDED, reason, sizeof(reason));
	CHECK(jin_done(&r) == ERR_OK);
	if (json)
		puts(out->p);
	else
		printf("%s%s%s\n%s\n", verdict, *reason ? ": " : "", reason, out->p);
	return strcmp(verdict, "verified") == 0 ? CLI_OK : CLI_FOUND;
}
