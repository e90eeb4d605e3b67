#include "app/order_timeline.h"

#include "app/order_row.h"

#include "base/time.h"
#include "sys/json.h"
#include "sys/log.h"

#include <stdlib.h>
#include <string.h>

enum { CALLS_MAX = 200 };

/* A timeline being gathered. */
struct gathering {
	struct tx *tx;
	const struct timeline_ask *ask;
	struct timeline *out;
};

static void add(struct gathering *g, int64_t at_ms, const char *what, const char *id,
		const char *text, int64_t fen);
static enum err add_attempts(struct gathering *g);
static enum err add_payments(struct gathering *g);
static enum err add_refunds(struct gathering *g);
static enum err add_cases(struct gathering *g);
static enum err add_transfers(struct gathering *g);
static enum err add_events(struct gathering *g);
static enum err add_deliveries(struct gathering *g);
static const char *shown(struct gathering *g, enum id_kind kind, int64_t id);
static int earlier(const void *a, const void *b);

enum err order_timeline(struct tx *tx, const void *ask, void *answer)
{
	struct gathering g = { tx, ask, answer };
	struct order o;

	g.out->n = 0;
	TRY(order_get(tx, g.ask->app, g.ask->order, &o));
	add(&g, o.created_at, "order.created", shown(&g, ID_ORDER, o.id),
	    arena_text(g.ask->arena, str_of(o.subject)), o.amount);
	TRY(add_attempts(&g));
	TRY(add_payments(&g));
	TRY(add_refunds(&g));
	TRY(add_cases(&g));
	TRY(add_transfers(&g));
	TRY(add_events(&g));
	TRY(add_deliveries(&g));
	qsort(g.out->happenings, g.out->n, sizeof(g.out->happenings[0]), earlier);
	return ERR_OK;
}

static void add(struct gathering *g, int64_t at_ms, const char *what, const char *id,
		const char *text, int64_t fen)
{
	if (g->out->n < TIMELINE_MAX)
		g->out->happenings[g->out->n++] = (struct happening){ at_ms, what, id, text, fen };
}

static const char *shown(struct gathering *g, enum id_kind kind, int64_t id)
{
	char text[ID_TEXT];

	id_write(kind, id, text);
	return arena_text(g->ask->arena, str_of(text));
}

/* --- the call log --- */

struct calls {
	struct timeline *timeline;
	struct arena *arena;
};

static void add_call(void *self, struct str line)
{
	struct calls *c = self;
	struct happening *h = &c->timeline->happenings[c->timeline->n];
	char at[RFC3339_TEXT] = "", direction[8] = "", kind[17] = "", operation[65] = "";
	char error[65] = "", event[ID_TEXT] = "";
	int64_t status = 0;
	struct jin r;

	if (c->timeline->n == TIMELINE_MAX)
		return;
	jin_open(&r, line);
	jin_allow_unknown(&r);
	jin_text(&r, "at", JIN_NEEDED, at, sizeof(at));
	jin_text(&r, "direction", JIN_OPTIONAL, direction, sizeof(direction));
	jin_text(&r, "kind", JIN_OPTIONAL, kind, sizeof(kind));
	jin_text(&r, "operation", JIN_OPTIONAL, operation, sizeof(operation));
	jin_integer(&r, "status", JIN_OPTIONAL, 0, 999, &status);
	jin_text(&r, "error", JIN_OPTIONAL, error, sizeof(error));
	jin_text(&r, "event", JIN_OPTIONAL, event, sizeof(event));
	if (jin_done(&r) != ERR_OK || rfc3339_read(str_of(at), &h->at_ms) != ERR_OK)
		return;
	h->what = strcmp(kind, "webhook") == 0 ? "webhook" : "call";
	h->id = arena_text(c->arena, str_of(event));
	h->text = arena_printf(c->arena, "%s %s %s: HTTP %lld %s", direction, kind, operation,
			       (long long)status, error);
	h->fen = 0;
	c->timeline->n++;
}

void timeline_add_calls(struct timeline *t, struct call_log *calls, int64_t order,
			struct arena *arena)
{
	struct calls c = { t, arena };
	char id[ID_TEXT];

	if (!calls)
		return;
	id_write(ID_ORDER, order, id);
	if (call_log_find(calls, id, CALLS_MAX, add_call, &c) != ERR_OK)
		log_err(LOG_WARN, "timeline.calls", ERR_IO);
	qsort(t->happenings, t->n, sizeof(t->happenings[0]), earlier);
}

/* By time; what happened in one millisecond stays in the order in which it was added. */
static int earlier(const void *a, const void *b)
{
	const struct happening *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return x < y ? -1 : 1;
}

static enum err add_attempts(struct gathering *g)
{
	struct rows r;

	TX_GET(g->tx, &r,
	       "select id, method, status, created_at, ended_at, channel_fen, error_code, "
	       "error_text "
	       "from attempt where merchant_id = $1 and order_id = $2 order by id",
	       V_I(tx_merchant(g->tx)), V_I(g->ask->order));
	while (rows_next(&r)) {
		const char *id = shown(g, ID_ATTEMPT, row_i(&r, 0));
		const char *method = arena_text(g->ask->arena, row_s(&r, 1));
		const char *status = attempt_status_name((enum attempt_status)row_i(&r, 2));
		const char *code = arena_text(g->ask->arena, row_s(&r, 6));

		add(g, row_i(&r, 3), "attempt.begun", id, method, row_i(&r, 5));
		if (!row_null(&r, 4))
			add(g, row_i(&r, 4), "attempt.ended", id,
			    arena_printf(g->ask->arena, "%s %s%s%s", method, status,
					 *code ? " " : "", code),
			    0);
		else
			add(g, row_i(&r, 3), "attempt.state", id,
			    arena_printf(g->ask->arena, "%s %s%s%s", method, status,
					 *code ? " " : "", code),
			    0);
	}
	return rows_end(&r);
}

