/* group_post.c - a group at once, and what both ways of doing it share. */
#include "app/group.h"

#include "app/job_put.h"

#include <stdio.h>

static enum err keep(struct tx *tx, const struct group_ask *ask, struct group *out);
static enum err culprit(const struct group_ask *ask, enum err e);
static enum err group_before(struct tx *tx, const struct group_ask *ask, int64_t *id);

enum err group_post(struct tx *tx, const void *ask_, void *answer)
{
	const struct group_ask *ask = ask_;
	struct group *out = answer;

	if (ask->later)
		return keep(tx, ask, out);
	*out = (struct group){ .status = GROUP_DONE,
			       .created_at = tx_now(tx),
			       .done_at = tx_now(tx) };
	TRY(group_move(tx, ask, tx_id(tx), out));
	if (out->count > 0)
		group_put(tx, ask->app, out);
	return ERR_OK;
}

enum err group_move(struct tx *tx, const struct group_ask *ask, int64_t id, struct group *out)
{
	struct posts posts = { .rules = transfer_rules,
			       .posts = ask->posts,
			       .n = ask->n,
			       .group = id,
			       .atomic = ask->atomic,
			       .results = ask->results };
	enum err e = tx_transfers(tx, &posts, NULL);

	if (e != ERR_OK)
		return ask->atomic ? culprit(ask, e) : e;
	out->id = id;
	out->first = out->last = out->count = 0;
	for (size_t i = 0; i < ask->n; i++) {
		const struct post_result *r = &ask->results[i];

		if (r->code != ERR_OK || r->replayed)
			continue;
		if (out->count++ == 0)
			out->first = r->id;
		out->last = r->id;
	}
	return out->count > 0 ? ERR_OK : group_before(tx, ask, &out->id);
}

/* The same failure, at the transfer that it is about: the first that has one, since all before it
 * went well. */
static enum err culprit(const struct group_ask *ask, enum err e)
{
	struct outcome o = outcome_of(e);
	char param[ERR_PARAM_MAX];
	size_t i = 0;

	while (i + 1 < ask->n && ask->results[i].code == ERR_OK)
		i++;
	(void)snprintf(param, sizeof(param), "transfers[%zu]%s%.32s", i,
		       *o.param != '\0' ? "." : "", o.param);
	FAIL_AT(e, param, "%s", o.text);
}

/* Nothing was moved now: the group of what was moved before, if anything was. */
static enum err group_before(struct tx *tx, const struct group_ask *ask, int64_t *id)
{
	struct rows r;
	bool found;
	size_t i = 0;

	*id = 0;
	while (i < ask->n && ask->results[i].code != ERR_OK)
		i++;
	if (i == ask->n)
		return ERR_OK;
	TX_ONE(tx, &r, &found, "select group_id from transfer where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(ask->results[i].id));
	if (found)
		*id = row_i(&r, 0);
	return rows_end(&r);
}

/* --- to be done later --- */

static enum err keep(struct tx *tx, const struct group_ask *ask, struct group *out)
{
	int64_t waiting = 0;
	struct rows r;
	bool found;

	TRY(group_kept(tx, ask, out, &found));
	if (found)
		return ERR_OK;
	TX_GET(tx, &r, "select count(*) from transfer_group where merchant_id = $1 and status = 1",
	       V_I(tx_merchant(tx)));
	if (rows_next(&r))
		waiting = row_i(&r, 0);
	TRY(rows_end(&r));
	if (waiting >= GROUP_PENDING_MAX)
		FAIL(ERR_BUSY, "%d groups wait already", GROUP_PENDING_MAX);
	*out = (struct group){ .id = tx_id(tx), .status = GROUP_PENDING, .created_at = tx_now(tx) };
	TX_PUT(tx, 1,
	       "insert into transfer_group (merchant_id, id, app_id, request, digest, status, body,"
	       " created_at) values ($1, $2, $3, $4, $5, 1, $6, $7)",
	       V_I(tx_merchant(tx)), V_I(out->id), V_I(ask->app), V_I(ask->request),
	       V_B(ask->digest.bytes, sizeof(ask->digest.bytes)), V_S(ask->body), V_I(tx_now(tx)));
	job_put(tx, JOB_GROUP, out->id, tx_now(tx), 0, 0);
	return ERR_OK;
}
