#include "sandbox/trade.h"

#include "base/check.h"
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *begin(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			 struct trade **out, bool *again);
static struct trade *add(struct trades *ts, const struct trade_ask *ask);
static bool is_same(const struct trade *t, const struct trade_ask *ask);
static const char *refuse_again(const struct trade *t, const struct trade_ask *ask);
static void make_trade(struct trades *ts, struct trade *t, int64_t now_ms);
static void make_token(struct rand *rand, enum product product, char out[TOKEN_TEXT]);
static void make_key(const struct app *app, struct str number, char out[TRADE_KEY_TEXT]);
static const char *refuse_refund(const struct trade *t, int64_t fen);
static struct refund *find_refund(const struct trade *t, struct str request_no);
static char *own(const char *s);

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
		while (t->refunds) {
			struct refund *r = t->refunds;

			t->refunds = r->next;
			free(r);
		}
		free(t->subject);
		free(t->body);
		free(t->passback);
		free(t->notify_url);
		free(t->return_url);
		free(t->quit_url);
		free(t);
	}
	index_free(&ts->by_key);
	index_free(&ts->by_trade_no);
	index_free(&ts->by_token);
}

struct trade *trades_find(const struct trades *ts, const struct app *app, struct str number)
{
	char key[TRADE_KEY_TEXT];

	if (number.n == 0 || number.n >= NUMBER_TEXT)
		return NULL;
	make_key(app, number, key);
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

const char *trade_offer(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			struct trade **out)
{
	bool again;
	const char *refused = begin(ts, ask, now_ms, out, &again);

	if (!refused && (*out)->state == TRADE_OFFERED) {
		(*out)->offered_ms = now_ms;
		(*out)->expires_ms = ask->expires_ms;
		(*out)->code_expires_ms = ask->code_expires_ms;
	}
	return refused;
}

const char *trade_create(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			 struct trade **out)
{
	bool again;
	const char *refused = begin(ts, ask, now_ms, out, &again);

	if (!refused && !again) {
		(*out)->offered_ms = now_ms;
		(*out)->expires_ms = ask->expires_ms;
		(*out)->code_expires_ms = ask->expires_ms;
		make_trade(ts, *out, now_ms);
	}
	return refused;
}

const char *trade_open(struct trades *ts, struct trade *t, bool late, int64_t now_ms)
{
	if (t->state != TRADE_OFFERED)
		return NULL;
	if (!late && (now_ms >= t->code_expires_ms || now_ms >= t->expires_ms))
		return "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR";
	make_trade(ts, t, now_ms);
	return NULL;
}

const char *trade_pay(struct trade *t, bool late, int64_t now_ms)
{
	bool may_late = late && t->state == TRADE_CLOSED && t->paid_ms == 0;

	switch (t->state) {
	case TRADE_OFFERED:
		return "ACQ.TRADE_NOT_EXIST";
	case TRADE_PAID:
	case TRADE_FINISHED:
		return "ACQ.TRADE_HAS_SUCCESS";
	case TRADE_CLOSED:
		if (!may_late)
			return "ACQ.TRADE_HAS_CLOSE";
		break;
	case TRADE_WAITING:
		break;
	}
	t->state = TRADE_PAID;
	t->paid_ms = now_ms;
	t->closed_ms = 0;
	t->cancelled = false;
	return NULL;
}

const char *trade_close(struct trade *t, int64_t now_ms)
{
	switch (t->state) {
	case TRADE_OFFERED:
		return "ACQ.TRADE_NOT_EXIST";
	case TRADE_PAID:
	case TRADE_FINISHED:
		return "ACQ.TRADE_STATUS_ERROR";
	case TRADE_CLOSED:
		return t->paid_ms > 0 ? "ACQ.TRADE_STATUS_ERROR" : "ACQ.TRADE_HAS_CLOSE";
	case TRADE_WAITING:
		break;
	}
	t->state = TRADE_CLOSED;
	t->closed_ms = now_ms;
	return NULL;
}

const char *trade_refund(struct trade *t, struct str request_no, int64_t fen, int64_t now_ms,
			 struct refund **out, bool *again)
{
	struct refund **last = &t->refunds;
	const char *refused;
	size_t n = 0;

	*out = find_refund(t, request_no);
	*again = *out != NULL;
	if (*again)
		return (*out)->fen == fen ? NULL : "ACQ.DISCORDANT_REPEAT_REQUEST";
	refused = refuse_refund(t, fen);
	if (refused)
		return refused;
	for (; *last; last = &(*last)->next)
		n++;
	if (n >= REFUNDS_MAX)
		return "ACQ.SYSTEM_ERROR";

