/* channel_send.h - one conversation with a channel: build, send, log, read.  Blocks: flows and jobs
 * only.
 */
#pragma once

#include "app/channel_keys.h"
#include "app/order_row.h"
#include "app/services.h"
#include "channel/channel.h"

/* What a conversation is about, for the call log. */
struct channel_talk {
	const struct services *services;
	const struct channel_keyring *keyring;
	struct arena *arena;
	int64_t app, order, refund; /* 0 none */
};

/* Each gives an answer always; what could not be built is VERDICT_REFUSED with the reason as text
 * and nothing was sent. */
void channel_send_create(const struct channel_talk *t, const struct channel_create *ask,
			 struct channel_answer *answer, struct channel_created *created);
void channel_send_query(const struct channel_talk *t, const char *number,
			struct channel_answer *answer, struct channel_trade *trade);
void channel_send_close(const struct channel_talk *t, const char *number,
			struct channel_answer *answer, struct channel_trade *trade);
void channel_send_cancel(const struct channel_talk *t, const char *number,
			 struct channel_answer *answer);
void channel_send_refund(const struct channel_talk *t, const struct channel_refund_ask *ask,
			 struct channel_answer *answer, struct channel_refund *refund);
void channel_send_refund_query(const struct channel_talk *t, const struct channel_refund_ask *ask,
			       struct channel_answer *answer, struct channel_refund *refund);

/* "https://pay.example.com/notify/alipay/mer_…/ca_…": where the channel sends notices; "" without a
 * public address.  `what` is "notify" or "return". */
void channel_address(const struct services *s, const struct channel_keyring *k, const char *what,
		     char out[257]);

/* What a channel is asked to begin, with the addresses that the ask points to. */
struct channel_begin {
	struct channel_create ask;
	char notify_url[257], return_url[257 + URL_MAX];
};

/* The same for the first time and for every repeat.  The payer's browser comes back through Tael
 * where the channel signs that and Tael has a public address, else it goes to the shop.  auth_code
 * "" for a repeat: it is not kept. */
void channel_begin_of(const struct channel_talk *t, const struct order *o, const struct attempt *a,
		      const struct channel_method *method, const char *auth_code,
		      struct channel_begin *out);
