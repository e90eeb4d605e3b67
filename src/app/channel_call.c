#include "app/channel_call.h"

#include "base/check.h"
#include "sys/log.h"

enum { CONNECT_MS = 3000, ANSWER_MAX = 1 << 20 };

static enum err call_one(const struct services *s, const struct channel_keyring *ring,
			 const struct call_line *about, const struct net_ask *ask,
			 struct net_got *got);

/* A live merchant's account names only the vendor's hosts and a test merchant's never: config_read
 * has seen to it, so the call may go where the configuration says. */
enum err channel_call_send(const struct services *s, const struct channel_keyring *ring,
			   const struct channel_call *call, const struct call_line *about,
			   struct net_got *got)
{
	struct net_field fields[sizeof(call->fields) / sizeof(call->fields[0])];
	struct net_ask ask = { .method = call->method,
			       .url = call->url,
			       .type = call->type,
			       .body = call->body,
			       .fields = fields,
			       .fields_n = call->fields_n,
			       .reach = ring->livemode ? REACH_PUBLIC : REACH_ANY,
			       .tls = { call->tls.roots, call->tls.certificate,
					call->tls.private_key },
			       .connect_ms = CONNECT_MS,
			       .total_ms = CHANNEL_CALL_MS,
			       .answer_max = ANSWER_MAX };
	enum err e;

	CHECK(call->fields_n <= sizeof(fields) / sizeof(fields[0]));
	for (size_t i = 0; i < call->fields_n; i++)
		fields[i] = (struct net_field){ call->fields[i].name, call->fields[i].value };
	e = call_one(s, ring, about, &ask, got);
	ask.total_ms -= got->took_ms;
	if ((e != ERR_NETWORK && e != ERR_TIMEOUT) || got->sent || !call->backup_url ||
	    ask.total_ms <= 0)
		return e;
	LOG(LOG_WARN, "channel.backup", LOG_S("channel", ring->account.channel),
	    LOG_S("operation", about->operation), LOG_S("text", err_text()));
	net_got_free(got);
	ask.url = call->backup_url;
	return call_one(s, ring, about, &ask, got);
}

static enum err call_one(const struct services *s, const struct channel_keyring *ring,
			 const struct call_line *about, const struct net_ask *ask,
			 struct net_got *got)
{
	enum err e = net_call(s->client, ask, got);
	struct call_line line = *about;

	line.merchant = ring->merchant;
	line.direction = "out";
	line.kind = ring->account.channel;
	line.url = ask->url;
	line.status = got->status;
	line.error = e == ERR_OK ? "" : err_code(e);
	line.took_ms = got->took_ms;
	line.ask = ask->body;
	line.answer = (struct str){ got->body ? got->body : "", got->body_n };
	call_log_write(s->calls, &line);
	return e;
}