	*last = calloc(1, sizeof(**last));
	CHECK(*last != NULL);
	CHECK(str_copy((*last)->request_no, NUMBER_TEXT, request_no) == ERR_OK);
	(*last)->fen = fen;
	(*last)->at_ms = now_ms;
	(*last)->settles_ms = now_ms;
	*out = *last;
	t->refunded_fen += fen;
	if (t->refunded_fen == t->fen) {
		t->state = TRADE_CLOSED;
		t->closed_ms = now_ms;
	}
	return NULL;
}

bool trade_expire(struct trade *t, int64_t now_ms)
{
	if (t->state != TRADE_WAITING || now_ms < t->expires_ms)
		return false;
	t->state = TRADE_CLOSED;
	t->closed_ms = t->expires_ms;
	return true;
}

bool trade_exists(const struct trade *t)
{
	return t->state != TRADE_OFFERED;
}

const char *trade_status(enum trade_state state)
{
	switch (state) {
	case TRADE_OFFERED:
		return "NOT_EXIST";
	case TRADE_WAITING:
		return "WAIT_BUYER_PAY";
	case TRADE_PAID:
		return "TRADE_SUCCESS";
	case TRADE_FINISHED:
		return "TRADE_FINISHED";
	case TRADE_CLOSED:
		return "TRADE_CLOSED";
	}
	CHECK(!"a state without a name");
	return "";
}

const char *product_name(enum product product)
{
	static const char *const NAMES[] = { "page", "wap", "app", "jsapi", "qr", "barcode" };

	return NAMES[product];
}

const char *operation_name(enum operation op)
{
	static const char *const NAMES[OP_N] = { "page",      "wap",    "app",          "create",
						 "precreate", "pay",    "query",        "close",
						 "cancel",    "refund", "refund_query", "notice" };

	return NAMES[op];
}

/* The trade of this number, found or made. */
static const char *begin(struct trades *ts, const struct trade_ask *ask, int64_t now_ms,
			 struct trade **out, bool *again)
{
	struct trade *t = trades_find(ts, ask->app, str_of(ask->number));

	*again = t != NULL;
	if (t) {
		*out = t;
		return refuse_again(t, ask);
	}
	if (now_ms >= ask->expires_ms)
		return "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR";
	if (ts->n >= TRADES_MAX)
		return "ACQ.SYSTEM_ERROR";
	*out = add(ts, ask);
	return NULL;
}

static struct trade *add(struct trades *ts, const struct trade_ask *ask)
{
	struct trade *t = calloc(1, sizeof(*t));

	CHECK(t != NULL);
	t->app = ask->app;
	t->product = ask->product;
	CHECK(str_copy(t->number, sizeof(t->number), str_of(ask->number)) == ERR_OK);
	str_copy_cut(t->buyer, sizeof(t->buyer), str_of(ask->buyer));
	make_key(t->app, str_of(t->number), t->key);
	make_token(ts->rand, t->product, t->token);
	t->fen = ask->fen;
	t->subject = own(ask->subject);
	t->body = own(ask->body);
	t->passback = own(ask->passback);
	t->notify_url = own(ask->notify_url);
	t->return_url = own(ask->return_url);
	t->quit_url = own(ask->quit_url);
	t->older = ts->newest;
	ts->newest = t;
	ts->n++;
	index_put(&ts->by_key, t->key, t);
	index_put(&ts->by_token, t->token, t);
	return t;
}

/* One number is one trade: what a second request for it is told. */
static const char *refuse_again(const struct trade *t, const struct trade_ask *ask)
{
	switch (t->state) {
	case TRADE_PAID:
	case TRADE_FINISHED:
		return "ACQ.TRADE_HAS_SUCCESS";
	case TRADE_CLOSED:
		return "ACQ.TRADE_HAS_CLOSE";
	case TRADE_OFFERED:
	case TRADE_WAITING:
		break;
	}
	return is_same(t, ask) ? NULL : "ACQ.CONTEXT_INCONSISTENT";
}

static bool is_same(const struct trade *t, const struct trade_ask *ask)
{
	return t->product == ask->product && t->fen == ask->fen &&
	       strcmp(t->subject, ask->subject) == 0 && strcmp(t->body, ask->body) == 0;
}

/* From now on the platform knows it. */
static void make_trade(struct trades *ts, struct trade *t, int64_t now_ms)
{
	/* Date, 22001, then what makes it unique: 28 digits as on the platform. */
	(void)snprintf(t->trade_no, sizeof(t->trade_no),
		       "%08" PRId32 "22001%06" PRIu32 "%09" PRIu64, china_date(now_ms), ts->start,
		       ++ts->made % UINT64_C(1000000000));
	t->state = TRADE_WAITING;
	t->created_ms = now_ms;
	index_put(&ts->by_trade_no, t->trade_no, t);
}

/* A code is "bax" and 20 letters and digits; another token is 32 of them. */
static void make_token(struct rand *rand, enum product product, char out[TOKEN_TEXT])
{
	static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	bool is_code = product == PRODUCT_QR;
	size_t n = is_code ? 23 : TOKEN_TEXT - 1;

	for (size_t i = 0; i < n; i++)
		out[i] = LETTERS[rand_below(rand, sizeof(LETTERS) - 1)];
	out[n] = '\0';
	if (is_code)
		memcpy(out, "bax", 3);
}

static void make_key(const struct app *app, struct str number, char out[TRADE_KEY_TEXT])
{
	size_t n = 0;

	str_add(out, TRADE_KEY_TEXT, &n, "%s/%.*s", app->id, (int)number.n, number.p);
}

static const char *refuse_refund(const struct trade *t, int64_t fen)
{
	switch (t->state) {
	case TRADE_OFFERED:
		return "ACQ.TRADE_NOT_EXIST";
	case TRADE_WAITING:
		return "ACQ.TRADE_STATUS_ERROR";
	case TRADE_FINISHED:
		return "ACQ.TRADE_HAS_FINISHED";
	case TRADE_CLOSED:
		if (t->paid_ms == 0)
			return "ACQ.TRADE_HAS_CLOSE";
		break;
	case TRADE_PAID:
		break;
	}
	return fen > t->fen - t->refunded_fen ? "ACQ.REASON_TRADE_REFUND_FEE_ERR" : NULL;
}

static struct refund *find_refund(const struct trade *t, struct str request_no)
{
	for (struct refund *r = t->refunds; r; r = r->next) {
		if (str_is(request_no, r->request_no))
			return r;
	}
	return NULL;
}

static char *own(const char *s)
{
	char *copy = strdup(s);

	CHECK(copy != NULL);
	return copy;
}
