/* transfer_readers.h - a transfer's body by both readers: what the hurried one takes, the thorough
 * one takes too, with the same values. */
#pragma once

#include "app/transfer_read.h"
#include "base/err.h"
#include "sys/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct readers_said {
	bool taken; /* by the hurried one */
	enum err e; /* what the thorough one says */
	bool agree; /* taken implies: accepted, and equal */
	struct post post;
};

static inline bool readers_equal(const struct post *a, const struct post *b)
{
	return str_eq(a->request_id, b->request_id) && str_eq(a->from, b->from) &&
	       str_eq(a->to, b->to) && str_eq(a->asset, b->asset) && a->amount == b->amount &&
	       a->reason == b->reason && str_eq(a->memo, b->memo) && str_eq(a->ref, b->ref);
}

static inline struct readers_said readers_ask(struct str body, struct arena *arena)
{
	struct readers_said said = { .taken = false };
	struct post slow = { .app = 0 };
	struct transfer_text text;
	struct flat f;
	struct jin r;

	flat_open(&f, body, arena);
	said.taken = transfer_take(&f, &said.post) && flat_done(&f);
	jin_open(&r, body);
	transfer_members(&r, &text);
	said.e = jin_done(&r);
	if (said.e == ERR_OK)
		said.e = transfer_accounts(&text, arena, &slow);
	said.agree = !said.taken || (said.e == ERR_OK && readers_equal(&said.post, &slow));
	if (!said.taken)
		said.post = slow;
	return said;
}
