/* noop_net.c - the least that src/net can do: takes a body, answers 200 with a few bytes.
 *
 *   noop_net [inline|threads]    `threads` answers each request from another thread
 *
 * Prints its address, serves until standard input ends.
 */
#include "base/check.h"
#include "net/server.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { QUEUE = 8192 };

/* Requests on their way to the answering thread. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct net_request *waiting[QUEUE];
	unsigned n;
	bool over;
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };

static void begin(void *self, struct net_request *r);
static void handle_inline(void *self, struct net_request *r);
static void handle_elsewhere(void *self, struct net_request *r);
static void *answer_all(void *self);
static void answer(struct net_request *r);

int main(int argc, char **argv)
{
	bool threads = argc > 1 && strcmp(argv[1], "threads") == 0;
	struct net_handler handler = { .begin = begin,
				       .handle = threads ? handle_elsewhere : handle_inline };
	struct net_server *server;
	pthread_t thread;

	if (net_server_start("127.0.0.1:0", NULL, &handler, &server) != ERR_OK) {
		fprintf(stderr, "noop_net: %s\n", err_text());
		return 1;
	}
	CHECK(pthread_create(&thread, NULL, answer_all, NULL) == 0);
	printf("%s\n", net_server_url(server));
	fflush(stdout);
	while (getchar() != EOF)
		continue;
	net_server_stop(server);
	pthread_mutex_lock(&queue.lock);
	queue.over = true;
	pthread_cond_signal(&queue.more);
	pthread_mutex_unlock(&queue.lock);
	CHECK(pthread_join(thread, NULL) == 0);
	return 0;
}

static void begin(void *self, struct net_request *r)
{
	(void)self;
	if (net_take(r, 65536) != ERR_OK)
		net_reply(r, &(struct net_answer){ .status = 413 });
}

static void handle_inline(void *self, struct net_request *r)
{
	(void)self;
	answer(r);
}

static void handle_elsewhere(void *self, struct net_request *r)
{
	(void)self;
	pthread_mutex_lock(&queue.lock);
	CHECK(queue.n < QUEUE);
	queue.waiting[queue.n++] = r;
	if (queue.n == 1)
		pthread_cond_signal(&queue.more);
	pthread_mutex_unlock(&queue.lock);
}

/* All that wait at once, as the writer of a store does. */
static void *answer_all(void *self)
{
	static struct net_request *batch[QUEUE];

	(void)self;
	pthread_mutex_lock(&queue.lock);
	while (!queue.over) {
		unsigned n = queue.n;

		memcpy(batch, queue.waiting, n * sizeof(batch[0]));
		queue.n = 0;
		pthread_mutex_unlock(&queue.lock);
		for (unsigned i = 0; i < n; i++)
			answer(batch[i]);
		pthread_mutex_lock(&queue.lock);
		while (queue.n == 0 && !queue.over)
			pthread_cond_wait(&queue.more, &queue.lock);
	}
	pthread_mutex_unlock(&queue.lock);
	return NULL;
}

static void answer(struct net_request *r)
{
	net_reply(r, &(struct net_answer){ .status = 200,
					   .type = "application/json",
					   .body = STR("{\"ok\":true}\n") });
}
