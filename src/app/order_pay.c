#include "app/order_pay.h"

#include "app/attempt_said.h"
#include "app/channel_keys.h"
#include "app/channel_send.h"
#include "app/pay_begin.h"
#include "base/check.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include <string.h>

enum { ROUNDS = 3 /* a live attempt is closed at most this often for one ask */ };

/* One ask at work. */
struct pay {
	const struct services *s;
	int64_t merchant;
	const struct pay_ask *ask;
	struct arena *arena;
	struct pay_begin_ask begin;
	struct pay_begun begun;
	/* What the channel said when begin.replaced was to end. */
	enum said_of closed_of;
	struct channel_answer closed;
	struct channel_trade closed_trade;
	const struct channel_method *closed_method;
};

static enum err method_of(struct pay *p);
static enum err channel_of_code(struct pay *p);
static const struct channel_method *method_at_once(const struct channel *ch);
static enum err begin(struct pay *p);
static enum err send(struct pay *p);
static enum err take_down(struct pay *p, struct attempt_said *said, struct attempt_now *now);
static enum err close_live(struct pay *p);
static bool close_at_channel(const struct channel_talk *t, const char *number,
			     struct channel_answer *answer, struct channel_trade *trade);
static enum err show(const struct pay *p, struct pay_answer *out);

enum err order_pay(const struct services *s, int64_t merchant, const struct pay_ask *ask,
		   struct arena *arena, struct pay_answer *out)
{
	struct pay p = { .s = s, .merchant = merchant, .ask = ask, .arena = arena };

	p.begin = (struct pay_begin_ask){ .ask = ask, .run = s->run };
	TRY(method_of(&p));
	for (int round = 0; round < ROUNDS; round++) {
		TRY(begin(&p));
		switch (p.begun.step) {
		case PAY_OVER:
			return show(&p, out);
		case PAY_SEND:
			TRY(send(&p));
			return show(&p, out);
		case PAY_CLOSE_FIRST:
			TRY(close_live(&p));
			break;
		}
	}
	FAIL(ERR_ATTEMPT_PENDING, "other attempts keep beginning");
}

/* The channel and method, and what the method needs: refused before anything is written. */
static enum err method_of(struct pay *p)
{
	const struct channel_method *m;
	struct str name = str_of(p->ask->method);

	if (str_is(name, "wallet"))
		return ERR_OK;
	if (str_is(name, "barcode")) {
		TRY(channel_of_code(p));
		m = method_at_once(p->begin.channel);
	} else {
		p->begin.channel = services_channel(p->s, str_cut(name, '.', NULL));
		m = p->begin.channel ? channel_method_find(p->begin.channel, name) : NULL;
	}
	if (!m)
		FAIL_AT(ERR_METHOD_UNKNOWN, "method", "there is no method %s", p->ask->method);
	if (m->needs_openid && p->ask->openid[0] == '\0')
		FAIL_AT(ERR_INVALID, "openid", "%s needs the payer's openid", m->name);
	if (m->needs_auth_code && p->ask->auth_code[0] == '\0')
		FAIL_AT(ERR_INVALID, "auth_code", "%s needs the payer's code", m->name);
	if (m->needs_client_ip && p->ask->client_ip[0] == '\0')
		FAIL_AT(ERR_INVALID, "client_ip", "%s needs the payer's address", m->name);
	p->begin.method = m;
	return ERR_OK;
}

/* The one whose apps show such codes: they tell themselves apart by length and first digits. */
static enum err channel_of_code(struct pay *p)
{
	struct str code = str_of(p->ask->auth_code);
	char known[200] = "";
	size_t n = 0;

	if (code.n == 0)
		FAIL_AT(ERR_INVALID, "auth_code", "barcode needs the payer's code");
	for (size_t i = 0; p->s->channels[i]; i++) {
		const struct channel *ch = p->s->channels[i];

		if (ch->is_barcode(code)) {
			p->begin.channel = ch;
			return ERR_OK;
		}
		str_add(known, sizeof(known), &n, "%s%s: %s", n > 0 ? "; " : "", ch->caps.title_en,
			ch->caps.barcodes);
	}
	FAIL_AT(ERR_INVALID, "auth_code", "no payer's code of %s", known);
}

static const struct channel_method *method_at_once(const struct channel *ch)
{
	for (size_t i = 0; i < ch->caps.methods_n; i++) {
		if (ch->caps.methods[i].at_once)
			return &ch->caps.methods[i];
	}
	return NULL;
}

/* When the new attempt cannot begin, the one that was closed for it still has ended. */
static enum err begin(struct pay *p)
{
	enum err e = store_write(p->s->store, p->merchant, pay_begin, &p->begin, &p->begun);
	struct outcome why = outcome_of(e);
	struct attempt_said said = { .attempt = p->begin.replaced,
				     .of = p->closed_of,
				     .method = p->closed_method,
				     .answer = &p->closed,
				     .trade = &p->closed_trade };
	struct attempt_now now;

	if (e != ERR_OK && said.attempt != 0) {
		/* Its job does it if this fails. */
		enum err closed = take_down(p, &said, &now);

		if (closed != ERR_OK)
			log_err(LOG_WARN, "attempt.closed", closed);
	}
	return outcome_raise(&why);
}

