/* batch_kit.h - long bodies of POST /v1/transfers/batch, and a scheduler for those kept for soon.
 */
#pragma once

#include "books_kit.h"

#include "app/group.h"
#include "job/kinds.h"
#include "job/scheduler.h"

#define BATCH "/v1/transfers/batch"
#define POSTED "select count(*) from transfer where reason = 300002"
/* n transfers of 1 from system to users 0..99; the `odd`-th, counted from 0, is `instead`. */
static inline char *batch_body(const char *head, size_t n, size_t odd, const char *instead)
{
	struct jout w;
	char text[300];
	size_t length;

	jout_open(&w);
	jout_raw(&w, NULL, str_of(head));
	w.comma = false;
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(text, sizeof(text),
			       "{\"request_id\":\"b-%05zu\",\"from\":\"system/gold\","
			       "\"to\":\"user:u%zu/gold\",\"amount\":1,\"reason\":300002}",
			       i, i % 100);
		jout_raw(&w, NULL, str_of(i == odd ? instead : text));
	}
	w.comma = false;
	jout_raw(&w, NULL, STR("]}"));
	return jout_take(&w, &length);
}

/* A batch to be kept for soon: one transfer of 1 for each of 12 users, number `n` of its kind. */
static inline char *batch_soon(int n)
{
	char first[200];

	(void)snprintf(first, sizeof(first), T("n-%d", "system/gold", "user:n/gold", "1", "300002"),
		       n);
	return batch_body("{\"async\":true,\"transfers\":[", 12, 0, first);
}

/* Sends it; the caller frees the reply. */
static inline void batch_post(const struct fixture *f, const char *body, struct reply *r)
{
	CALL(ask(f, f->a.key, "POST", BATCH, body, r));
}

static inline void batch_refused(const struct fixture *f, const char *body, int status,
				 const char *code, const char *param)
{
	CALL(refused(f, &(struct question){ f->a.key, "POST", BATCH, body, NULL }, status, code,
		     param));
}

static inline struct scheduler *batch_jobs(struct fixture *f)
{
	static const struct job_kind_def *const KINDS[] = { &KIND_GROUP_POST, NULL };
	struct scheduler_options o = { .kinds = KINDS, .workers = 2 };
	struct scheduler *s;

	CHECK(scheduler_start(&f->services, &o, &s) == ERR_OK);
	return s;
}

/* Asks for a group until it does not wait any more. */
static inline void batch_wait(const struct fixture *f, const char *id, struct reply *r)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "/v1/groups/%s", id);
	for (;;) {
		CALL(ask(f, f->a.key, "GET", path, NULL, r));
		if (strcmp(reply_text(r, "status"), "pending") != 0)
			return;
		reply_free(r);
		(void)poll(NULL, 0, 5);
	}
}
