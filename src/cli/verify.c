/* verify.c - `tael verify` */
#include "app/verify.h"

#include "cli/options.h"
#include "cli/world.h"
#include "sys/cleanup.h"
#include "sys/clock.h"
#include "sys/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { SHOWN_MAX = 1000, BAR_CELLS = 40, BAR_AFTER_MS = 300 };

static int run(int argc, char **argv);

const struct command CMD_VERIFY = {
	.noun = "verify",
	.summary = "recompute the books from the journal and name what does not agree",
	.help = "usage: tael verify [--merchant MERCHANT] [--data DIR] [--json]\n"
		"\n"
		"Recomputes, with code of its own, every balance, held sum, version and chain\n"
		"of transfers, the zero sum of every asset, the hashes of the journal, holds,\n"
		"request numbers, orders, payments, refunds, open cases, reversals, conversions,\n"
		"groups, charges, cleared months and points that expire, and names each row that "
		"does\n"
		"not agree.  It only reads; a server may run.  Exits 3 when it found something.\n"
		"\n"
		"  --merchant MERCHANT   this one only\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print "
		"{\"ok\",\"merchants\",\"transfers\",...,\"findings\":\n"
		"                        [{\"merchant\",\"kind\",\"row\",\"text\",\"expected\",\n"
		"                        \"found\"}]}; expected and found are null where it is\n"
		"                        not one number that should be another\n"
		"\n"
		"  tael verify --data /var/lib/tael\n",
	.run = run,
};

/* What is told while it runs. */
struct telling {
	bool json, bar;
	struct jout findings;
	int64_t shown;
	int64_t bar_from; /* when the bar begins to show */
	int cells;        /* of the bar, as drawn */
};

static enum err check(const char *dir, int64_t merchant, struct telling *t,
		      struct verify_counts *counts);
static void found(void *self, const struct verify_finding *f);
static void progress(void *self, int64_t merchant, int64_t done, int64_t all);
static void number(struct jout *w, const char *key, bool known, int64_t n);
static void clear_bar(struct telling *t);
static void print_json(const struct telling *t, const struct verify_counts *c);
static void print_text(const struct verify_counts *c);

static int run(int argc, char **argv)
{
	struct telling t = { .cells = -1 };
	struct verify_counts counts = { 0 };
	const char *dir, *merchant;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_TEXT("merchant", &merchant),
		OPT_JSON(&t.json),
	};
	int64_t id = 0;
	enum err e = ERR_OK;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	t.bar = isatty(STDERR_FILENO) == 1;
	t.bar_from = clock_system()->mono_ms(clock_system()) + BAR_AFTER_MS;
	jout_open(&t.findings);
	if (merchant)
		e = id_read(ID_MERCHANT, str_of(merchant), &id);
	if (e == ERR_OK)
		e = check(dir, id, &t, &counts);
	clear_bar(&t);
	if (e == ERR_OK && t.json)
		print_json(&t, &counts);
	else if (e == ERR_OK)
		print_text(&counts);
	jout_free(&t.findings);
	if (e != ERR_OK)
		return cli_failed(argv[0], e);
	return counts.findings > 0 ? CLI_FOUND : CLI_OK;
}

static enum err check(const char *dir, int64_t merchant, struct telling *t,
		      struct verify_counts *counts)
{
	CLEANUP(world_close) struct world w = { 0 };
	const struct world_ask ask = { .dir = dir, .mode = WORLD_READ };
	const struct verify_ask verify_ask = {
		.merchant = merchant,
		.found = found,
		.progress = progress,
		.self = t,
	};

	TRY(world_open(&ask, &w));
	jout_array(&t->findings, "findings");
	TRY(verify(w.services.store, &verify_ask, counts));
	jout_array_end(&t->findings);
	return ERR_OK;
}

