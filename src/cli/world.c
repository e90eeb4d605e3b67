#include "cli/world.h"

#include "app/channel_keys.h"
#include "app/vault.h"
#include "base/check.h"
#include "cli/parts.h"
#include "store/sqlite/sqlite.h"

#include <string.h>

static enum err open_parts(const struct world_ask *ask, struct world *w);
static enum err open_store(const struct world_ask *ask, struct world *w);

enum err world_open(const struct world_ask *ask, struct world *w)
{
	struct outcome o;

	*w = (struct world){ 0 };
	o = outcome_of(open_parts(ask, w));
	if (o.code != ERR_OK)
		world_close(w);
	return outcome_raise(&o);
}

static enum err open_parts(const struct world_ask *ask, struct world *w)
{
	struct services *s = &w->services;
	struct vault *vault = NULL;

	TRY(settings_load(&w->settings, ask->dir));
	s->clock = ask->clock ? ask->clock : clock_system();
	s->rand = rand_system();
	/* A run names its node, and no two runs of a node are the same. */
	s->run = id_next(0, s->clock->wall_ms(s->clock),
			 (int)setting_integer(&w->settings, SETTING_NODE)) +
		 (int64_t)rand_below(s->rand, 1 << ID_COUNTER_BITS);
	s->channels = CHANNELS;
	world_apply(w);
	TRY(open_store(ask, w));
	if (ask->secrets) {
		TRY(vault_open(ask->dir, s->rand, &vault));
		s->vault = vault;
		s->channel_keys = channel_keys_new(s);
	}
	if (ask->network)
		TRY(net_client_start(s->clock, &s->client));
	return ERR_OK;
}

void world_apply(struct world *w)
{
	struct services *s = &w->services;

	CHECK(str_copy(s->public_url, sizeof(s->public_url),
		       str_of(setting_text(&w->settings, SETTING_PUBLIC_URL))) == ERR_OK);
	s->allow_private_webhooks = setting_bool(&w->settings, SETTING_ALLOW_PRIVATE_WEBHOOKS);
}

void world_close(struct world *w)
{
	struct services *s = &w->services;
	struct vault *vault = NULL;

	if (s->client)
		net_client_stop(s->client);
	store_close(s->store);
	channel_keys_free(s->channel_keys);
	/* It was made here and given away read only. */
	memcpy(&vault, &s->vault, sizeof(vault));
	vault_free(vault);
	*w = (struct world){ 0 };
}

static enum err open_store(const struct world_ask *ask, struct world *w)
{
	struct sqlite_options o = {
		.dir = ask->dir,
		.clock = w->services.clock,
		.node = (int)setting_integer(&w->settings, SETTING_NODE),
		.create = ask->mode == WORLD_CREATE,
		.account_cache = (size_t)setting_integer(&w->settings, SETTING_ACCOUNT_CACHE),
		.before_commit = ask->before_commit,
		.after_commit = ask->after_commit,
		.self = ask->self,
	};

	if (ask->mode == WORLD_READ)
		return sqlite_store_open_reading(ask->dir, w->services.clock, &w->services.store);
	return sqlite_store_open(&o, &w->services.store);
}
