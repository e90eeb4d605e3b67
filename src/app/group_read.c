/* group_read.c - the body of a group, where it stands or by way of a tree. */
#include "app/group.h"

#include "app/transfer_read.h"

#include <stdio.h>
#include <string.h>

static bool take(struct flat *f, struct group_ask *out);
static enum err read_slowly(struct arena *arena, struct group_ask *out);

enum err group_read(struct str body, int64_t app, struct arena *arena, struct group_ask *out)
{
	struct flat f;
	size_t most = 0;

	*out = (struct group_ask){ .app = app, .atomic = true, .body = body };
	/* Each transfer brings one of these, so there are no more than that. */
	for (size_t i = 0; i < body.n; i++)
		most += body.p[i] == '{';
	if (most > GROUP_MAX)
		most = GROUP_MAX;
	out->posts = arena_alloc(arena, most * sizeof(*out->posts));
	flat_open(&f, body, arena);
	if (!take(&f, out))
		TRY(read_slowly(arena, out));
	for (size_t i = 0; i < out->n; i++)
		out->posts[i].app = app;
	out->results = arena_alloc(arena, out->n * sizeof(*out->results));
	return ERR_OK;
}

static bool take_transfers(struct flat *f, struct group_ask *out)
{
	if (!flat_mark(f, '['))
		return false;
	do {
		if (out->n == GROUP_MAX || !transfer_take(f, &out->posts[out->n]))
			return false;
		out->n++;
	} while (flat_mark(f, ','));
	return flat_mark(f, ']');
}

static bool take(struct flat *f, struct group_ask *out)
{
	bool atomic = false, async = false, transfers = false;

	if (!flat_mark(f, '{'))
		return false;
	do {
		struct str key;
		bool *seen;

		if (!flat_key(f, &key))
			return false;
		seen = str_is(key, "atomic") ? &atomic : str_is(key, "async") ? &async : &transfers;
		if (*seen)
			return false;
		*seen = true;
		if (seen == &transfers) {
			if (!str_is(key, "transfers") || !take_transfers(f, out))
				return false;
		} else if (!flat_bool(f, seen == &atomic ? &out->atomic : &out->later)) {
			return false;
		}
	} while (flat_mark(f, ','));
	return transfers && flat_mark(f, '}') && flat_done(f);
}

/* --- the slow way --- */

static bool read_one(struct jin *r, struct arena *arena, size_t i, struct post *out)
{
	struct transfer_text text;
	char key[48];
	struct jin in;
	enum err e;

	if (!jin_enter_at(r, "transfers", i, &in))
		return false;
	transfer_members(&in, &text);
	jin_leave(&in);
	if (r->fault.code != ERR_OK)
		return false;
	e = transfer_accounts(&text, arena, out);
	if (e == ERR_OK)
		return true;
	(void)snprintf(key, sizeof(key), "transfers[%zu].%.8s", i, err_param());
	jin_fault(r, e, key, err_text());
	return false;
}

static enum err read_slowly(struct arena *arena, struct group_ask *out)
{
	struct jin r;
	size_t i = 0;

	out->atomic = true;
	out->later = false;
	jin_open(&r, out->body);
	jin_bool(&r, "atomic", JIN_OPTIONAL, &out->atomic);
	jin_bool(&r, "async", JIN_OPTIONAL, &out->later);
	out->n = jin_array(&r, "transfers", JIN_NEEDED, 1, GROUP_MAX);
	while (i < out->n && read_one(&r, arena, i, &out->posts[i]))
		i++;
	return jin_done(&r);
}
