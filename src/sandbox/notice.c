#include "sandbox/notice.h"

#include "base/check.h"
#include "base/time.h"
#include "sandbox/envelope.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTICE_ARENA = 65536, CONNECT_MS = 3000, TOTAL_MS = 10000, ANSWER_MAX = 4096 };

static void apply_fault(struct notice *n, int64_t *delay_ms);
static void send_after(struct notice *n, int64_t delay_ms);
static void send(void *arg, bool stopping);
static enum err write_form(const struct notice *n, struct arena *a, struct params *ps,
			   struct text *form);
static void post(struct notice *n, struct str form);
static void answered(void *arg, enum err e, struct net_got *got);
static void settle(struct notice *n);
static bool is_success(enum err e, const struct net_got *got);
static struct notice *find_held(const struct trade *t);

void notice_make(struct sandbox *s, struct trade *t, enum notice_kind kind, const struct refund *r)
{
	int64_t now_ms = s->clock->wall_ms(s->clock), delay_ms = 0;
	struct notice *held = find_held(t), *n;
	char local[LOCAL_TEXT];

	if (t->notify_url[0] == '\0')
		return;
	n = calloc(1, sizeof(*n));
	CHECK(n != NULL);
	n->s = s;
	n->trade = t;
	n->kind = kind;
	n->status = trade_status(t->state);
	n->fen = t->fen;
	n->refunded_fen = t->refunded_fen;
	n->close_ms = t->closed_ms;
	n->copies = 1;
	if (r) {
		n->refund_ms = r->at_ms;
		memcpy(n->request_no, r->request_no, sizeof(n->request_no));
	}
	china_write(now_ms, local);
	(void)snprintf(n->id, sizeof(n->id),
		       "%08" PRId32 "00222%.2s%.2s%.2s%06" PRIu32 "%09" PRIu64, china_date(now_ms),
		       local + 11, local + 14, local + 17, s->trades.start,
		       ++s->notices_made % UINT64_C(1000000000));
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

void notice_params(const struct notice *n, int64_t now_ms, struct arena *a, struct params *out)
{
	const struct trade *t = n->trade;
	bool paid = t->paid_ms > 0;
	struct str yuan = yuan_text(a, n->fen);

	*out = (struct params){ 0 };
	params_add(out, "notify_type", STR("trade_status_sync"));
	params_add(out, "notify_id", str_of(n->id));
	params_add(out, "notify_time", time_text(a, now_ms));
	params_add(out, "charset", STR("utf-8"));
	params_add(out, "version", STR("1.0"));
	params_add(out, "sign_type", STR("RSA2"));
	params_add(out, "app_id", str_of(t->app->id));
	params_add(out, "auth_app_id", str_of(t->app->id));
	params_add(out, "seller_id", str_of(t->app->seller_id));
	params_add(out, "trade_no", str_of(t->trade_no));
	params_add(out, "out_trade_no", str_of(t->number));
	params_add(out, "trade_status", str_of(n->status));
	params_add(out, "total_amount", yuan);
	params_add(out, "subject", str_of(t->subject));
	params_add(out, "body", str_of(t->body));
	params_add(out, "passback_params", str_of(t->passback));
	params_add(out, "gmt_create", time_text(a, t->created_ms));
	params_add(out, "buyer_id", str_of(t->buyer));
	params_add(out, "buyer_logon_id", STR("abc***@sandbox.com"));
	if (paid) {
		params_add(out, "gmt_payment", time_text(a, t->paid_ms));
		params_add(out, "receipt_amount", yuan);
		params_add(out, "invoice_amount", yuan);
		params_add(out, "buyer_pay_amount", yuan);
		params_add(out, "point_amount", STR("0.00"));
		params_add(out, "fund_bill_list",
			   str_of(arena_printf(a,
					       "[{\"amount\":\"%s\",\"fundChannel\":"
					       "\"ALIPAYACCOUNT\"}]",
					       yuan.p)));
	}
	if (n->kind == NOTICE_REFUNDED) {
		params_add(out, "refund_fee", yuan_text(a, n->refunded_fen));
		params_add(out, "gmt_refund", time_text(a, n->refund_ms));
		params_add(out, "out_biz_no", str_of(n->request_no));
	}
	params_add(out, "gmt_close", time_text(a, n->close_ms));
}

int64_t notice_wait_ms(int tries)
{
	static const int64_t MINUTES[] = { 4, 10, 10, 60, 120, 360, 900 };

	CHECK(tries >= 1);
	return tries < NOTICE_TRIES ? MINUTES[tries - 1] * 60000 : 0;
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

	if (!fault_take(&n->s->faults, OP_NOTICE, n->trade->number, &f))
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
		break;
	case FAULT_FORGE:
		n->forged = true;
		break;
	case FAULT_DELAY: /* f.ms says it */
	case FAULT_LOSE_ANSWER:
	case FAULT_ERROR:
	case FAULT_PAID_AFTER_CLOSE:
	case FAULT_PENDING_REFUND:
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

/* On the agenda's thread. */
static void send(void *arg, bool stopping)
{
	struct notice *n = arg;
	struct sandbox *s = n->s;
	CLEANUP(text_free) struct text form = { 0 };
	CLEANUP(arena_freep) struct arena *a = NULL;
	struct params ps;
	enum err e;

	if (stopping)
		return;
	a = arena_new(NOTICE_ARENA);
	pthread_mutex_lock(&s->lock);
	if (n->state != NOTICE_WAITING || n->open > 0 || s->clock->mono_ms(s->clock) < n->due_ms) {
		pthread_mutex_unlock(&s->lock);
		return;
	}
	n->open = n->copies;
	n->copies = 1;
	n->tries++;
	notice_params(n, s->clock->wall_ms(s->clock), a, &ps);
	params_sort(&ps);
	pthread_mutex_unlock(&s->lock);

	e = write_form(n, a, &ps, &form);
	if (e != ERR_OK)
		log_err(LOG_ERROR, "sandbox.notice", e);
	post(n, text_str(&form));
}

static enum err write_form(const struct notice *n, struct arena *a, struct params *ps,
			   struct text *form)
{
	char sign[RSA_SIGN_BASE64_MAX];

	struct params what = *ps;

	/* A forged one has a signature of the right key over other words. */
	if (n->forged)
		params_add(&what, "forged", STR("1"));
	TRY(params_sign(&what, SIGN_NOTICE, n->trade->app->signs, sign));
	params_add(ps, "sign", str_of(arena_text(a, str_of(sign))));
	params_form(ps, form);
	return ERR_OK;
}

/* All copies of one sending; each is answered on its own. */
static void post(struct notice *n, struct str form)
{
	const struct net_ask ask = {
		.method = "POST",
		.url = n->trade->notify_url,
		.type = "application/x-www-form-urlencoded; charset=utf-8",
		.body = form,
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
	if (is_success(e, got))
		n->state = NOTICE_ACKNOWLEDGED;
	if (--n->open == 0 && e != ERR_STOPPING)
		settle(n);
	pthread_mutex_unlock(&s->lock);
	net_got_free(got);
}

/* Every copy was answered: what now? */
static void settle(struct notice *n)
{
	struct notice *then = n->then;

	if (n->state == NOTICE_WAITING && n->tries >= NOTICE_TRIES)
		n->state = NOTICE_GIVEN_UP;
	if (n->state == NOTICE_WAITING && n->tries == 0)
		send_after(n, 0);
	else if (n->state == NOTICE_WAITING)
		send_after(n, notice_wait_ms(n->tries) * n->s->notice_scale / 1000);
	if (then) {
		n->then = NULL;
		notice_again(then, 1);
	}
}

static bool is_success(enum err e, const struct net_got *got)
{
	return e == ERR_OK && got->status == 200 &&
	       str_is((struct str){ got->body, got->body_n }, "success");
}

static struct notice *find_held(const struct trade *t)
{
	for (struct notice *n = t->notices; n; n = n->older) {
		if (n->state == NOTICE_HELD)
			return n;
	}
	return NULL;
}
