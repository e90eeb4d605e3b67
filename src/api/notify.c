/* notify.c - /notify and /return: what channels and payers' browsers bring.
 *
 * A notice is verified on a worker, taken down on the writer, and acknowledged in the channel's own
 * words only after the commit.  A browser's return never changes state: it is verified, the channel
 * is asked by a job, and the browser goes on to the shop.
 */
#include "api/api.h"
#include "app/call_log.h"
#include "app/certificate_fetch.h"
#include "app/channel_keys.h"
#include "app/job_put.h"
#include "app/notice_take.h"
#include "app/order_row.h"
#include "sys/cleanup.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/metrics.h"

#include <stdio.h>
#include <string.h>

static enum err notify_decode(struct http_ask *ask, void *plain);
static void notify_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply);
static void notify_refuse(const struct http_ask *ask, const struct outcome *o,
			  struct http_reply *reply);
static enum err return_flow(struct http_ask *ask, struct http_reply *reply);
static enum err read_path(struct http_ask *ask, struct channel_keyring **keyring);
static struct channel_incoming incoming(struct http_ask *ask);
static void acknowledge(const struct http_ask *ask, bool accepted, struct http_reply *reply);
static void note(const struct http_ask *ask, const char *error, int status);

static struct metric accepted_n = METRIC_COUNTER("tael_notices_total", "result=\"accepted\"",
						 "Notices of channels by result.");
static struct metric refused_n = METRIC_COUNTER("tael_notices_total", "result=\"refused\"",
						"Notices of channels by result.");

/* clang-format off */
const struct route API_NOTIFY[] = {
	{ .method = "POST", .path = "/notify/{channel}/{merchant}/{account}", .kind = ROUTE_WRITE,
	  .scope = SCOPE_NONE, .media = "*/*", .body_max = HTTP_BODY_MAX, .open_query = true,
	  .decode_on_worker = true,
	  .summary = "Takes a channel's notice",
	  .ask_size = sizeof(struct notice_ask), .answer_size = sizeof(struct notice_taken),
	  .decode = notify_decode, .act = notice_take, .encode = notify_encode,
	  .refuse = notify_refuse },
	{ .method = "GET", .path = "/return/{channel}/{merchant}/{account}", .kind = ROUTE_FLOW,
	  .scope = SCOPE_NONE, .open_query = true,
	  .summary = "Takes a payer's browser back to the shop",
	  .flow = return_flow },
	{ 0 }
};
/* clang-format on */

static enum err notify_decode(struct http_ask *ask, void *plain)
{
	CLEANUP(channel_keyring_releasep) struct channel_keyring *keyring = NULL;
	struct notice_ask *out = plain;
	struct channel_incoming in = incoming(ask);
	struct channel_answer answer = { 0 };
	struct channel_env env = { .arena = ask->arena,
				   .rand = ask->services->rand,
				   .now_ms = http_now(ask) };
	enum err e;

	TRY(read_path(ask, &keyring));
	out->account = keyring->account.id;
	out->run = ask->services->run;
	e = keyring->channel->notice_read(&keyring->versions, &in, &env, &answer, &out->notice);
	if (e == ERR_SIGNATURE) {
		struct outcome why = outcome_of(e);

		/* It is refused, and comes again when the key is known. */
		certificates_hurry(ask->services, keyring);
		e = outcome_raise(&why);
	}
	return e;
}

static void notify_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply)
{
	const struct notice_ask *in = plain;
	const struct notice_taken *taken = answer;

	metric_add(taken->accepted ? &accepted_n : &refused_n, 1);
	LOG(taken->accepted ? LOG_INFO : LOG_WARN, "notice.taken",
	    LOG_OBJECT("account", ID_CHANNEL_ACCOUNT, in->account),
	    LOG_S("number", in->notice.trade.number), LOG_I("fen", in->notice.trade.fen),
	    LOG_S("accepted", taken->accepted ? "yes" : "no"));
	acknowledge(ask, taken->accepted, reply);
	note(ask, "", reply->status);
}

/* Not verified, not ours, or not stored: the channel shall try again, and somebody shall see it. */
static void notify_refuse(const struct http_ask *ask, const struct outcome *o,
			  struct http_reply *reply)
{
	metric_add(&refused_n, 1);
	LOG(LOG_WARN, "notice.refused", LOG_STR("path", http_path_sent(ask)),
	    LOG_S("code", err_code(o->code)), LOG_S("text", o->text));
	acknowledge(ask, false, reply);
	note(ask, err_code(o->code), reply->status);
}

