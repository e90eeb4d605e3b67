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

/* Sends q n times at once; a '#' in its body becomes the request's number. */
static inline void parallel_run(const struct fixture *f, const struct question *q, size_t n,
				struct parallel *out)
{
	CHECK(n <= PARALLEL_MAX);
	*out = (struct parallel){ .n = n };
	for (size_t i = 0; i < n; i++) {
		struct parallel_one *p = &out->all[i];
		size_t before = strcspn(q->body, "#");

		p->f = f;
		p->question = *q;
		p->question.body = p->body;
		if (q->body[before] == '#')
			(void)snprintf(p->body, sizeof(p->body), "%.*s%zu%s", (int)before, q->body,
				       i, q->body + before + 1);
		else
			(void)snprintf(p->body, sizeof(p->body), "%s", q->body);
		CHECK(pthread_create(&p->thread, NULL, parallel_send, p) == 0);
	}
	for (size_t i = 0; i < n; i++)
		(void)pthread_join(out->all[i].thread, NULL);
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

static inline void parallel_free(struct parallel *p)
{
	for (size_t i = 0; i < p->n; i++)
		wire_answer_free(&p->all[i].answer);
}
