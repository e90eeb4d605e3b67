/* book_known.c - what a book remembers so that posting a transfer asks no query: the highest
 * request key of each app, and the routes that the rules allowed. */
#include "store/book_parts.h"

#include "base/check.h"
#include "store/engine.h"

#include <stdlib.h>
#include <string.h>

static enum err edge_of(struct book *b, struct tx *tx, int64_t app, struct key_edge **out);
static bool above(struct str a, const char *b);
static struct route *route_of(struct book *b, const struct post *p);
static struct str kind_of(struct str holder);

/* --- keys --- */

enum err book_key_may_be(struct book *b, struct tx *tx, int64_t app, struct str key, bool *may)
{
	struct key_edge *edge;

	TRY(edge_of(b, tx, app, &edge));
	*may = !above(key, edge->highest);
	return ERR_OK;
}

void book_key_put(struct book *b, int64_t app, struct str key)
{
	for (size_t i = 0; i < b->edges_n; i++) {
		struct key_edge *edge = &b->edges[i];

		if (edge->app == app && above(key, edge->highest))
			CHECK(str_copy(edge->highest, sizeof(edge->highest), key) == ERR_OK);
	}
}

/* It is asked of the rows once.  A key of a closure that failed may stay the highest: then more are
 * looked for than need be. */
static enum err edge_of(struct book *b, struct tx *tx, int64_t app, struct key_edge **out)
{
	struct key_edge *edge;
	struct rows r;

	for (size_t i = 0; i < b->edges_n; i++) {
		if (b->edges[i].app == app) {
			*out = &b->edges[i];
			return ERR_OK;
		}
	}
	b->edges = realloc(b->edges, (b->edges_n + 1) * sizeof(*b->edges));
	CHECK(b->edges != NULL);
	edge = &b->edges[b->edges_n];
	*edge = (struct key_edge){ .app = app };
	TX_GET_ASIDE(tx, &r,
		     "select max(key) from request_key where merchant_id = $1 and app_id = $2 and "
		     "kind = 1",
		     V_I(b->merchant), V_I(app));
	if (rows_next(&r))
		row_text(&r, 0, edge->highest, sizeof(edge->highest));
	TRY(rows_end(&r));
	b->edges_n++;
	*out = edge;
	return ERR_OK;
}

/* In the order of the rows, which is that of the bytes. */
static bool above(struct str a, const char *b)
{
	size_t n = strlen(b);
	int c = memcmp(a.p, b, a.n < n ? a.n : n);

	return c > 0 || (c == 0 && a.n > n);
}

/* --- routes --- */

enum err book_route(struct book *b, struct tx *tx, store_rules *rules, const struct post *p,
		    int64_t *asset)
{
	struct str from = kind_of(p->from), to = kind_of(p->to);
	struct route *route = route_of(b, p);

	if (route->reason != p->reason || !str_is(p->asset, route->asset) ||
	    !str_is(from, route->from) || !str_is(to, route->to)) {
		struct route found = { .reason = p->reason };

		tx->aside = true;
		enum err e = rules(tx, p, &found.asset_id);
		tx->aside = false;
		TRY(e);
		TRY(str_copy(found.asset, sizeof(found.asset), p->asset));
		TRY(str_copy(found.from, sizeof(found.from), from));
		TRY(str_copy(found.to, sizeof(found.to), to));
		*route = found;
	}
	*asset = route->asset_id;
	return ERR_OK;
}

void book_expect(const struct book *b, const struct post *p)
{
	/* Only a new asset or reason is not among the routes yet. */
	for (size_t i = 0; i < ROUTES; i++) {
		const struct route *route = &b->routes[i];

		if (route->reason == p->reason && str_is(p->asset, route->asset)) {
			accounts_expect(&b->accounts, p->from, route->asset_id);
			accounts_expect(&b->accounts, p->to, route->asset_id);
			return;
		}
	}
}

void book_rules_changed(struct book *b)
{
	memset(b->routes, 0, sizeof(b->routes));
}

static struct route *route_of(struct book *b, const struct post *p)
{
	uint64_t h = (uint64_t)p->reason * UINT64_C(0x9E3779B97F4A7C15);

	h ^= p->asset.n > 0 ? (uint8_t)p->asset.p[0] : 0;
	h ^= (p->from.n > 0 ? (uint64_t)(uint8_t)p->from.p[0] << 8 : 0) ^
	     (p->to.n > 0 ? (uint64_t)(uint8_t)p->to.p[0] << 16 : 0);
	return &b->routes[(h ^ h >> 32 ^ h >> 16) % ROUTES];
}

static struct str kind_of(struct str holder)
{
	return str_cut(holder, ':', NULL);
}
