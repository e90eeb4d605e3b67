#include "sandbox/trade.h"

#include "base/check.h"
#include "sandbox/platform.h"

#include <stdlib.h>
#include <string.h>

static enum refusal begin(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			  struct trade **out, bool *again);
static struct trade *add(struct trades *ts, const struct trade_ask *ask);
static bool is_same(const struct trade *t, const struct trade_ask *ask);
static enum refusal refuse_again(const struct trade *t, const struct trade_ask *ask);
static void make_trade(struct trades *ts, struct trade *t, int64_t now_ms);
static void give_number(struct trades *ts, struct trade *t, int64_t now_ms);
static void make_token(struct rand *rand, const struct trade *t, char out[TOKEN_TEXT]);
static void make_key(const struct merchant *m, struct str number, char out[TRADE_KEY_TEXT]);
static enum refusal refuse_refund(const struct trade *t, int64_t fen);
static struct refund *find_refund(const struct trade *t, struct str request_no);
static struct refund *add_refund(struct trade *t, const struct refund_ask *ask, int64_t now_ms);
static char *own(const char *s);
static void free_trade(struct trade *t);

void trades_init(struct trades *ts, struct rand *rand)
{
	*ts = (struct trades){ .rand = rand };
	ts->start = (uint32_t)rand_below(rand, 1000000);
}

void trades_free(struct trades *ts)
{
	while (ts->newest) {
		struct trade *t = ts->newest;

		ts->newest = t->older;
		free_trade(t);
	}
	index_free(&ts->by_key);
	index_free(&ts->by_trade_no);
	index_free(&ts->by_token);
	index_free(&ts->by_refund);
}

struct trade *trades_find(const struct trades *ts, const struct merchant *m, struct str number)
{
	char key[TRADE_KEY_TEXT];

	if (number.n == 0 || number.n >= NUMBER_TEXT)
		return NULL;
	make_key(m, number, key);
	return index_find(&ts->by_key, str_of(key));
}

struct trade *trades_by_trade_no(const struct trades *ts, struct str trade_no)
{
	return index_find(&ts->by_trade_no, trade_no);
}

struct trade *trades_by_token(const struct trades *ts, struct str token)
{
	return index_find(&ts->by_token, token);
}

struct refund *trades_find_refund(const struct trades *ts, const struct merchant *m,
				  struct str request_no)
{
	char key[TRADE_KEY_TEXT];

	if (request_no.n == 0 || request_no.n >= NUMBER_TEXT)
		return NULL;
	make_key(m, request_no, key);
	return index_find(&ts->by_refund, str_of(key));
}

enum refusal trade_offer(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			 struct trade **out)
{
	bool again;
	enum refusal refused = begin(ts, ask, now_ms, out, &again);

	if (refused == REFUSED_NOT && (*out)->state == TRADE_OFFERED) {
		(*out)->offered_ms = now_ms;
		(*out)->expires_ms = ask->expires_ms;
		(*out)->code_expires_ms = ask->code_expires_ms;
	}
	return refused;
}

enum refusal trade_create(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			  struct trade **out)
{
	bool again;
	enum refusal refused = begin(ts, ask, now_ms, out, &again);

	if (refused != REFUSED_NOT)
		return refused;
	(*out)->code_expires_ms = ask->code_expires_ms;
	if (!again) {
		(*out)->offered_ms = now_ms;
		(*out)->expires_ms = ask->expires_ms;
		make_trade(ts, *out, now_ms);
	}
	return REFUSED_NOT;
}

enum refusal trade_open(struct trades *ts, struct trade *t, bool late, int64_t now_ms)
{
	bool waits = t->state == TRADE_OFFERED || t->state == TRADE_WAITING;

	if (!waits || t->opened)
		return REFUSED_NOT;
	if (!late && (now_ms >= t->code_expires_ms || now_ms >= t->expires_ms))
		return REFUSED_TIME_OVER;
	t->opened = true;
	if (t->state == TRADE_OFFERED)
		make_trade(ts, t, now_ms);
	return REFUSED_NOT;
}

enum refusal trade_pay(struct trades *ts, struct trade *t, bool late, int64_t now_ms)
{
	bool may_late = late && t->state == TRADE_CLOSED && t->paid_ms == 0;

