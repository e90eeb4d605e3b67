/* kit_shop.c - the shop's server: takes notices and answers them as it is told. */
#include "kit_inside.h"

#include "base/check.h"
#include "base/codec.h"
#include "net/server.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 60000, BODY_MAX = 65536, ANSWERS = 64 };

/* One that came and was not asked for yet. */
struct arrival {
	struct arrival *next;
	const char *number;
	struct kit_notice notice;
};

struct told {
	const char *number, *body;
	int times, status;
};

static struct net_server *server;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came;
static struct arrival *first, **last = &first;
static struct told told[ANSWERS];
static size_t told_n;

static void begin(void *self, struct net_request *r);
static void handle(void *self, struct net_request *r);
static void end(void *self, struct net_request *r);
static void take(struct net_request *r, const char *number);
static void take_form(struct str body, struct kit_notice *n);
static struct told *find_told(const char *number);

void kit_shop_start(void)
{
	static const struct net_limits LIMITS = { 0 };
	const struct net_handler handler = { begin, handle, end, NULL };

	clock_cond_init(&came);
	CHECK(net_server_start("127.0.0.1:0", &LIMITS, &handler, &server) == ERR_OK);
}

void kit_shop_stop(void)
{
	net_server_stop(server);
	pthread_cond_destroy(&came);
	while (first) {
		struct arrival *a = first;

		first = a->next;
		free(a);
	}
}

const char *kit_shop_url(void)
{
	return net_server_url(server);
}

struct kit_notice kit_notice(const char *number)
{
	struct kit_notice none = { 0 };
	struct clock *clock = clock_system();
	int64_t until_ms = clock->mono_ms(clock) + WAIT_MS;

	pthread_mutex_lock(&lock);
	for (;;) {
		for (struct arrival **at = &first; *at; at = &(*at)->next) {
			struct arrival *a = *at;

			if (strcmp(a->number, number) != 0 || !a->notice.came)
				continue;
			a->notice.came = false; /* taken; it stays for kit_notices */
			none = a->notice;
			none.came = true;
			pthread_mutex_unlock(&lock);
			return none;
		}
		if (clock->mono_ms(clock) >= until_ms)
			break;
		(void)clock->wait(clock, &came, &lock, until_ms);
	}
	pthread_mutex_unlock(&lock);
	return none;
}

int kit_notices(const char *number)
{
	int n = 0;

	pthread_mutex_lock(&lock);
	for (struct arrival *a = first; a; a = a->next)
		n += strcmp(a->number, number) == 0;
	pthread_mutex_unlock(&lock);
	return n;
}

void kit_answer_notices(const char *number, int times, int status, const char *body)
{
	pthread_mutex_lock(&lock);
	CHECK(told_n < ANSWERS);
	told[told_n++] = (struct told){ number, body, times, status };
	pthread_mutex_unlock(&lock);
}

const char *kit_field(const struct kit_notice *n, const char *name)
{
	for (size_t i = 0; i < n->n; i++) {
		if (strcmp(n->fields[i].name, name) == 0)
			return n->fields[i].value;
	}
	return NULL;
}

bool kit_notice_is_genuine(enum kit_mode mode, const struct kit_notice *n)
{
	return kit_is_from_platform(mode, n->fields, n->n);
}

static void begin(void *self, struct net_request *r)
{
	(void)self;
	CHECK(net_take(r, BODY_MAX) == ERR_OK);
}

static void handle(void *self, struct net_request *r)
{
	struct str number = str_skip(net_path(r), strlen("/notify/"));
	struct net_answer answer = { .status = 200, .type = "text/plain", .body = STR("success") };
	struct told *t;

	(void)self;
	pthread_mutex_lock(&lock);
	take(r, kit_keep(number));
	t = find_told(kit_keep(number));
	if (t) {
		t->times--;
		answer.status = t->status;
		answer.body = str_of(t->body);
	}
	pthread_cond_broadcast(&came);
	pthread_mutex_unlock(&lock);
	net_reply(r, &answer);
}

static void end(void *self, struct net_request *r)
{
	(void)self;
	(void)r;
}

/* Lock held. */
static void take(struct net_request *r, const char *number)
{
	struct arrival *a = calloc(1, sizeof(*a));

	CHECK(a != NULL);
	a->number = number;
	a->notice.type = kit_keep(net_header(r, "Content-Type"));
	a->notice.body = kit_keep(net_body(r));
	a->notice.timestamp = kit_keep(net_header(r, "Wechatpay-Timestamp"));
	a->notice.nonce = kit_keep(net_header(r, "Wechatpay-Nonce"));
	a->notice.signature = kit_keep(net_header(r, "Wechatpay-Signature"));
	a->notice.serial = kit_keep(net_header(r, "Wechatpay-Serial"));
	if (str_starts(str_of(a->notice.type), "application/x-www-form-urlencoded"))
		take_form(net_body(r), &a->notice);
	a->notice.came = true;
	*last = a;
	last = &a->next;
}

static void take_form(struct str body, struct kit_notice *n)
{
	struct field fields[KIT_FIELDS];

	CHECK(form_read(body, kit_room(body.n + 1), fields, KIT_FIELDS, &n->n) == ERR_OK);
	for (size_t i = 0; i < n->n; i++)
		n->fields[i] =
			(struct kit_param){ kit_keep(fields[i].name), kit_keep(fields[i].value) };
}

static struct told *find_told(const char *number)
{
	for (size_t i = 0; i < told_n; i++) {
		if (told[i].times > 0 && strcmp(told[i].number, number) == 0)
			return &told[i];
	}
	return NULL;
}
