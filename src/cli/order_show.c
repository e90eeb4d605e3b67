/* order_show.c - `tael order show`: an order, its attempt, and everything that happened to it. */
#include "app/app.h"
#include "app/call_log.h"
#include "app/order_row.h"
#include "app/order_timeline.h"
#include "app/order_view.h"
#include "base/money.h"
#include "base/time.h"
#include "cli/admin_ops.h"
#include "cli/options.h"
#include "cli/world.h"
#include "sys/cleanup.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static int run(int argc, char **argv);

const struct command CMD_ORDER_SHOW = {
	.noun = "order",
	.verb = "show",
	.summary = "show an order and everything that happened to it",
	.help = "usage: tael order show ORDER [--app APP] [--merchant MERCHANT] [--data DIR]\n"
		"                       [--json]\n"
		"\n"
		"  ORDER                 its id (ord_...), or the shop's own out_order_no\n"
		"  --app APP             whose out_order_no, where several apps used it\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print {\"order\":{...},\"timeline\":[...]}\n"
		"\n"
		"  tael order show ord_0HZX3K9F2M7QA\n",
	.run = run,
};

enum { ARENA_CAP = 4 << 20 };

struct wanted {
	const char *name;
	int64_t merchant, app, order;
	struct arena *arena;
};

static enum err load(const char *dir, const char *merchant, const char *app, struct wanted *w,
		     struct order_view *view, struct timeline *timeline);
static void add_calls(const char *dir, const struct wanted *w, struct timeline *timeline);
static enum err find_number(const struct services *s, struct wanted *w);
static enum err by_number(struct tx *tx, const void *ask, void *answer);
static enum err get_view(struct tx *tx, const void *ask, void *answer);
static void print_json(const struct order_view *v, const struct timeline *t);
static void print_text(const struct order_view *v, const struct timeline *t);
static void print_attempt(const struct attempt *a);
static void print_time(const char *title, int64_t ms);

static int run(int argc, char **argv)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_CAP);
	struct wanted w = { .arena = arena };
	struct order_view *view = arena_alloc(arena, sizeof(*view));
	struct timeline *timeline = arena_alloc(arena, sizeof(*timeline));
	const char *dir, *merchant, *app;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),        OPT_ARGUMENT("ORDER", &w.name),
		OPT_TEXT("app", &app), OPT_TEXT("merchant", &merchant),
		OPT_JSON(&json),
	};
	enum err e;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	e = load(dir, merchant, app, &w, view, timeline);
	if (e != ERR_OK)
		return cli_failed(argv[0], e);
	if (json)
		print_json(view, timeline);
	else
		print_text(view, timeline);
	return CLI_OK;
}

static enum err load(const char *dir, const char *merchant, const char *app, struct wanted *w,
		     struct order_view *view, struct timeline *timeline)
{
	CLEANUP(world_close) struct world world = { 0 };
	const struct world_ask ask = { .dir = dir, .mode = WORLD_READ };
	struct store *store;
	struct timeline_ask timeline_ask = { .arena = w->arena };

	TRY(world_open(&ask, &world));
	store = world.services.store;
	if (merchant)
		TRY(id_read(ID_MERCHANT, str_of(merchant), &w->merchant));
	if (app)
		TRY(id_read(ID_APP, str_of(app), &w->app));
	TRY(op_merchant(&world.services, &w->merchant));
	if (id_read(ID_ORDER, str_of(w->name), &w->order) != ERR_OK)
		TRY(find_number(&world.services, w));
	TRY(store_read(store, w->merchant, get_view, w, view));
	timeline_ask.order = w->order;
	TRY(store_read(store, w->merchant, order_timeline, &timeline_ask, timeline));
	add_calls(dir, w, timeline);
	return ERR_OK;
}

/* A server writes it; where there is none yet, none is made. */
static void add_calls(const char *dir, const struct wanted *w, struct timeline *timeline)
{
	struct call_log *calls = NULL;
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/calls.log", dir);
	if (access(path, W_OK) != 0 || call_log_open(dir, clock_system(), 0, &calls) != ERR_OK)
		return;
	timeline_add_calls(timeline, calls, w->order, w->arena);
	call_log_close(calls);
}

/* The shop's number is an app's own, so each app is asked unless one is named. */
static enum err find_number(const struct services *s, struct wanted *w)
{
	struct apps *page = arena_alloc(w->arena, sizeof(*page));
	int64_t after = 0, found = 0, order;

