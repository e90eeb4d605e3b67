#include "app/channel_send.h"

#include "app/certificate_fetch.h"
#include "app/channel_call.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include <stdio.h>

static struct channel_env env_of(const struct channel_talk *t);
static struct channel_reply call(const struct channel_talk *t, const char *operation,
				 const struct channel_call *c);
static void refuse(struct channel_answer *answer);
static void note(const struct channel_talk *t, const char *operation,
		 const struct channel_reply *reply, const struct channel_answer *answer);

void channel_send_create(const struct channel_talk *t, const struct channel_create *ask,
			 struct channel_answer *answer, struct channel_created *created)
{
	const struct channel *ch = t->keyring->channel;
	struct channel_env env = env_of(t);
	struct channel_call c = { 0 };
	struct channel_reply reply;

	*answer = (struct channel_answer){ .verdict = VERDICT_DONE };
	*created = (struct channel_created){ 0 };
	if (ch->create_build(&t->keyring->versions, ask, &env, &c, &created->action) != ERR_OK) {
		refuse(answer);
		return;
	}
	if (!ask->method->calls)
		return;
	reply = call(t, "create", &c);
	ch->create_read(&t->keyring->versions, ask, &reply, &env, answer, created);
	note(t, "create", &reply, answer);
}

void channel_send_query(const struct channel_talk *t, const char *number,
			struct channel_answer *answer, struct channel_trade *trade)
{
	const struct channel *ch = t->keyring->channel;
	struct channel_env env = env_of(t);
	struct channel_call c = { 0 };
	struct channel_reply reply;

	*answer = (struct channel_answer){ 0 };
	*trade = (struct channel_trade){ 0 };
	if (ch->query_build(&t->keyring->versions, number, &env, &c) != ERR_OK) {
		refuse(answer);
		return;
	}
	reply = call(t, "query", &c);
	ch->query_read(&t->keyring->versions, number, &reply, &env, answer, trade);
	note(t, "query", &reply, answer);
}

void channel_send_close(const struct channel_talk *t, const char *number,
			struct channel_answer *answer, struct channel_trade *trade)
{
	const struct channel *ch = t->keyring->channel;
	struct channel_env env = env_of(t);
	struct channel_call c = { 0 };
	struct channel_reply reply;

	*answer = (struct channel_answer){ 0 };
	*trade = (struct channel_trade){ 0 };
	if (ch->close_build(&t->keyring->versions, number, &env, &c) != ERR_OK) {
		refuse(answer);
		return;
	}
	reply = call(t, "close", &c);
	ch->close_read(&t->keyring->versions, number, &reply, &env, answer, trade);
	note(t, "close", &reply, answer);
}

void channel_send_cancel(const struct channel_talk *t, const char *number,
			 struct channel_answer *answer)
{
	const struct channel *ch = t->keyring->channel;
	struct channel_env env = env_of(t);
	struct channel_call c = { 0 };
	struct channel_reply reply;

	*answer = (struct channel_answer){ 0 };
	if (ch->cancel_build(&t->keyring->versions, number, &env, &c) != ERR_OK) {
		refuse(answer);
		return;
	}
	reply = call(t, "cancel", &c);
	ch->cancel_read(&t->keyring->versions, number, &reply, &env, answer);
	note(t, "cancel", &reply, answer);
}

void channel_send_refund(const struct channel_talk *t, const struct channel_refund_ask *ask,
			 struct channel_answer *answer, struct channel_refund *refund)
{
	const struct channel *ch = t->keyring->channel;
	struct channel_env env = env_of(t);
	struct channel_call c = { 0 };
	struct channel_reply reply;

	*answer = (struct channel_answer){ 0 };
	*refund = (struct channel_refund){ 0 };
	if (ch->refund_build(&t->keyring->versions, ask, &env, &c) != ERR_OK) {
		refuse(answer);
		return;
	}
	reply = call(t, "refund", &c);
	ch->refund_read(&t->keyring->versions, ask, &reply, &env, answer, refund);
	note(t, "refund", &reply, answer);
}

void channel_send_refund_query(const struct channel_talk *t, const struct channel_refund_ask *ask,
			       struct channel_answer *answer, struct channel_refund *refund)
{
	const struct channel *ch = t->keyring->channel;
	struct channel_env env = env_of(t);
	struct channel_call c = { 0 };
	struct channel_reply reply;

