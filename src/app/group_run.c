/* group_run.c - does what was to be done later: its transfers and its results are one commit. */
#include "app/group.h"

#include "sys/cleanup.h"

enum { RUN_ARENA = 64 << 20 };

struct waiting {
	struct arena *arena;
	int64_t id, app;
	bool found;
	struct str body;
};

static enum err read_waiting(struct tx *tx, const void *ask, void *answer);
static enum err finish(struct tx *tx, const void *ask, void *answer);

struct finish_ask {
	const struct group_ask *group;
	int64_t id;
	struct outcome unread; /* of a body that cannot be read any more */
};

enum err group_run(const struct services *s, int64_t merchant, int64_t group)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(RUN_ARENA);
	struct waiting w = { .arena = arena, .id = group };
	struct group_ask ask;
	struct finish_ask f = { .group = &ask, .id = group };
	enum err e;

	TRY(store_read(s->store, merchant, read_waiting, &w, &w));
	if (!w.found)
		return ERR_OK;
	e = group_read(w.body, w.app, arena, &ask);
	f.unread = outcome_of(e);
	return store_write(s->store, merchant, finish, &f, NULL);
}

static enum err read_waiting(struct tx *tx, const void *ask, void *answer)
{
	struct waiting *w = answer;
	struct rows r;

	(void)ask;
	TX_ONE(tx, &r, &w->found,
	       "select app_id, body from transfer_group"
	       " where merchant_id = $1 and id = $2 and status = 1",
	       V_I(tx_merchant(tx)), V_I(w->id));
	if (w->found) {
		w->app = row_i(&r, 0);
		w->body = row_s(&r, 1);
		w->body.p = arena_text(w->arena, w->body);
	}
	return rows_end(&r);
}

/* Something that was refused may go well another time: then the same body asks for that. */
static bool is_whole(const struct group_ask *ask)
{
	for (size_t i = 0; i < ask->n; i++)
		if (ask->results[i].code != ERR_OK)
			return false;
	return true;
}

static void put_done(struct tx *tx, int64_t id, const struct group *g, bool whole,
		     struct str results)
{
	TX_PUT(tx, 1,
	       "update transfer_group set status = 2, first_transfer = $3, last_transfer = $4,"
	       " count = $5, results = $6, done_at = $7,"
	       " digest = case when $8 = 1 then digest end where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(id), V_ID(g->first), V_ID(g->last), V_I(g->count),
	       V_S(results), V_I(tx_now(tx)), V_I(whole));
}

static void put_refused(struct tx *tx, int64_t id, const struct outcome *o)
{
	TX_PUT(tx, 1,
	       "update transfer_group set status = 3, digest = null, code = $3, param = $4, detail "
	       "= $5,"
	       " done_at = $6 where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(id), V_T(err_code(o->code)), V_OPT(o->param),
	       V_OPT(o->text), V_I(tx_now(tx)));
}

/* Nobody's refusal: try again later. */
static bool is_trouble(enum err e)
{
	return err_kind(e) == KIND_INTERNAL || err_kind(e) == KIND_BUSY;
}

static enum err finish(struct tx *tx, const void *ask_, void *answer)
{
	const struct finish_ask *ask = ask_;
	struct outcome o = ask->unread;
	struct group g = { .id = 0 };
	struct tx_mark mark;
	struct rows r;
	bool found;

	(void)answer;
	TX_ONE(tx, &r, &found,
	       "select 1 from transfer_group where merchant_id = $1 and id = $2 and status = 1",
	       V_I(tx_merchant(tx)), V_I(ask->id));
	TRY(rows_end(&r));
	if (!found)
		return ERR_OK;
	mark = tx_mark(tx);
	if (o.code == ERR_OK)
		o = outcome_of(group_move(tx, ask->group, ask->id, &g));
	if (is_trouble(o.code))
		return outcome_raise(&o);
	if (o.code == ERR_OK) {
		CLEANUP(jout_free) struct jout w;

		jout_open(&w);
		group_results_write(&w, ask->group->results, ask->group->n);
		put_done(tx, ask->id, &g, is_whole(ask->group), (struct str){ w.p, w.n });
	} else {
		tx_undo(tx, mark);
		put_refused(tx, ask->id, &o);
	}
	return ERR_OK;
}
