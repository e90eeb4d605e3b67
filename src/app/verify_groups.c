/* verify_groups.c - groups name the transfers that the journal has of them, and no others. */
#include "app/verify_run.h"

#include "app/group.h"
#include "core/reason.h"

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static void compare(struct verify_run *v, int64_t id, const struct rows *r);

void verify_groups_add(struct verify_run *v, const struct verify_transfer *t)
{
	struct verify_group *g;

	/* A conversion's transfers are grouped by it. */
	if (t->group == 0 || t->reason == REASON_CONVERSION)
		return;
	g = verify_table_add(&v->groups, t->group);
	if (g->count++ == 0)
		g->first = t->id;
	g->last = t->id;
	g->app = t->app;
}

enum err verify_groups_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	return caught_up ? page(slice->v, tx, slice) : ERR_OK;
}

#define COLUMNS \
	"select id, app_id, status, first_transfer, last_transfer, count from transfer_group"

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	struct rows r;
	size_t n = 0;

	TX_GET(tx, &r, COLUMNS " where merchant_id = $1 and id > $2 order by id limit $3",
	       V_I(v->merchant), V_I(slice->after), V_I(VERIFY_PAGE));
	for (; rows_next(&r); n++) {
		slice->after = row_i(&r, 0);
		compare(v, slice->after, &r);
		v->counts->groups++;
	}
	slice->more = n == VERIFY_PAGE;
	return rows_end(&r);
}

/* r: its row; NULL: it has none. */
static void compare(struct verify_run *v, int64_t id, const struct rows *r)
{
	static const char JOURNAL[] = "the journal has";
	static const struct verify_group NOTHING;
	struct verify_group *g = verify_table_find(&v->groups, id);
	const struct verify_group *is = g ? g : &NOTHING;
	struct verify_faults f = { .n = 0 };
	char text[ID_TEXT];

	if (g)
		g->seen = 1;
	if (r == NULL) {
		verify_fault(&f, "the journal made it, and it has no row");
	} else {
		verify_same(&f, "count", row_i(r, 5), JOURNAL, is->count);
		if (row_i(r, 3) != is->first || row_i(r, 4) != is->last)
			verify_fault(&f,
				     "its first and last transfer are others than the journal's");
		if (g && row_i(r, 1) != is->app)
			verify_fault(&f, "its transfers are another app's");
		if (g && row_i(r, 2) != GROUP_DONE)
			verify_fault(&f, "it is not done, and the journal has its transfers");
		if (g && id >= is->first)
			verify_fault(&f, "its id is not below its transfers'");
	}
	if (f.n == 0)
		return;
	id_write(ID_GROUP, id, text);
	verify_report_faults(v, "transfer_group", text, &f);
}

enum err verify_groups_end(struct verify_run *v, struct tx *tx)
{
	const struct verify_group *g;
	size_t at = 0;

	while ((g = verify_table_next(&v->groups, &at)) != NULL) {
		struct rows r;
		bool found;

		if (g->seen)
			continue;
		/* Its row may be younger than its page, or not have been done then. */
		TX_ONE(tx, &r, &found, COLUMNS " where merchant_id = $1 and id = $2",
		       V_I(v->merchant), V_I(g->id));
		compare(v, g->id, found ? &r : NULL);
		TRY(rows_end(&r));
	}
	return ERR_OK;
}
