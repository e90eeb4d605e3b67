/* parallel.h - the same kind of request from many clients at once. */
#pragma once

#include "server_fixture.h"

enum { PARALLEL_MAX = 128 };

struct parallel_one {
	const struct fixture *f;
	struct question question;
	char body[512];
	struct wire_answer answer;
	bool ok;
	pthread_t thread;
};

struct parallel {
	struct parallel_one all[PARALLEL_MAX];
	size_t n;
};

static inline void *parallel_send(void *arg)
{
	struct parallel_one *p = arg;

	p->ok = send_question(p->f, &p->question, &p->answer);
	return NULL;
}

/* Begins to send one more; a '#' in its body becomes its number. */
static inline void parallel_start(const struct fixture *f, const struct question *q,
				  struct parallel *out)
{
	struct parallel_one *p = &out->all[out->n];
	size_t before = strcspn(q->body, "#");

	CHECK(out->n < PARALLEL_MAX);
	p->f = f;
	p->question = *q;
	p->question.body = p->body;
	if (q->body[before] == '#')
		(void)snprintf(p->body, sizeof(p->body), "%.*s%zu%s", (int)before, q->body, out->n,
			       q->body + before + 1);
	else
		(void)snprintf(p->body, sizeof(p->body), "%s", q->body);
	CHECK(pthread_create(&p->thread, NULL, parallel_send, p) == 0);
	out->n++;
}

static inline void parallel_join(const struct parallel *p)
{
	for (size_t i = 0; i < p->n; i++)
		(void)pthread_join(p->all[i].thread, NULL);
}

/* Sends q n times at once. */
static inline void parallel_run(const struct fixture *f, const struct question *q, size_t n,
				struct parallel *out)
{
	*out = (struct parallel){ .n = 0 };
	for (size_t i = 0; i < n; i++)
		parallel_start(f, q, out);
	parallel_join(out);
}

/* Sends two against each other, n of each, all at once. */
static inline void parallel_run_both(const struct fixture *f, const struct question q[2], size_t n,
				     struct parallel out[2])
{
	out[0] = out[1] = (struct parallel){ .n = 0 };
	for (size_t i = 0; i < n; i++) {
		parallel_start(f, &q[0], &out[0]);
		parallel_start(f, &q[1], &out[1]);
	}
	parallel_join(&out[0]);
	parallel_join(&out[1]);
}

/* How many were answered so; with a text in the answer's head or body unless it is NULL. */
static inline size_t parallel_count(const struct parallel *p, int status, const char *text)
{
	size_t count = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct wire_answer *a = &p->all[i].answer;

		if (p->all[i].ok && a->status == status &&
		    (text == NULL || strstr(a->head, text) != NULL ||
		     strstr(a->body, text) != NULL))
			count++;
	}
	return count;
}

/* All were answered 201 with the same body, all but one of them replayed. */
static inline void parallel_same(const struct parallel *p)
{
	EXPECT_INT(p->n, parallel_count(p, 201, NULL));
	EXPECT_INT(p->n - 1, parallel_count(p, 201, "Idempotent-Replayed: true"));
	for (size_t i = 1; i < p->n; i++)
		EXPECT_STR(p->all[0].answer.body, p->all[i].answer.body);
}

static inline void parallel_free(struct parallel *p)
{
	for (size_t i = 0; i < p->n; i++)
		wire_answer_free(&p->all[i].answer);
}
