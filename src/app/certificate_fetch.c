#include "app/certificate_fetch.h"

#include "app/channel_call.h"
#include "app/job_put.h"
#include "sys/arena.h"
#include "sys/cleanup.h"
#include "sys/log.h"

enum { FETCH_ARENA = 8 << 20 };

struct keep_ask {
	int64_t account;
	const struct channel_certificates *list;
};

static enum err ask_platform(const struct services *s, const struct channel_keyring *ring,
			     struct arena *arena, struct channel_certificates *out);
static enum err keep(struct tx *tx, const void *ask, void *answer);
static enum err is_kept(struct tx *tx, int64_t account, const char *serial, bool *kept);
static enum err put_job(struct tx *tx, const void *ask, void *answer);

enum err certificates_fetch(const struct services *s, int64_t merchant, int64_t account,
			    bool *wanted)
{
	CLEANUP(channel_keyring_releasep) struct channel_keyring *ring = NULL;
	CLEANUP(arena_freep) struct arena *arena = arena_new(FETCH_ARENA);
	struct channel_certificates list;
	struct keep_ask ask = { account, &list };
	int64_t fresh;

	TRY(channel_keys_get(s->channel_keys, merchant, account, &ring));
	*wanted = channel_keyring_fetches(ring);
	if (!*wanted)
		return ERR_OK;
	TRY(ask_platform(s, ring, arena, &list));
	TRY(store_write(s->store, merchant, keep, &ask, &fresh));
	LOG(fresh > 0 ? LOG_INFO : LOG_DEBUG, "channel.certificates",
	    LOG_OBJECT("account", ID_CHANNEL_ACCOUNT, account),
	    LOG_I("handed_out", (int64_t)list.n), LOG_I("fresh", fresh));
	return ERR_OK;
}

static enum err ask_platform(const struct services *s, const struct channel_keyring *ring,
			     struct arena *arena, struct channel_certificates *out)
{
	CLEANUP(net_got_free) struct net_got got = { 0 };
	const struct channel_env env = { arena, s->rand, s->clock->wall_ms(s->clock) };
	const struct call_line about = { .operation = "certificates" };
	struct channel_call call = { 0 };
	struct channel_reply reply = { 0 };
	struct channel_answer answer = { 0 };

	TRY(ring->channel->certificates_build(&ring->versions, &env, &call));
	reply.call = channel_call_send(s, ring, &call, &about, &got);
	reply.status = got.status;
	reply.body = (struct str){ got.body ? got.body : "", got.body_n };
	reply.headers = got.headers;
	ring->channel->certificates_read(&ring->versions, &reply, &env, &answer, out);
	if (answer.verdict != VERDICT_DONE)
		FAIL(ERR_CHANNEL_REFUSED, "%s: %s", answer.code, answer.text);
	return ERR_OK;
}

/* *answer: how many were new. */
static enum err keep(struct tx *tx, const void *ask, void *answer)
{
	const struct keep_ask *in = ask;
	const struct channel_certificates *list = in->list;
	int64_t *fresh = answer;
	bool kept[CHANNEL_CERTIFICATES_MAX];

	*fresh = 0;
	for (size_t i = 0; i < list->n; i++) {
		TRY(is_kept(tx, in->account, list->at[i].serial, &kept[i]));
		*fresh += !kept[i];
	}
	TX_PUT(tx, TX_ANY,
	       "delete from channel_certificate where merchant_id = $1 and account_id = $2"
	       " and expires_at <= $3",
	       V_I(tx_merchant(tx)), V_I(in->account), V_I(tx_now(tx)));
	for (size_t i = 0; i < list->n; i++) {
		const struct channel_certificate *c = &list->at[i];

		if (kept[i])
			continue;
		TX_PUT(tx, 1,
		       "insert into channel_certificate"
		       " (merchant_id, account_id, serial, pem, from_at, expires_at)"
		       " values ($1, $2, $3, $4, $5, $6)",
		       V_I(tx_merchant(tx)), V_I(in->account), V_T(c->serial), V_S(c->pem),
		       V_I(c->from_ms), V_I(c->expires_ms));
	}
	if (*fresh > 0)
		tx_tell(tx, NEWS_CHANNELS);
	return ERR_OK;
}

static enum err is_kept(struct tx *tx, int64_t account, const char *serial, bool *kept)
{
	struct rows r;

	TX_ONE(tx, &r, kept,
	       "select 1 from channel_certificate"
	       " where merchant_id = $1 and account_id = $2 and serial = $3",
	       V_I(tx_merchant(tx)), V_I(account), V_T(serial));
	return rows_end(&r);
}

void certificates_hurry(const struct services *s, const struct channel_keyring *ring)
{
	enum err e;

	if (!channel_keyring_fetches(ring) ||
	    !channel_keyring_may_hurry(ring, s->clock->wall_ms(s->clock)))
		return;
	e = store_write(s->store, ring->merchant, put_job, &ring->account.id, NULL);
	if (e != ERR_OK)
		log_err(LOG_WARN, "channel.certificates", e);
}

static enum err put_job(struct tx *tx, const void *ask, void *answer)
{
	(void)answer;
	job_put(tx, JOB_CERTIFICATES, *(const int64_t *)ask, tx_now(tx), 0, 0);
	return ERR_OK;
}