static enum err add_payments(struct gathering *g)
{
	static const char *const SOURCES[] = { "", "by notice", "by query", "by answer",
					       "by operator" };
	struct rows r;

	TX_GET(g->tx, &r,
	       "select id, channel_number, amount, source, created_at from payment "
	       "where merchant_id = $1 and order_id = $2 order by id",
	       V_I(tx_merchant(g->tx)), V_I(g->ask->order));
	while (rows_next(&r))
		add(g, row_i(&r, 4), "payment", shown(g, ID_PAYMENT, row_i(&r, 0)),
		    arena_printf(g->ask->arena, "%s, %s", arena_text(g->ask->arena, row_s(&r, 1)),
				 SOURCES[row_i(&r, 3)]),
		    row_i(&r, 2));
	return rows_end(&r);
}

static enum err add_refunds(struct gathering *g)
{
	struct rows r;

	TX_GET(g->tx, &r,
	       "select id, kind, status, amount, created_at, ended_at from refund "
	       "where merchant_id = $1 and order_id = $2 order by id",
	       V_I(tx_merchant(g->tx)), V_I(g->ask->order));
	while (rows_next(&r)) {
		const char *id = shown(g, ID_REFUND, row_i(&r, 0));
		const char *kind = row_i(&r, 1) == REFUND_ORDER ? "order" : "exception";

		add(g, row_i(&r, 4), "refund.made", id, kind, row_i(&r, 3));
		if (!row_null(&r, 5))
			add(g, row_i(&r, 5), "refund.ended", id,
			    refund_status_name((enum refund_status)row_i(&r, 2)), row_i(&r, 3));
	}
	return rows_end(&r);
}

static enum err add_cases(struct gathering *g)
{
	static const char *const KINDS[] = { "",      "late",      "twice", "over",
					     "under", "unmatched", "short", "refund" };
	struct rows r;

	TX_GET(g->tx, &r,
	       "select id, kind, amount, created_at, settled_at from cases "
	       "where merchant_id = $1 and order_id = $2 order by id",
	       V_I(tx_merchant(g->tx)), V_I(g->ask->order));
	while (rows_next(&r)) {
		const char *id = shown(g, ID_CASE, row_i(&r, 0));
		const char *kind = KINDS[row_i(&r, 1) & 7];

		add(g, row_i(&r, 3), "case.opened", id, kind, row_i(&r, 2));
		if (!row_null(&r, 4))
			add(g, row_i(&r, 4), "case.settled", id, kind, row_i(&r, 2));
	}
	return rows_end(&r);
}

static enum err add_transfers(struct gathering *g)
{
	static const char *const KINDS[] = {
		"", "transfer", "hold", "hold.captured", "hold.released", "reversal"
	};
	struct rows r;

	TX_GET(g->tx, &r,
	       "select t.id, t.at, t.kind, t.amount, f.holder, s.code, o.holder, t.reason "
	       "from transfer t "
	       "join account f on f.merchant_id = t.merchant_id and f.id = t.from_account "
	       "join asset s on s.merchant_id = t.merchant_id and s.id = t.asset_id "
	       "left join account o on o.merchant_id = t.merchant_id and o.id = t.to_account "
	       "where t.merchant_id = $1 and t.ref = $2 order by t.id",
	       V_I(tx_merchant(g->tx)), V_T(shown(g, ID_ORDER, g->ask->order)));
	while (rows_next(&r)) {
		const char *from = arena_text(g->ask->arena, row_s(&r, 4));
		const char *asset = arena_text(g->ask->arena, row_s(&r, 5));
		const char *to = arena_text(g->ask->arena, row_s(&r, 6));

		add(g, row_i(&r, 1), KINDS[row_i(&r, 2)], shown(g, ID_TRANSFER, row_i(&r, 0)),
		    arena_printf(g->ask->arena, "%lld %s: %s%s%s, reason %lld",
				 (long long)row_i(&r, 3), asset, from, *to ? " -> " : "", to,
				 (long long)row_i(&r, 7)),
		    0);
	}
	return rows_end(&r);
}

static enum err add_events(struct gathering *g)
{
	struct rows r;

	TX_GET(g->tx, &r,
	       "select id, type, created_at from event where merchant_id = $1 and order_id = $2 "
	       "order by id",
	       V_I(tx_merchant(g->tx)), V_I(g->ask->order));
	while (rows_next(&r))
		add(g, row_i(&r, 2), "event", shown(g, ID_EVENT, row_i(&r, 0)),
		    arena_text(g->ask->arena, row_s(&r, 1)), 0);
	return rows_end(&r);
}

static enum err add_deliveries(struct gathering *g)
{
	static const char *const STATES[] = { "", "waiting", "delivered", "failed" };
	struct rows r;

	TX_GET(g->tx, &r,
	       "select d.id, d.status, d.tries, d.last_status, d.created_at, d.ended_at "
	       "from delivery d join event e on e.merchant_id = d.merchant_id and e.id = "
	       "d.event_id "
	       "where d.merchant_id = $1 and e.order_id = $2 order by d.id",
	       V_I(tx_merchant(g->tx)), V_I(g->ask->order));
	while (rows_next(&r))
		add(g, row_null(&r, 5) ? row_i(&r, 4) : row_i(&r, 5), "webhook",
		    shown(g, ID_DELIVERY, row_i(&r, 0)),
		    arena_printf(g->ask->arena, "%s after %lld tries, HTTP %lld",
				 STATES[row_i(&r, 1) & 3], (long long)row_i(&r, 2),
				 (long long)row_i(&r, 3)),
		    0);
	return rows_end(&r);
}