	do {
		TRY(apps_list(s, w->merchant, after, page));
		for (size_t i = 0; i < page->n; i++) {
			struct wanted one = *w;

			after = one.app = page->apps[i].id;
			if (w->app != 0 && w->app != one.app)
				continue;
			TRY(store_read(s->store, w->merchant, by_number, &one, &order));
			if (order != 0 && found != 0)
				FAIL_AT(ERR_USAGE, "app",
					"several apps have this number: name one with --app");
			found = order != 0 ? order : found;
		}
	} while (page->n == APPS_PAGE);
	if (found == 0)
		FAIL(ERR_NOT_FOUND, "the merchant has no such order");
	w->order = found;
	return ERR_OK;
}

static enum err by_number(struct tx *tx, const void *ask, void *answer)
{
	const struct wanted *w = ask;
	int64_t *id = answer;
	struct rows r;

	TX_GET(tx, &r,
	       "select id from orders where merchant_id = $1 and app_id = $2 and out_order_no = $3",
	       V_I(tx_merchant(tx)), V_I(w->app), V_T(w->name));
	*id = rows_next(&r) ? row_i(&r, 0) : 0;
	return rows_end(&r);
}

static enum err get_view(struct tx *tx, const void *ask, void *answer)
{
	const struct wanted *w = ask;

	return order_view_get(tx, w->app, w->order, w->arena, answer);
}

static void print_json(const struct order_view *v, const struct timeline *t)
{
	CLEANUP(jout_free) struct jout out;

	jout_open(&out);
	jout_object(&out, NULL);
	order_write(&out, "order", &v->order, v->livemode, v->has_attempt ? &v->attempt : NULL,
		    v->has_attempt ? &v->action : NULL);
	jout_array(&out, "timeline");
	for (size_t i = 0; i < t->n; i++) {
		const struct happening *h = &t->happenings[i];

		jout_object(&out, NULL);
		jout_time(&out, "at", h->at_ms);
		jout_text(&out, "what", h->what);
		jout_text(&out, "id", h->id);
		jout_text(&out, "text", h->text);
		if (h->fen != 0)
			jout_integer(&out, "amount", h->fen);
		else
			jout_null(&out, "amount");
		jout_object_end(&out);
	}
	jout_array_end(&out);
	jout_object_end(&out);
	puts(out.p);
}

static void print_text(const struct order_view *v, const struct timeline *t)
{
	static const char *const FLAGS[] = { " late", " twice", " over", " under" };
	const struct order *o = &v->order;
	char id[ID_TEXT], amount[YUAN_TEXT], paid[YUAN_TEXT], refunded[YUAN_TEXT];
	char at[RFC3339_TEXT];

	id_write(ID_ORDER, o->id, id);
	yuan_write(o->amount, amount);
	yuan_write(o->amount_paid, paid);
	yuan_write(o->amount_refunded, refunded);
	printf("order     %s  %s%s", id, order_status_name(o->status), v->livemode ? "" : "  test");
	for (unsigned i = 0; i < CLI_COUNT(FLAGS); i++)
		fputs(o->flags & 1U << i ? FLAGS[i] : "", stdout);
	printf("\nnumber    %s\namount    %s yuan, paid %s, refunded %s\nsubject   %s\n",
	       o->out_order_no, amount, paid, refunded, o->subject);
	if (*o->user)
		printf("user      %s\n", o->user);
	print_time("created", o->created_at);
	print_time("expires", o->expires_at);
	print_time("paid", o->paid_at);
	print_time("closed", o->closed_at);
	if (v->has_attempt)
		print_attempt(&v->attempt);
	puts("");
	for (size_t i = 0; i < t->n; i++) {
		const struct happening *h = &t->happenings[i];

		rfc3339_write(h->at_ms, at);
		yuan_write(h->fen, amount);
		printf("%s  %-16s %-22s %s%s%s\n", at, h->what, h->id, h->text,
		       h->fen != 0 ? "  " : "", h->fen != 0 ? amount : "");
	}
}

static void print_attempt(const struct attempt *a)
{
	char id[ID_TEXT], worth[YUAN_TEXT];

	id_write(ID_ATTEMPT, a->id, id);
	printf("attempt   %s  %s  %s%s%s\n", id, a->method, attempt_status_name(a->status),
	       *a->error_text ? ": " : "", a->error_text);
	for (size_t i = 0; i < a->legs_n; i++) {
		yuan_write(a->legs[i].worth, worth);
		printf("          %s/%s  %lld = %s yuan\n", a->legs[i].holder,
		       a->legs[i].asset_code, (long long)a->legs[i].amount, worth);
	}
}

static void print_time(const char *title, int64_t ms)
{
	char at[RFC3339_TEXT];

	if (ms == 0)
		return;
	rfc3339_write(ms, at);
	printf("%-9s %s\n", title, at);
}