	switch (t->state) {
	case TRADE_OFFERED:
		return REFUSED_NOT_THERE;
	case TRADE_PAID:
	case TRADE_FINISHED:
		return REFUSED_PAID;
	case TRADE_CLOSED:
		if (!may_late)
			return REFUSED_CLOSED;
		break;
	case TRADE_WAITING:
		break;
	}
	t->state = TRADE_PAID;
	t->paid_ms = now_ms;
	t->closed_ms = 0;
	t->asked = t->failed = t->cancelled = false;
	if (t->trade_no[0] == '\0')
		give_number(ts, t, now_ms);
	return REFUSED_NOT;
}

enum refusal trade_close(struct trade *t, int64_t now_ms)
{
	switch (t->state) {
	case TRADE_OFFERED:
		return REFUSED_NOT_THERE;
	case TRADE_PAID:
	case TRADE_FINISHED:
		return REFUSED_NOT_NOW;
	case TRADE_CLOSED:
		return t->paid_ms > 0 ? REFUSED_NOT_NOW : REFUSED_CLOSED;
	case TRADE_WAITING:
		break;
	}
	t->state = TRADE_CLOSED;
	t->closed_ms = now_ms;
	t->asked = false;
	return REFUSED_NOT;
}

enum refusal trade_refund(struct trades *ts, struct trade *t, const struct refund_ask *ask,
			  int64_t now_ms, struct refund **out, bool *again)
{
	enum refusal refused;

	*out = find_refund(t, ask->request_no);
	*again = *out != NULL;
	if (*again)
		return (*out)->fen == ask->fen ? REFUSED_NOT : REFUSED_REFUND_DIFFERS;
	refused = refuse_refund(t, ask->fen);
	if (refused != REFUSED_NOT)
		return refused;
	*out = add_refund(t, ask, now_ms);
	if (!*out)
		return REFUSED_TOO_MANY;
	if (t->platform->refund_number) {
		t->platform->refund_number(ts, now_ms, (*out)->refund_no);
		make_key(t->merchant, ask->request_no, (*out)->key);
		index_put(&ts->by_refund, (*out)->key, *out);
	}
	t->refunded_fen += ask->fen;
	if (t->refunded_fen == t->fen && t->platform->closes_refunded) {
		t->state = TRADE_CLOSED;
		t->closed_ms = now_ms;
	}
	return REFUSED_NOT;
}

bool trade_expire(struct trade *t, int64_t now_ms)
{
	if (t->state != TRADE_WAITING || now_ms < t->expires_ms)
		return false;
	t->state = TRADE_CLOSED;
	t->closed_ms = t->expires_ms;
	t->asked = false;
	return true;
}

bool trade_exists(const struct trade *t)
{
	return t->state != TRADE_OFFERED;
}

uint64_t trades_next(struct trades *ts)
{
	return ++ts->made % UINT64_C(1000000000);
}

const char *product_name(enum product product)
{
	static const char *const NAMES[] = { "page", "wap", "app", "jsapi", "qr", "barcode" };

	return NAMES[product];
}

/* The trade of this number, found or made. */
static enum refusal begin(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			  struct trade **out, bool *again)
{
	struct trade *t = trades_find(ts, ask->merchant, str_of(ask->number));

	*again = t != NULL;
	if (t) {
		*out = t;
		return refuse_again(t, ask);
	}
	if (now_ms >= ask->expires_ms)
		return REFUSED_TIME_OVER;
	if (ts->n >= TRADES_MAX)
		return REFUSED_TOO_MANY;
	*out = add(ts, ask);
	return REFUSED_NOT;
}

static struct trade *add(struct trades *ts, const struct trade_ask *ask)
{
	struct trade *t = calloc(1, sizeof(*t));

	CHECK(t != NULL);
	t->merchant = ask->merchant;
	t->platform = ask->merchant->platform;
	t->product = ask->product;
	CHECK(str_copy(t->number, sizeof(t->number), str_of(ask->number)) == ERR_OK);
	str_copy_cut(t->buyer, sizeof(t->buyer), str_of(ask->buyer));
	str_copy_cut(t->appid, sizeof(t->appid), str_of(ask->appid));
	make_key(t->merchant, str_of(t->number), t->key);
	make_token(ts->rand, t, t->token);
	t->fen = ask->fen;
	t->subject = own(ask->subject);
	t->body = own(ask->body);
	t->passback = own(ask->passback);
	t->notify_url = own(ask->notify_url);
	t->return_url = own(ask->return_url);
	t->quit_url = own(ask->quit_url);
	t->device = own(ask->device);
	t->content = own(ask->content);
	t->older = ts->newest;
	ts->newest = t;
	ts->n++;
	index_put(&ts->by_key, t->key, t);
	index_put(&ts->by_token, t->token, t);
	return t;
}

