#include "sandbox/notice.h"

#include "base/check.h"
#include "sandbox/platform.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include <stdlib.h>
#include <string.h>

enum { NOTICE_ARENA = 65536, CONNECT_MS = 3000, TOTAL_MS = 10000, ANSWER_MAX = 4096 };

static void apply_fault(struct notice *n, int64_t *delay_ms);
static void send_after(struct notice *n, int64_t delay_ms);
static void send(void *arg, bool stopping);
static void post(struct notice *n, const struct sending *what);
static void answered(void *arg, enum err e, struct net_got *got);
static void settle(struct notice *n);
static bool is_accepted(const struct notice *n, enum err e, const struct net_got *got);
static struct notice *find_held(const struct trade *t);

void notice_make(struct sandbox *s, struct trade *t, enum notice_kind kind, const struct refund *r)
{
	const struct notice_rule *rule = &t->platform->notice;
	const char *url = rule->url(kind, t, r);
	struct notice *held = find_held(t), *n;
	int64_t delay_ms = 0;

	if (url[0] == '\0')
		return;
	n = calloc(1, sizeof(*n));
	CHECK(n != NULL);
	n->s = s;
	n->trade = t;
	n->refund = r;
	n->kind = kind;
	n->url = url;
	n->status = t->platform->status(t);
	n->fen = t->fen;
	n->refunded_fen = t->refunded_fen;
	n->refund_fen = r ? r->fen : 0;
	n->made_ms = s->clock->wall_ms(s->clock);
	n->close_ms = t->closed_ms;
	n->spoilt = FAULT_N;
	n->copies = 1;
	s->notices_made++;
	rule->name(n);
	n->older = t->notices;
	t->notices = n;
	apply_fault(n, &delay_ms);
	if (n->state != NOTICE_WAITING)
		return;
	if (held) {
		held->state = NOTICE_WAITING;
		held->due_ms = INT64_MAX;
		n->then = held;
	}
	send_after(n, delay_ms);
}

void notice_again(struct notice *n, int64_t copies)
{
	n->copies = copies;
	n->tries = 0;
	n->state = NOTICE_WAITING;
	/* One that is on its way is sent again once it was answered. */
	if (n->open == 0)
		send_after(n, 0);
}

int64_t notice_wait_ms(const struct notice_rule *rule, int tries)
{
	CHECK(tries >= 1);
	return (size_t)tries <= rule->waits_n ? rule->waits_ms[tries - 1] : 0;
}

const char *notice_kind_name(enum notice_kind kind)
{
	static const char *const NAMES[] = { "paid", "refunded", "closed" };

	return NAMES[kind];
}

const char *notice_state_name(enum notice_state state)
{
	static const char *const NAMES[] = { "waiting", "acknowledged", "given_up", "dropped",
					     "held" };

	return NAMES[state];
}

void notices_free(struct trade *t)
{
	while (t->notices) {
		struct notice *n = t->notices;

		t->notices = n->older;
		free(n);
	}
}

static void apply_fault(struct notice *n, int64_t *delay_ms)
{
	struct fault f;

	if (!fault_take(&n->s->faults, n->trade->platform, OP_NOTICE, n->trade->number, &f))
		return;
	*delay_ms = f.ms;
	switch (f.kind) {
	case FAULT_DROP_NOTICE:
		n->state = NOTICE_DROPPED;
		break;
	case FAULT_REORDER:
		n->state = NOTICE_HELD;
		break;
	case FAULT_DUPLICATE_NOTICE:
		n->copies = f.copies;
		break;
	case FAULT_WRONG_AMOUNT:
		n->fen = f.fen > 0 ? f.fen : n->fen + 1;
		n->refund_fen = f.fen > 0 ? f.fen : n->refund_fen + 1;
		break;
	case FAULT_FORGE:
	case FAULT_UNSIGNED:
	case FAULT_OLD_TIMESTAMP:
	case FAULT_UNKNOWN_SERIAL:
	case FAULT_PROBE:
		n->spoilt = f.kind;
		break;
	case FAULT_DELAY: /* f.ms says it */
	case FAULT_LOSE_ANSWER:
	case FAULT_ERROR:
	case FAULT_PAID_AFTER_CLOSE:
	case FAULT_PENDING_REFUND:
	case FAULT_ABNORMAL_REFUND:
	case FAULT_N:
		break;
	}
}