/* Calls the channel for the attempt that was begun, and takes its answer down. */
static enum err send(struct pay *p)
{
	CLEANUP(channel_keyring_releasep) struct channel_keyring *keyring = NULL;
	const struct attempt *a = &p->begun.attempt;
	struct channel_begin begin;
	struct channel_answer answer;
	struct channel_created created;
	struct attempt_now now;

	TRY(channel_keys_get(p->s->channel_keys, p->merchant, a->channel_account, &keyring));

	struct channel_talk talk = { p->s, keyring, p->arena, a->app, a->order, 0 };
	struct attempt_said said = { .attempt = a->id,
				     .of = SAID_CREATE,
				     .method = p->begin.method,
				     .answer = &answer,
				     .trade = &created.trade,
				     .action = &created.action,
				     .repeated = p->begun.repeated };

	channel_begin_of(&talk, &p->begun.order, a, p->begin.method, p->ask->auth_code, &begin);
	channel_send_create(&talk, &begin.ask, &answer, &created);
	TRY(take_down(p, &said, &now));
	if (answer.verdict == VERDICT_UNKNOWN && answer.query_now) {
		struct channel_trade trade;

		channel_send_query(&talk, a->number, &answer, &trade);
		said = (struct attempt_said){ .attempt = a->id,
					      .of = SAID_QUERY,
					      .method = p->begin.method,
					      .answer = &answer,
					      .trade = &trade };
		TRY(take_down(p, &said, &now));
	}
	p->begun.attempt = now.attempt;
	if (now.attempt.status == ATTEMPT_FAILED && !p->begin.method->at_once)
		FAIL(ERR_CHANNEL_REFUSED, "%s: %s", now.attempt.error_code, now.attempt.error_text);
	return ERR_OK;
}

static enum err take_down(struct pay *p, struct attempt_said *said, struct attempt_now *now)
{
	said->run = p->s->run;
	return store_write(p->s->store, p->merchant, attempt_take_down, said, now);
}

/* Closes the live attempt at the channel; the next round replaces it in one transaction, so that
 * its wallets pass to the new one. */
static enum err close_live(struct pay *p)
{
	CLEANUP(channel_keyring_releasep) struct channel_keyring *keyring = NULL;
	const struct attempt *live = &p->begun.attempt;
	struct channel_answer answer;
	struct channel_trade trade;
	struct attempt_now now;

	TRY(channel_keys_get(p->s->channel_keys, p->merchant, live->channel_account, &keyring));

	const struct channel_method *m =
		channel_method_find(keyring->channel, str_of(live->method));
	struct channel_talk talk = { p->s, keyring, p->arena, live->app, live->order, 0 };
	struct attempt_said said = { .attempt = live->id,
				     .of = SAID_CLOSE,
				     .method = m,
				     .answer = &answer,
				     .trade = &trade };
	bool early = p->s->clock->wall_ms(p->s->clock) <
		     live->created_at + keyring->channel->caps.close_gap_ms;

	CHECK(m != NULL);
	/* A barcode may be paid at any moment: it ends by its own follow-up only. */
	if (m->at_once || early || !close_at_channel(&talk, live->number, &answer, &trade)) {
		channel_send_query(&talk, live->number, &answer, &trade);
		said.of = SAID_QUERY;
	}
	/* What is not there or waits for its payer is watched, and closed when it may be. */
	if (!m->at_once && answer.verdict == VERDICT_DONE &&
	    (trade.state == TRADE_CLOSED || trade.state == TRADE_ABSENT ||
	     (trade.state == TRADE_WAITING && early))) {
		p->closed_of = said.of;
		p->closed = answer;
		p->closed_trade = trade;
		p->closed_method = m;
		p->begin.replaced = live->id;
		p->begin.replaced_as =
			trade.state == TRADE_CLOSED ? ATTEMPT_CLOSED : ATTEMPT_SUPERSEDED;
		return ERR_OK;
	}
	TRY(take_down(p, &said, &now));
	if (now.order == ORDER_PAID)
		FAIL(ERR_ORDER_PAID, "the order's other attempt was paid");
	if (!attempt_live(&now.attempt))
		return ERR_OK;
	FAIL(ERR_ATTEMPT_PENDING, "the order's other attempt (%s) is not settled yet", m->name);
}

/* False when the answer is that a query will tell. */
static bool close_at_channel(const struct channel_talk *t, const char *number,
			     struct channel_answer *answer, struct channel_trade *trade)
{
	channel_send_close(t, number, answer, trade);
	return answer->verdict != VERDICT_UNKNOWN || !answer->query_now;
}

/* --- the answer --- */

struct shown_ask {
	int64_t attempt;
	struct arena *arena;
};

static enum err read_shown(struct tx *tx, const void *ask, void *answer)
{
	const struct shown_ask *in = ask;
	struct pay_answer *out = answer;

	TRY(attempt_get(tx, in->attempt, &out->attempt));
	return shown_action_get(tx, in->attempt, in->arena, &out->action);
}

static enum err show(const struct pay *p, struct pay_answer *out)
{
	struct shown_ask ask = { p->begun.attempt.id, p->arena };

	TRY(store_read(p->s->store, p->merchant, read_shown, &ask, out));
	out->livemode = p->begun.livemode;
	out->replayed = p->begun.replayed;
	return ERR_OK;
}