	*answer = (struct channel_answer){ 0 };
	*refund = (struct channel_refund){ 0 };
	if (ch->refund_query_build(&t->keyring->versions, ask, &env, &c) != ERR_OK) {
		refuse(answer);
		return;
	}
	reply = call(t, "refund_query", &c);
	ch->refund_query_read(&t->keyring->versions, ask, &reply, &env, answer, refund);
	note(t, "refund_query", &reply, answer);
}

static struct channel_env env_of(const struct channel_talk *t)
{
	struct clock *clock = t->services->clock;

	return (struct channel_env){ .arena = t->arena,
				     .rand = t->services->rand,
				     .now_ms = clock->wall_ms(clock) };
}

/* Sends what was built. */
static struct channel_reply call(const struct channel_talk *t, const char *operation,
				 const struct channel_call *c)
{
	CLEANUP(net_got_free) struct net_got got = { 0 };
	const struct call_line about = {
		.app = t->app, .operation = operation, .order = t->order, .refund = t->refund
	};
	struct channel_reply reply = { 0 };

	reply.call = channel_call_send(t->services, t->keyring, c, &about, &got);
	if (reply.call != ERR_OK)
		LOG(LOG_WARN, "channel.call", LOG_S("channel", t->keyring->account.channel),
		    LOG_S("operation", operation), LOG_S("code", err_code(reply.call)),
		    LOG_S("text", err_text()));
	reply.status = got.status;
	if (got.body)
		reply.body =
			(struct str){ arena_text(t->arena, (struct str){ got.body, got.body_n }),
				      got.body_n };
	reply.headers = arena_text(t->arena, str_of(got.headers));
	return reply;
}

static void refuse(struct channel_answer *answer)
{
	*answer = (struct channel_answer){ .verdict = VERDICT_REFUSED };
	str_copy_cut(answer->code, sizeof(answer->code), str_of("tael"));
	str_copy_cut(answer->text, sizeof(answer->text), str_of(err_text()));
}

static void note(const struct channel_talk *t, const char *operation,
		 const struct channel_reply *reply, const struct channel_answer *answer)
{
	static const char *const NAMES[] = { [VERDICT_DONE] = "done",
					     [VERDICT_REFUSED] = "refused",
					     [VERDICT_LATER] = "later",
					     [VERDICT_UNKNOWN] = "unknown" };

	LOG(answer->verdict == VERDICT_DONE ? LOG_DEBUG : LOG_INFO, "channel.answer",
	    LOG_S("channel", t->keyring->account.channel), LOG_S("operation", operation),
	    LOG_S("verdict", NAMES[answer->verdict]), LOG_S("code", answer->code),
	    LOG_S("text", answer->text), LOG_OBJECT("order", ID_ORDER, t->order));
	/* A good answer that nobody known has signed: the platform may have changed its key. */
	if (answer->verdict == VERDICT_UNKNOWN && answer->key_version == 0 &&
	    reply->call == ERR_OK && reply->status / 100 == 2)
		certificates_hurry(t->services, t->keyring);
}

void channel_address(const struct services *s, const struct channel_keyring *k, const char *what,
		     char out[257])
{
	char merchant[ID_TEXT], account[ID_TEXT];

	out[0] = '\0';
	if (s->public_url[0] == '\0')
		return;
	id_write(ID_MERCHANT, k->merchant, merchant);
	id_write(ID_CHANNEL_ACCOUNT, k->account.id, account);
	if (snprintf(out, 257, "%s/%s/%s/%s/%s", s->public_url, what, k->account.channel, merchant,
		     account) > 256)
		out[0] = '\0';
}

void channel_begin_of(const struct channel_talk *t, const struct order *o, const struct attempt *a,
		      const struct channel_method *method, const char *auth_code,
		      struct channel_begin *out)
{
	const char *shop = a->return_url[0] != '\0' ? a->return_url : o->return_url;

	out->return_url[0] = '\0';
	channel_address(t->services, t->keyring, "notify", out->notify_url);
	if (t->keyring->channel->return_read)
		channel_address(t->services, t->keyring, "return", out->return_url);
	if (out->return_url[0] == '\0')
		str_copy_cut(out->return_url, sizeof(out->return_url), str_of(shop));
	out->ask = (struct channel_create){ .method = method,
					    .number = a->number,
					    .fen = a->channel_fen,
					    .subject = o->subject,
					    .openid = a->openid,
					    .auth_code = auth_code,
					    .client_ip = a->client_ip,
					    .notify_url = out->notify_url,
					    .return_url = out->return_url,
					    .expires_at_ms = a->expires_at };
}