/* An item that stands on the agenda already finds that its time is not there, and does nothing. */
static void send_after(struct notice *n, int64_t delay_ms)
{
	struct clock *clock = n->s->clock;

	n->due_ms = clock_after(clock->mono_ms(clock), delay_ms);
	agenda_add(n->s->agenda, delay_ms, send, n);
}

/* On the agenda's thread.  What is sent is written from copies, so that nobody signs with the lock
 * held. */
static void send(void *arg, bool stopping)
{
	struct notice *n = arg, copy;
	struct sandbox *s = n->s;
	CLEANUP(arena_freep) struct arena *a = NULL;
	struct sending what = { 0 };
	struct trade trade;
	struct refund refund;
	int64_t now_ms;

	if (stopping)
		return;
	pthread_mutex_lock(&s->lock);
	if (n->state != NOTICE_WAITING || n->open > 0 || s->clock->mono_ms(s->clock) < n->due_ms) {
		pthread_mutex_unlock(&s->lock);
		return;
	}
	n->open = n->copies;
	n->copies = 1;
	n->tries++;
	now_ms = s->clock->wall_ms(s->clock);
	copy = *n;
	/* A forged notice stays one; what else is wrong with a signature is wrong once. */
	if (n->spoilt != FAULT_FORGE)
		n->spoilt = FAULT_N;
	trade = *n->trade;
	copy.trade = &trade;
	if (n->refund) {
		refund = *n->refund;
		copy.refund = &refund;
	}
	pthread_mutex_unlock(&s->lock);

	a = arena_new(NOTICE_ARENA);
	if (trade.platform->notice.write(&copy, now_ms, a, &what) != ERR_OK)
		log_err(LOG_ERROR, "sandbox.notice", ERR_CRYPTO);
	post(n, &what);
	text_free(&what.body);
}

/* All copies of one sending; each is answered on its own. */
static void post(struct notice *n, const struct sending *what)
{
	const struct net_ask ask = {
		.method = "POST",
		.url = n->url,
		.type = what->type,
		.body = text_str(&what->body),
		.fields = what->fields,
		.fields_n = what->fields_n,
		.reach = REACH_ANY,
		.connect_ms = CONNECT_MS,
		.total_ms = TOTAL_MS,
		.answer_max = ANSWER_MAX,
	};
	int64_t copies = n->open; /* it only counts down from here on */

	for (int64_t i = 0; i < copies; i++) {
		struct net_got none = { 0 };
		enum err e = net_call_async(n->s->client, &ask, answered, n);

		if (e != ERR_OK)
			answered(n, e, &none);
	}
}

/* On the client's thread. */
static void answered(void *arg, enum err e, struct net_got *got)
{
	struct notice *n = arg;
	struct sandbox *s = n->s;

	pthread_mutex_lock(&s->lock);
	n->last_status = e == ERR_OK || e == ERR_TOO_LARGE ? got->status : 0;
	if (e == ERR_OK && str_is_text((struct str){ got->body, got->body_n }))
		str_copy_cut(n->last_answer, sizeof(n->last_answer),
			     (struct str){ got->body, got->body_n });
	else
		n->last_answer[0] = '\0';
	if (is_accepted(n, e, got))
		n->state = NOTICE_ACKNOWLEDGED;
	if (--n->open == 0 && e != ERR_STOPPING)
		settle(n);
	pthread_mutex_unlock(&s->lock);
	net_got_free(got);
}

/* Every copy was answered: what now? */
static void settle(struct notice *n)
{
	const struct notice_rule *rule = &n->trade->platform->notice;
	struct notice *then = n->then;

	if (n->state == NOTICE_WAITING && n->tries > (int)rule->waits_n)
		n->state = NOTICE_GIVEN_UP;
	if (n->state == NOTICE_WAITING && n->tries == 0)
		send_after(n, 0);
	else if (n->state == NOTICE_WAITING)
		send_after(n, notice_wait_ms(rule, n->tries) * n->s->notice_scale / 1000);
	if (then) {
		n->then = NULL;
		notice_again(then, 1);
	}
}

static bool is_accepted(const struct notice *n, enum err e, const struct net_got *got)
{
	return e == ERR_OK && n->trade->platform->notice.accepts(
				      got->status, (struct str){ got->body, got->body_n });
}

static struct notice *find_held(const struct trade *t)
{
	for (struct notice *n = t->notices; n; n = n->older) {
		if (n->state == NOTICE_HELD)
			return n;
	}
	return NULL;
}
