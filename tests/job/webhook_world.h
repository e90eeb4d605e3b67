/* webhook_world.h - a world with a merchant, an app, a receiver, and all that sends webhooks. */
#pragma once

#include "app/call_log.h"
#include "app/endpoint.h"
#include "app/event_put.h"
#include "app/job_run.h"
#include "base/codec.h"
#include "job/courier.h"
#include "job/scheduler.h"
#include "net/client.h"

#include "receiver.h"
#include "tap.h"
#include "world.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define APP_SECRET "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

struct hooks {
	struct world world;
	struct receiver *receiver;
	struct courier *courier;
	struct scheduler *scheduler;
};

static inline enum err hooks_merchant(struct tx *tx, const void *ask, void *answer)
{
	const struct services *s = ask;
	uint8_t sealed[sizeof(APP_SECRET) - 1 + AES_GCM_EXTRA];

	(void)answer;
	TX_PUT(tx, TX_ANY,
	       "insert into merchant (merchant_id, name, livemode, created_at) values ($1, 'm', 0, "
	       "1) "
	       "on conflict do nothing",
	       V_I(tx_merchant(tx)));
	TRY(vault_seal(s->vault, (struct vault_place){ "app", MERCHANT, APP, 0 }, STR(APP_SECRET),
		       sealed));
	TX_PUT(tx, TX_ANY,
	       "insert into app (merchant_id, id, name, secret, created_at) values ($1, $2, 'a', "
	       "$3, 1) "
	       "on conflict do nothing",
	       V_I(tx_merchant(tx)), V_I(APP), V_B(sealed, sizeof(sealed)));
	return ERR_OK;
}

static inline void hooks_news(void *self, int64_t merchant, unsigned news)
{
	struct hooks *h = self;

	if (news & NEWS_EVENTS)
		courier_news(h->courier, merchant);
	if (news & NEWS_JOBS)
		scheduler_wake(h->scheduler);
}

static inline void hooks_run(struct hooks *h)
{
	static const struct job_kind_def *const KINDS[] = { NULL };
	struct scheduler_options o = { .kinds = KINDS, .workers = 1, .delivery_due = courier_due };

	CHECK(net_client_start(h->world.clock, &h->world.services.client) == ERR_OK);
	CHECK(courier_start(&h->world.services, &h->courier) == ERR_OK);
	o.self = h->courier;
	CHECK(scheduler_start(&h->world.services, &o, &h->scheduler) == ERR_OK);
	store_listen(h->world.services.store, hooks_news, h);
}

static inline void hooks_halt(struct hooks *h)
{
	store_listen(h->world.services.store, NULL, NULL);
	scheduler_stop(h->scheduler);
	courier_stop(h->courier);
	net_client_stop(h->world.services.client);
}

static inline void hooks_begin_as(struct hooks *h, bool run_twice)
{
	world_begin_as(&h->world, run_twice);
	CHECK(call_log_open(h->world.dir.path, h->world.clock, 0, &h->world.services.calls) ==
	      ERR_OK);
	CHECK(store_write(h->world.services.store, MERCHANT, hooks_merchant, &h->world.services,
			  NULL) == ERR_OK);
	h->receiver = receiver_start();
	hooks_run(h);
}

static inline void hooks_begin(struct hooks *h)
{
	hooks_begin_as(h, false);
}

static inline void hooks_end(struct hooks *h)
{
	hooks_halt(h);
	receiver_stop(h->receiver);
	call_log_close(h->world.services.calls);
	world_end(&h->world);
}

static inline void hooks_url(const struct hooks *h, const char *path, char out[NOTIFY_URL_MAX + 1])
{
	(void)snprintf(out, NOTIFY_URL_MAX + 1, "http://127.0.0.1:%d%s", h->receiver->port, path);
}

static inline struct endpoint_ask hooks_endpoint_ask(const struct hooks *h, const char *path)
{
	struct endpoint_ask ask = { .services = &h->world.services,
				    .merchant = MERCHANT,
				    .app = APP,
				    .enabled = -1,
				    .compat = -1 };

	if (path)
		hooks_url(h, path, ask.url);
	signing_secret_make(rand_system(), ask.secret);
	return ask;
}

static inline struct endpoint_answer hooks_endpoint(struct hooks *h, const char *path,
						    const char *events)
{
	struct endpoint_ask ask = hooks_endpoint_ask(h, path);
	struct endpoint_answer answer;

	(void)snprintf(ask.events, sizeof(ask.events), "%s", events);
	CHECK(endpoint_check(&ask) == ERR_OK);
	CHECK(store_write(h->world.services.store, MERCHANT, endpoint_add, &ask, &answer) ==
	      ERR_OK);
	return answer;
}

struct hooks_event {
	const char *type, *notify_url, *object;
	int64_t app, order;
	int count;
};

static inline enum err hooks_event_put(struct tx *tx, const void *ask, void *answer)
{
	const struct hooks_event *e = ask;

	(void)answer;
	for (int i = 0; i < e->count; i++)
		event_put(tx, &(struct event){ .type = e->type,
					       .app = e->app,
					       .object = 7,
					       .order = e->order,
					       .notify_url = e->notify_url,
					       .object_json = str_of(e->object) });
	return ERR_OK;
}

static inline void hooks_say(struct hooks *h, struct hooks_event e)
{
	e.type = e.type ? e.type : "order.paid";
	e.object = e.object ? e.object : "{\"object\":\"order\",\"version\":1}";
	e.app = e.app ? e.app : APP;
	e.count = e.count ? e.count : 1;
	CHECK(store_write(h->world.services.store, MERCHANT, hooks_event_put, &e, NULL) == ERR_OK);
}

/* v1 signature over id.timestamp.body, computed with OpenSSL alone. */
static inline bool hooks_signed_by(const struct came *c, const char *secret, const char *timestamp)
{
	uint8_t key[64], mac[32];
	unsigned mac_n = sizeof(mac);
	char text[REQUEST_MAX], want[64] = "v1,";
	int key_n, n;

	key_n = EVP_DecodeBlock(key, (const unsigned char *)secret + 6, (int)strlen(secret + 6)) -
		1;
	n = snprintf(text, sizeof(text), "%s.%s.%s", c->id, timestamp, c->body);
	CHECK(HMAC(EVP_sha256(), key, key_n, (const unsigned char *)text, (size_t)n, mac, &mac_n));
	(void)EVP_EncodeBlock((unsigned char *)want + 3, mac, sizeof(mac));
	return strstr(c->signature, want) != NULL;
}
