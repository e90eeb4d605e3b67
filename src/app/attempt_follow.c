#include "app/attempt_follow.h"

#include "app/attempt_said.h"
#include "app/channel_send.h"
#include "base/check.h"
#include "sys/cleanup.h"

enum { FOLLOW_ARENA = 8 << 20 };

/* An attempt being followed. */
struct follow {
	const struct services *s;
	int64_t merchant;
	struct attempt attempt;
	struct order order;
	const struct channel_method *method;
	struct channel_talk talk;
	int64_t asked_at;       /* before the last question */
	struct attempt_now now; /* after the last word */
};

static enum err look(struct tx *tx, const void *ask, void *answer);
static enum err follow(struct follow *f, enum follow_goal goal);
static bool may_close(const struct follow *f);
static enum err query(struct follow *f, bool *absent);
static enum err close_it(struct follow *f);
static enum err cancel(struct follow *f);
static enum err send_again(struct follow *f);
static enum err say(struct follow *f, enum said_of of, const struct channel_answer *answer,
		    const struct channel_trade *trade, const struct channel_action *action);

enum err attempt_follow(const struct services *s, int64_t merchant, int64_t attempt,
			enum follow_goal goal)
{
	CLEANUP(channel_keyring_releasep) struct channel_keyring *keyring = NULL;
	CLEANUP(arena_freep) struct arena *arena = arena_new(FOLLOW_ARENA);
	struct follow f = { .s = s, .merchant = merchant };
	int64_t now_ms = s->clock->wall_ms(s->clock);

	TRY(store_read(s->store, merchant, look, &attempt, &f));
	if (!attempt_open(&f.attempt) || f.attempt.channel_account == 0)
		return ERR_OK;
	TRY(channel_keys_get(s->channel_keys, merchant, f.attempt.channel_account, &keyring));
	f.method = channel_method_find(keyring->channel, str_of(f.attempt.method));
	CHECK(f.method != NULL);
	f.talk = (struct channel_talk){ s, keyring, arena, f.attempt.app, f.order.id, 0 };
	if (f.order.status != ORDER_OPEN || f.attempt.status == ATTEMPT_SUPERSEDED ||
	    now_ms >= f.attempt.expires_at)
		goal = FOLLOW_CLOSE;
	return follow(&f, goal);
}

static enum err look(struct tx *tx, const void *ask, void *answer)
{
	struct follow *f = answer;

	TRY(attempt_get(tx, *(const int64_t *)ask, &f->attempt));
	return order_get(tx, 0, f->attempt.order, &f->order);
}

static enum err follow(struct follow *f, enum follow_goal goal)
{
	bool unconfirmed =
		f->attempt.status == ATTEMPT_CREATED || f->attempt.status == ATTEMPT_UNKNOWN;
	bool absent = false;

	if (goal == FOLLOW_CLOSE && !f->method->at_once && may_close(f))
		return close_it(f);
	TRY(query(f, &absent));
	if (!attempt_open(&f->now.attempt))
		return ERR_OK;
	if (f->method->at_once) {
		int64_t now_ms = f->s->clock->wall_ms(f->s->clock);
		bool early = now_ms < f->attempt.created_at + f->method->cancel_gap_ms;
		bool over = goal == FOLLOW_CLOSE || (unconfirmed && absent) ||
			    barcode_due(f->method, &f->attempt, now_ms) < 0;

		return over && !early && f->now.attempt.cancelled_at == 0 ? cancel(f) : ERR_OK;
	}
	/* Not found is never a refusal: the same call again under the same number. */
	return unconfirmed && goal == FOLLOW_WATCH ? send_again(f) : ERR_OK;
}

/* Else it is watched, and closed when this comes by after the channel's gap. */
static bool may_close(const struct follow *f)
{
	return f->s->clock->wall_ms(f->s->clock) >=
	       f->attempt.created_at + f->talk.keyring->channel->caps.close_gap_ms;
}

static enum err query(struct follow *f, bool *absent)
{
	struct channel_answer answer;
	struct channel_trade trade;

	f->asked_at = f->s->clock->wall_ms(f->s->clock);
	channel_send_query(&f->talk, f->attempt.number, &answer, &trade);
	*absent = answer.verdict == VERDICT_DONE && trade.state == TRADE_ABSENT;
	return say(f, SAID_QUERY, &answer, &trade, NULL);
}

static enum err close_it(struct follow *f)
{
	struct channel_answer answer;
	struct channel_trade trade;
	bool absent;

	f->asked_at = f->s->clock->wall_ms(f->s->clock);
	channel_send_close(&f->talk, f->attempt.number, &answer, &trade);
	TRY(say(f, SAID_CLOSE, &answer, &trade, NULL));
	if (!attempt_open(&f->now.attempt) || !answer.query_now)
		return ERR_OK;
	return query(f, &absent);
}

static enum err cancel(struct follow *f)
{
	struct channel_answer answer;
	bool absent;

	channel_send_cancel(&f->talk, f->attempt.number, &answer);
	TRY(say(f, SAID_CANCEL, &answer, NULL, NULL));
	/* A trade that is closed now is dead; one that the channel does not know is asked for again
	 * past two minutes. */
	return answer.verdict == VERDICT_DONE ? query(f, &absent) : ERR_OK;
}

static enum err send_again(struct follow *f)
{
	struct channel_begin begin;
	struct channel_answer answer;
	struct channel_created created;

	channel_begin_of(&f->talk, &f->order, &f->attempt, f->method, "", &begin);
	channel_send_create(&f->talk, &begin.ask, &answer, &created);
	return say(f, SAID_CREATE, &answer, &created.trade, &created.action);
}

static enum err say(struct follow *f, enum said_of of, const struct channel_answer *answer,
		    const struct channel_trade *trade, const struct channel_action *action)
{
	struct attempt_said said = { .attempt = f->attempt.id,
				     .of = of,
				     .method = f->method,
				     .answer = answer,
				     .trade = trade,
				     .action = action,
				     .repeated = true,
				     .run = f->s->run,
				     .asked_at = f->asked_at };

	return store_write(f->s->store, f->merchant, attempt_take_down, &said, &f->now);
}
