#include "app/refund_make.h"

#include "app/channel_send.h"
#include "app/refund_begin.h"
#include "app/refund_settle.h"
#include "base/check.h"
#include "sys/cleanup.h"

#include <string.h>

enum { FOLLOW_ARENA = 8 << 20 };

/* A refund being sent or asked for. */
struct follow {
	const struct services *s;
	int64_t merchant;
	struct refund refund;
	struct payment payment;
	bool its_turn;      /* no older refund of this payment is pending */
	int64_t last_ended; /* when the one before ended; 0 none */
	struct channel_talk talk;
	struct channel_refund_ask ask;
};

static enum err look(struct tx *tx, const void *ask, void *answer);
static enum err follow(struct follow *f);
static enum err send(struct follow *f);
static enum err query(struct follow *f, bool after_refusal);
static enum err settle(const struct follow *f, enum refund_word word, bool sent, int64_t due_at,
		       const struct channel_answer *answer);
static enum err read_refund(struct tx *tx, const void *ask, void *answer);

enum err refund_make(const struct services *s, int64_t merchant, const struct refund_ask *ask,
		     struct refund_made *out)
{
	struct refund_begin_ask in = { .ask = ask, .run = s->run };
	struct refund_begun begun;

	TRY(store_write(s->store, merchant, refund_begin, &in, &begun));
	out->livemode = begun.livemode;
	out->replayed = begun.replayed;
	if (begun.send)
		TRY(refund_follow(s, merchant, begun.refund.id));
	return store_read(s->store, merchant, read_refund, &begun.refund.id, &out->refund);
}

static enum err read_refund(struct tx *tx, const void *ask, void *answer)
{
	return refund_get(tx, 0, *(const int64_t *)ask, answer);
}

enum err refund_follow(const struct services *s, int64_t merchant, int64_t refund)
{
	CLEANUP(channel_keyring_releasep) struct channel_keyring *keyring = NULL;
	CLEANUP(arena_freep) struct arena *arena = arena_new(FOLLOW_ARENA);
	struct follow f = { .s = s, .merchant = merchant };

	TRY(store_read(s->store, merchant, look, &refund, &f));
	if (f.refund.status == REFUND_SUCCEEDED || f.refund.status == REFUND_FAILED)
		return ERR_OK;
	TRY(channel_keys_get(s->channel_keys, merchant, f.refund.channel_account, &keyring));
	f.talk = (struct channel_talk){
		s, keyring, arena, f.refund.app, f.refund.order, f.refund.id
	};
	f.ask = (struct channel_refund_ask){ .number = f.payment.number,
					     .trade_no = f.payment.channel_number,
					     .refund_number = f.refund.number,
					     .fen = f.refund.channel_fen,
					     .total_fen = f.payment.amount,
					     .note = f.refund.note,
					     .notify_url = "" };
	return follow(&f);
}

static enum err look(struct tx *tx, const void *ask, void *answer)
{
	struct follow *f = answer;
	struct rows r;

	TRY(refund_get(tx, 0, *(const int64_t *)ask, &f->refund));
	CHECK(f->refund.payment != 0);
	TRY(payment_get(tx, f->refund.payment, &f->payment));
	TX_GET(tx, &r,
	       "select min(case when status = 1 or id = $3 then id end), max(ended_at) from refund "
	       "where merchant_id = $1 and payment_id = $2",
	       V_I(tx_merchant(tx)), V_I(f->refund.payment), V_I(f->refund.id));
	if (rows_next(&r)) {
		f->its_turn = row_i(&r, 0) == f->refund.id;
		f->last_ended = row_i(&r, 1);
	}
	return rows_end(&r);
}

static enum err follow(struct follow *f)
{
	int64_t now_ms = f->s->clock->wall_ms(f->s->clock);
	int64_t free_at = f->last_ended + f->talk.keyring->channel->caps.refund_gap_ms;

	if (!f->its_turn)
		return settle(f, REFUND_WORD_WAIT, false, now_ms + 5000, NULL);
	if (f->refund.sent_at != 0)
		return query(f, false);
	if (f->last_ended != 0 && now_ms < free_at)
		return settle(f, REFUND_WORD_WAIT, false, free_at, NULL);
	return send(f);
}

static enum err send(struct follow *f)
{
	struct channel_answer answer;
	struct channel_refund refund;

	channel_send_refund(&f->talk, &f->ask, &answer, &refund);
	switch (answer.verdict) {
	case VERDICT_DONE:
		return settle(f,
			      refund.state == CHANNEL_REFUND_DONE ? REFUND_WORD_DONE
								  : REFUND_WORD_WAIT,
			      true, 0, &answer);
	case VERDICT_REFUSED:
		/* Stands only if the channel knows nothing of it. */
		TRY(settle(f, REFUND_WORD_WAIT, true, 0, &answer));
		return query(f, true);
	case VERDICT_LATER:
	case VERDICT_UNKNOWN:
		return settle(f, REFUND_WORD_WAIT, true, 0, &answer);
	}
	CHECK(!"a verdict of no kind");
	return ERR_INTERNAL;
}

/* What became of it.  A channel that does not know the number is sent the same refund again. */
static enum err query(struct follow *f, bool after_refusal)
{
	struct channel_answer answer;
	struct channel_refund refund;

	channel_send_refund_query(&f->talk, &f->ask, &answer, &refund);
	if (answer.verdict != VERDICT_DONE)
		return settle(f, REFUND_WORD_WAIT, false, 0, &answer);
	switch (refund.state) {
	case CHANNEL_REFUND_DONE:
		return settle(f, REFUND_WORD_DONE, false, 0, &answer);
	case CHANNEL_REFUND_PENDING:
		return settle(f, REFUND_WORD_WAIT, false, 0, &answer);
	case CHANNEL_REFUND_FAILED:
		return settle(f, REFUND_WORD_REFUSED, false, 0, NULL);
	case CHANNEL_REFUND_ABNORMAL:
		return settle(f, REFUND_WORD_ABNORMAL, false, 0, &answer);
	case CHANNEL_REFUND_ABSENT:
		return after_refusal ? settle(f, REFUND_WORD_REFUSED, false, 0, NULL) : send(f);
	}
	CHECK(!"a refund in no state");
	return ERR_INTERNAL;
}

/* `answer` NULL keeps the words of the answer before; one that is done leaves no error. */
static enum err settle(const struct follow *f, enum refund_word word, bool sent, int64_t due_at,
		       const struct channel_answer *answer)
{
	bool good = answer && answer->verdict == VERDICT_DONE && word != REFUND_WORD_ABNORMAL;
	struct refund_said said = { .refund = f->refund.id,
				    .word = word,
				    .sent = sent,
				    .due_at = due_at,
				    .code = good     ? ""
					    : answer ? answer->code
						     : NULL,
				    .text = good     ? ""
					    : answer ? answer->text
						     : NULL,
				    .run = f->s->run };
	struct refund now;

	return store_write(f->s->store, f->merchant, refund_settle, &said, &now);
}
