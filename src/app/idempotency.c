#include "app/idempotency.h"

#include "sys/crypto.h"

#include <string.h>

void idempotency_digest(struct idempotency *i, struct str method, struct str target,
			struct str body)
{
	struct sha256_run *run = sha256_begin();

	/* Neither a method nor a target can hold a line feed. */
	sha256_add(run, method.p, method.n);
	sha256_add(run, "\n", 1);
	sha256_add(run, target.p, target.n);
	sha256_add(run, "\n", 1);
	sha256_add(run, body.p, body.n);
	sha256_end(run, i->digest.bytes);
}

enum err idempotency_find(struct tx *tx, const struct idempotency *i, struct arena *arena,
			  struct idempotency_row *row)
{
	struct rows rows;
	bool found, same = true;

	*row = (struct idempotency_row){ .body = STR("") };
	if (*i->key == '\0')
		return ERR_OK;
	TX_ONE(tx, &rows, &found,
	       "select digest, object, status, body from idempotency_key"
	       " where merchant_id = $1 and app_id = $2 and key = $3 and created_at > $4",
	       V_I(tx_merchant(tx)), V_I(i->app), V_T(i->key), V_I(tx_now(tx) - IDEMPOTENCY_MS));
	if (found) {
		struct str digest = row_s(&rows, 0);

		same = digest.n == sizeof(i->digest.bytes) &&
		       memcmp(digest.p, i->digest.bytes, digest.n) == 0;
		row->object = row_i(&rows, 1);
		row->status = (int)row_i(&rows, 2);
		if (arena != NULL)
			row->body = (struct str){ arena_text(arena, row_s(&rows, 3)),
						  row_s(&rows, 3).n };
	}
	TRY(rows_end(&rows));
	if (!same)
		FAIL_AT(ERR_KEY_REUSED, "Idempotency-Key",
			"this key was sent before with another method, path or body");
	return ERR_OK;
}

/* A row that is over its time but not yet swept is written over. */
static void put(struct tx *tx, const struct idempotency *i, int64_t object, int status,
		struct str body)
{
	if (*i->key == '\0')
		return;
	TX_PUT(tx, 1,
	       "insert into idempotency_key"
	       " (merchant_id, app_id, key, digest, object, status, body, created_at)"
	       " values ($1, $2, $3, $4, $5, $6, $7, $8)"
	       " on conflict (merchant_id, app_id, key) do update set digest = excluded.digest,"
	       " object = excluded.object, status = excluded.status, body = excluded.body,"
	       " created_at = excluded.created_at",
	       V_I(tx_merchant(tx)), V_I(i->app), V_T(i->key),
	       V_B(i->digest.bytes, sizeof(i->digest.bytes)), V_ID(object), V_ID(status),
	       status != 0 ? V_S(body) : V_NULL, V_I(tx_now(tx)));
}

void idempotency_put(struct tx *tx, const struct idempotency *i, int status, struct str body)
{
	put(tx, i, 0, status, body);
}

void idempotency_name(struct tx *tx, const struct idempotency *i, int64_t object)
{
	put(tx, i, object, 0, STR(""));
}

enum err idempotency_fill(struct tx *tx, const struct idempotency *i, int status, struct str body)
{
	struct idempotency_row row;
	enum err e = idempotency_find(tx, i, NULL, &row);

	if (e == ERR_KEY_REUSED)
		return ERR_OK;
	TRY(e);
	if (row.status == 0)
		put(tx, i, row.object, status, body);
	return ERR_OK;
}

void idempotency_drop(struct tx *tx, const struct idempotency *i)
{
	if (*i->key == '\0')
		return;
	TX_PUT(tx, TX_ANY,
	       "delete from idempotency_key"
	       " where merchant_id = $1 and app_id = $2 and key = $3 and digest = $4 and status is "
	       "null",
	       V_I(tx_merchant(tx)), V_I(i->app), V_T(i->key),
	       V_B(i->digest.bytes, sizeof(i->digest.bytes)));
}

enum err idempotency_sweep(struct tx *tx, const void *ask, void *answer)
{
	const int64_t *max = ask;

	(void)answer;
	TX_PUT(tx, TX_ANY,
	       "delete from idempotency_key where (merchant_id, app_id, key) in"
	       " (select merchant_id, app_id, key from idempotency_key"
	       "  where merchant_id = $1 and created_at <= $2 order by created_at limit $3)",
	       V_I(tx_merchant(tx)), V_I(tx_now(tx) - IDEMPOTENCY_MS), V_I(*max));
	return ERR_OK;
}