/* One number is one trade: what a second request for it is told. */
static enum refusal refuse_again(const struct trade *t, const struct trade_ask *ask)
{
	switch (t->state) {
	case TRADE_PAID:
	case TRADE_FINISHED:
		return REFUSED_PAID;
	case TRADE_CLOSED:
		return REFUSED_CLOSED;
	case TRADE_OFFERED:
	case TRADE_WAITING:
		break;
	}
	return is_same(t, ask) ? REFUSED_NOT : REFUSED_DIFFERS;
}

static bool is_same(const struct trade *t, const struct trade_ask *ask)
{
	return t->product == ask->product && t->fen == ask->fen &&
	       str_is(str_of(ask->content), t->content);
}

/* From now on the platform knows it. */
static void make_trade(struct trades *ts, struct trade *t, int64_t now_ms)
{
	t->state = TRADE_WAITING;
	t->created_ms = now_ms;
	if (!t->platform->numbered_when_paid)
		give_number(ts, t, now_ms);
}

static void give_number(struct trades *ts, struct trade *t, int64_t now_ms)
{
	t->platform->trade_number(ts, now_ms, t->trade_no);
	index_put(&ts->by_trade_no, t->trade_no, t);
}

/* A code begins and ends as the platform's do; another token is 32 letters and digits. */
static void make_token(struct rand *rand, const struct trade *t, char out[TOKEN_TEXT])
{
	static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	const struct platform *p = t->platform;
	bool is_code = t->product == PRODUCT_QR;
	size_t n = is_code ? p->code_n : TOKEN_TEXT - 1;

	CHECK(n < TOKEN_TEXT);
	for (size_t i = 0; i < n; i++)
		out[i] = LETTERS[rand_below(rand, sizeof(LETTERS) - 1)];
	out[n] = '\0';
	if (is_code)
		memcpy(out, p->code_begins, strlen(p->code_begins));
}

static void make_key(const struct merchant *m, struct str number, char out[TRADE_KEY_TEXT])
{
	size_t n = 0;

	str_add(out, TRADE_KEY_TEXT, &n, "%s/%s/%.*s", m->platform->name, m->id, (int)number.n,
		number.p);
}

static enum refusal refuse_refund(const struct trade *t, int64_t fen)
{
	switch (t->state) {
	case TRADE_OFFERED:
		return REFUSED_NOT_THERE;
	case TRADE_WAITING:
		return REFUSED_NOT_NOW;
	case TRADE_FINISHED:
		return REFUSED_FINISHED;
	case TRADE_CLOSED:
		if (t->paid_ms == 0)
			return REFUSED_CLOSED;
		break;
	case TRADE_PAID:
		break;
	}
	return fen > t->fen - t->refunded_fen ? REFUSED_REFUND_TOO_MUCH : REFUSED_NOT;
}

static struct refund *find_refund(const struct trade *t, struct str request_no)
{
	for (struct refund *r = t->refunds; r; r = r->next) {
		if (str_is(request_no, r->request_no))
			return r;
	}
	return NULL;
}

/* The last of its trade; NULL when there are too many. */
static struct refund *add_refund(struct trade *t, const struct refund_ask *ask, int64_t now_ms)
{
	struct refund **last = &t->refunds, *r;
	size_t n = 0;

	for (; *last; last = &(*last)->next)
		n++;
	if (n >= REFUNDS_MAX)
		return NULL;
	r = calloc(1, sizeof(*r));
	CHECK(r != NULL);
	CHECK(str_copy(r->request_no, NUMBER_TEXT, ask->request_no) == ERR_OK);
	r->trade = t;
	r->notify_url = own(ask->notify_url);
	r->fen = ask->fen;
	r->at_ms = now_ms;
	r->settles_ms = now_ms + ask->takes_ms;
	*last = r;
	return r;
}

static char *own(const char *s)
{
	char *copy = strdup(s ? s : "");

	CHECK(copy != NULL);
	return copy;
}

static void free_trade(struct trade *t)
{
	while (t->refunds) {
		struct refund *r = t->refunds;

		t->refunds = r->next;
		free(r->notify_url);
		free(r);
	}
	free(t->subject);
	free(t->body);
	free(t->passback);
	free(t->notify_url);
	free(t->return_url);
	free(t->quit_url);
	free(t->device);
	free(t->content);
	free(t);
}