/* What came, whether or not it was believed: masked, in the call log. */
static void note(const struct http_ask *ask, const char *error, int status)
{
	CLEANUP(text_freep) char *path = NULL, *channel = NULL;
	struct str sent = http_path_sent(ask), name = http_param(ask, "channel");

	path = strndup(sent.p, sent.n);
	channel = strndup(name.p, name.n);
	call_log_write(ask->services->calls, &(struct call_line){ .merchant = ask->caller.merchant,
								  .direction = "in",
								  .kind = channel,
								  .operation = "notice",
								  .url = path,
								  .status = status,
								  .error = error,
								  .ask = ask->body });
}

static void acknowledge(const struct http_ask *ask, bool accepted, struct http_reply *reply)
{
	const struct channel *ch = services_channel(ask->services, http_param(ask, "channel"));
	struct channel_acknowledgement ack;

	if (!ch) {
		reply->status = 404;
		http_reply_text(reply, "text/plain", STR("unknown channel"));
		return;
	}
	ack = ch->notice_answer(accepted);
	reply->status = ack.status;
	http_reply_text(reply, ack.type, ack.body);
}

/* /…/{channel}/{merchant}/{account}: the keys of an account that exists. */
static enum err read_path(struct http_ask *ask, struct channel_keyring **keyring)
{
	int64_t merchant, account;

	TRY(http_param_id(ask, "merchant", ID_MERCHANT, &merchant));
	TRY(http_param_id(ask, "account", ID_CHANNEL_ACCOUNT, &account));
	TRY(channel_keys_get(ask->services->channel_keys, merchant, account, keyring));
	if (!str_is(http_param(ask, "channel"), (*keyring)->account.channel))
		FAIL(ERR_NOT_FOUND, "this account is of another channel");
	ask->caller.merchant = merchant;
	return ERR_OK;
}

static struct str header(const void *self, const char *name, bool *twice)
{
	*twice = http_header_n(self, name) > 1;
	return http_header(self, name);
}

static struct channel_incoming incoming(struct http_ask *ask)
{
	return (struct channel_incoming){ .body = ask->body,
					  .query = http_query_sent(ask),
					  .type = http_header(ask, "Content-Type"),
					  .header = header,
					  .self = ask };
}

/* --- the browser's return --- */

struct return_ask {
	int64_t account, run;
	const char *number;
};

struct returned {
	char url[URL_MAX + 1];
	int64_t order;
};

/* Finds the attempt; while it is open, the channel is asked at once. */
static enum err find_attempt(struct tx *tx, const void *ask, void *answer)
{
	const struct return_ask *in = ask;
	struct returned *out = answer;
	struct attempt a;
	struct order o;
	bool found;

	TRY(attempt_get_by_number(tx, in->account, in->number, &a, &found));
	if (!found)
		FAIL(ERR_NOT_FOUND, "no payment of this number");
	TRY(order_get(tx, 0, a.order, &o));
	memcpy(out->url, a.return_url[0] != '\0' ? a.return_url : o.return_url, sizeof(out->url));
	out->order = o.id;
	if (attempt_open(&a))
		job_put(tx, JOB_ATTEMPT_FOLLOW, a.id, tx_now(tx), in->run, 0);
	return ERR_OK;
}

static enum err return_flow(struct http_ask *ask, struct http_reply *reply)
{
	CLEANUP(channel_keyring_releasep) struct channel_keyring *keyring = NULL;
	char number[CHANNEL_NUMBER_MAX + 1];
	struct channel_incoming in = incoming(ask);
	struct channel_env env = { .arena = ask->arena,
				   .rand = ask->services->rand,
				   .now_ms = http_now(ask) };
	struct return_ask find = { .number = number, .run = ask->services->run };
	struct returned out;
	char id[ID_TEXT];

	TRY(read_path(ask, &keyring));
	if (!keyring->channel->return_read)
		FAIL(ERR_NOT_FOUND, "browsers do not come back here from this channel");
	TRY(keyring->channel->return_read(&keyring->versions, &in, &env, number));
	find.account = keyring->account.id;
	TRY(store_write(ask->services->store, ask->caller.merchant, find_attempt, &find, &out));
	id_write(ID_ORDER, out.order, id);
	if (out.url[0] == '\0') {
		http_reply_text(reply, "text/html; charset=utf-8",
				STR("<!doctype html><meta charset=utf-8><title>Tael</title>"
				    "<p>谢谢，可以关闭此页。Thank you, you may close this page."));
		return ERR_OK;
	}
	reply->status = 303;
	http_reply_field(reply, "Location",
			 str_of(arena_printf(ask->arena, "%s%sorder=%s", out.url,
					     strchr(out.url, '?') ? "&" : "?", id)));
	http_reply_text(reply, "text/plain", STR("see other"));
	return ERR_OK;
}
