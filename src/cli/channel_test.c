/* channel_test.c - `tael channel test` */
#include "cli/admin_ops.h"
#include "cli/gateway.h"
#include "cli/options.h"
#include "cli/world.h"
#include "sys/cleanup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int run(int argc, char **argv);

const struct command CMD_CHANNEL_TEST = {
	.noun = "channel",
	.verb = "test",
	.summary = "ask a channel's gateway something harmless, and explain what fails",
	.help = "usage: tael channel test [NAME] [--merchant MERCHANT] [--data DIR] [--json]\n"
		"\n"
		"Sends one signed query for a number that nobody gave, with the newest keys of\n"
		"the channel account NAME (without it, of the merchant's first).  The answer\n"
		"\"no such trade\", signed, shows that the way there, both sides' keys and the\n"
		"clock are right.  A WeChat account that verifies by the platform's certificates\n"
		"asks for these instead, which tries the APIv3 key too.  Exits 3 when something\n"
		"is wrong.\n"
		"\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print "
		"{\"ok\",\"account\",\"code\",\"text\",\"advice\",...}\n"
		"\n"
		"  tael channel test main\n",
	.run = run,
};

struct tested {
	struct channel_account account;
	struct gateway_talk talk;
};

static enum err test(const char *dir, const char *merchant, const char *name, struct tested *out);
static enum err find_account(struct tx *tx, const void *ask, void *answer);
static void print_json(const struct tested *t);
static void print_text(const struct tested *t);

static int run(int argc, char **argv)
{
	const char *dir, *merchant, *name;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_ARGUMENT_MAYBE("NAME", &name),
		OPT_TEXT("merchant", &merchant),
		OPT_JSON(&json),
	};
	struct tested t;
	enum err e;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	e = test(dir, merchant, name ? name : "", &t);
	if (e != ERR_OK)
		return cli_failed(argv[0], e);
	if (json)
		print_json(&t);
	else
		print_text(&t);
	return *gateway_advice(&t.talk) ? CLI_FOUND : CLI_OK;
}

static enum err test(const char *dir, const char *merchant, const char *name, struct tested *out)
{
	CLEANUP(world_close) struct world w = { 0 };
	CLEANUP(channel_keyring_releasep) struct channel_keyring *ring = NULL;
	const struct world_ask ask = {
		.dir = dir, .mode = WORLD_READ, .secrets = true, .network = true
	};
	int64_t id = 0;

	TRY(world_open(&ask, &w));
	if (merchant)
		TRY(id_read(ID_MERCHANT, str_of(merchant), &id));
	TRY(op_merchant(&w.services, &id));
	TRY(store_read(w.services.store, id, find_account, name, &out->account));
	TRY(channel_keys_get(w.services.channel_keys, id, out->account.id, &ring));
	gateway_ask(&w.services, ring, &out->talk);
	return ERR_OK;
}

/* By its name, or the first of all channels. */
static enum err find_account(struct tx *tx, const void *ask, void *answer)
{
	struct str name = str_of(ask);
	struct channel_account *out = answer;
	struct rows r;
	int64_t id;

	if (name.n > 0)
		TX_GET(tx, &r,
		       "select id from channel_account where merchant_id = $1 and name = $2",
		       V_I(tx_merchant(tx)), V_S(name));
	else
		TX_GET(tx, &r,
		       "select id from channel_account where merchant_id = $1 order by id limit 1",
		       V_I(tx_merchant(tx)));
	id = rows_next(&r) ? row_i(&r, 0) : 0;
	TRY(rows_end(&r));
	if (id == 0)
		FAIL(ERR_NOT_FOUND,
		     "the merchant has no channel account%s%s: see `tael channel "
		     "list`, `tael channel add`",
		     name.n > 0 ? " " : "", name.p);
	return channel_account_get(tx, id, out);
}

static void print_json(const struct tested *t)
{
	CLEANUP(jout_free) struct jout out;
	const struct gateway_talk *g = &t->talk;

	jout_open(&out);
	jout_object(&out, NULL);
	jout_bool(&out, "ok", !*gateway_advice(g));
	jout_id(&out, "account", ID_CHANNEL_ACCOUNT, t->account.id);
	jout_text(&out, "channel", t->account.channel);
	jout_text(&out, "name", t->account.name);
	jout_text(&out, "identity", t->account.identity);
	jout_integer(&out, "http_status", g->status);
	jout_text(&out, "code", g->answer.code);
	jout_text(&out, "text", *g->said ? g->said : g->answer.text);
	jout_integer(&out, "took_ms", g->took_ms);
	if (g->has_date)
		jout_integer(&out, "clock_off_ms", g->clock_off_ms);
	else
		jout_null(&out, "clock_off_ms");
	jout_text(&out, "advice", gateway_advice(g));
	jout_object_end(&out);
	puts(out.p);
}

static void print_text(const struct tested *t)
{
	const struct gateway_talk *g = &t->talk;

	printf("%s %s (%s): ", t->account.channel, t->account.name, t->account.identity);
	if (g->ok)
		printf("the gateway answered, signed, in %" PRId64 " ms\n", g->took_ms);
	else if (g->call != ERR_OK)
		printf("no answer: %s\n", g->said);
	else
		printf("HTTP %d, %s %s\n", g->status, g->answer.code, g->answer.text);
	if (g->has_date)
		printf("this machine's clock differs by %" PRId64 " s\n", g->clock_off_ms / 1000);
	if (*gateway_advice(g))
		printf("%s\n", gateway_advice(g));
}
