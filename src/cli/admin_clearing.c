/* admin_clearing.c - clearing.run. */
#include "cli/admin_ops.h"

#include "app/charge.h"
#include "app/clearing.h"
#include "base/check.h"

#include <stdlib.h>

static enum err read_month(struct jin *args, struct services *s, int32_t *month);
static enum err write_rows(struct services *s, int64_t merchant, int32_t month, struct jout *out);
static void write_row(const struct clearing *c, struct jout *out);

enum err op_clearing_run(struct services *s, struct jin *args, struct jout *out)
{
	char token[ADMIN_TOKEN_TEXT] = "", name[MONTH_TEXT];
	struct clearing_counts counts;
	int64_t merchant;
	int32_t month;

	op_token(args, token);
	op_merchant_id(args, &merchant);
	TRY(read_month(args, s, &month));
	TRY(op_merchant(s, &merchant));
	TRY(clearing_run(s, merchant, month, 0, &counts));
	month_write(month, name);
	jout_text(out, "month", name);
	jout_integer(out, "made", counts.made);
	jout_integer(out, "found", counts.found);
	return write_rows(s, merchant, month, out);
}

/* Ends the arguments.  Without a month: the last one that is over. */
static enum err read_month(struct jin *args, struct services *s, int32_t *month)
{
	char text[MONTH_TEXT] = "";

	jin_text(args, "month", JIN_OPTIONAL, text, sizeof(text));
	TRY(jin_done(args));
	if (*text != '\0')
		return month_read(str_of(text), month);
	*month = month_before(month_of(s->clock->wall_ms(s->clock)));
	return ERR_OK;
}

static enum err write_rows(struct services *s, int64_t merchant, int32_t month, struct jout *out)
{
	struct clearings_ask ask = { .month = month, .slice = { .limit = LIST_MAX } };
	struct clearings *page = malloc(sizeof(*page));
	enum err e;

	CHECK(page);
	jout_array(out, "data");
	do {
		e = store_read(s->store, merchant, clearings_list, &ask, page);
		for (size_t i = 0; e == ERR_OK && i < page->n; i++) {
			write_row(&page->clearings[i], out);
			ask.slice.number = page->clearings[i].id;
		}
	} while (e == ERR_OK && page->more);
	jout_array_end(out);
	free(page);
	return e;
}

static void write_row(const struct clearing *c, struct jout *out)
{
	jout_object(out, NULL);
	jout_id(out, "id", ID_CLEARING, c->id);
	jout_id(out, "app", ID_APP, c->app);
	jout_text(out, "asset", c->asset);
	jout_integer(out, "opening", c->opening);
	jout_integer(out, "topped_up", c->topped_up);
	jout_integer(out, "charged", c->charged);
	jout_integer(out, "rolled_back", c->rolled_back);
	jout_integer(out, "other_in", c->other_in);
	jout_integer(out, "other_out", c->other_out);
	jout_integer(out, "closing", c->closing);
	jout_integer(out, "swept", c->swept);
	jout_object_end(out);
}