static void found(void *self, const struct verify_finding *f)
{
	struct telling *t = self;
	char merchant[ID_TEXT];

	if (t->shown++ >= SHOWN_MAX)
		return;
	if (t->json) {
		jout_object(&t->findings, NULL);
		jout_id(&t->findings, "merchant", ID_MERCHANT, f->merchant);
		jout_text(&t->findings, "kind", f->table);
		jout_text(&t->findings, "row", f->row);
		jout_text(&t->findings, "text", f->what);
		number(&t->findings, "expected", f->has_numbers, f->expected);
		number(&t->findings, "found", f->has_numbers, f->found);
		jout_object_end(&t->findings);
		return;
	}
	clear_bar(t);
	id_write(ID_MERCHANT, f->merchant, merchant);
	printf("%s  %s %s: %s\n", merchant, f->table, f->row, f->what);
}

static void number(struct jout *w, const char *key, bool known, int64_t n)
{
	if (known)
		jout_integer(w, key, n);
	else
		jout_null(w, key);
}

/* Only what takes long shows how far it is. */
static void progress(void *self, int64_t merchant, int64_t done, int64_t all)
{
	struct telling *t = self;
	char text[ID_TEXT];
	int cells = all > 0 ? (int)((i128)done * BAR_CELLS / all) : BAR_CELLS;

	if (!t->bar || cells == t->cells || clock_system()->mono_ms(clock_system()) < t->bar_from)
		return;
	t->cells = cells;
	id_write(ID_MERCHANT, merchant, text);
	fprintf(stderr, "\r%s [%.*s%*s]", text, cells, "########################################",
		BAR_CELLS - cells, "");
	(void)fflush(stderr);
}

static void clear_bar(struct telling *t)
{
	if (t->cells >= 0)
		fprintf(stderr, "\r%*s\r", ID_TEXT + BAR_CELLS + 3, "");
	t->cells = -1;
}

static void print_json(const struct telling *t, const struct verify_counts *c)
{
	CLEANUP(jout_free) struct jout out;

	jout_open(&out);
	jout_object(&out, NULL);
	jout_bool(&out, "ok", c->findings == 0);
	jout_integer(&out, "merchants", c->merchants);
	jout_integer(&out, "batches", c->batches);
	jout_integer(&out, "transfers", c->transfers);
	jout_integer(&out, "accounts", c->accounts);
	jout_integer(&out, "holds", c->holds);
	jout_integer(&out, "request_keys", c->keys);
	jout_integer(&out, "orders", c->orders);
	jout_integer(&out, "payments", c->payments);
	jout_integer(&out, "refunds", c->refunds);
	jout_integer(&out, "cases", c->cases);
	jout_integer(&out, "reversals", c->reversals);
	jout_integer(&out, "conversions", c->conversions);
	jout_integer(&out, "groups", c->groups);
	jout_integer(&out, "charges", c->charges);
	jout_integer(&out, "clearings", c->clearings);
	jout_integer(&out, "found", c->findings);
	jout_object_end(&out);
	/* The findings, already a member of their own, come last. */
	printf("%.*s,%s}\n", (int)(out.n - 1), out.p, t->findings.p);
}

static void print_text(const struct verify_counts *c)
{
	if (c->findings > SHOWN_MAX)
		printf("… and %" PRId64 " more\n", c->findings - SHOWN_MAX);
	printf("%" PRId64 " merchants, %" PRId64 " batches, %" PRId64 " transfers, %" PRId64
	       " accounts, %" PRId64 " holds, %" PRId64 " request keys,\n%" PRId64
	       " orders, %" PRId64 " payments, %" PRId64 " refunds, %" PRId64 " cases,\n%" PRId64
	       " reversals, %" PRId64 " conversions, %" PRId64 " groups, %" PRId64
	       " charges, %" PRId64 " clearings: ",
	       c->merchants, c->batches, c->transfers, c->accounts, c->holds, c->keys, c->orders,
	       c->payments, c->refunds, c->cases, c->reversals, c->conversions, c->groups,
	       c->charges, c->clearings);
	if (c->findings == 0)
		puts("the books agree");
	else
		printf("%" PRId64 " rows do not agree\n", c->findings);
}
