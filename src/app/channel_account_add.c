/* channel_account_add.c - a channel account, or new keys of one: checked, then sealed. */
#include "app/channel_account.h"

#include "app/job_put.h"
#include "app/merchant.h"
#include "app/request_key.h"
#include "app/vault.h"
#include "sys/cleanup.h"

#include <stdlib.h>
#include <string.h>

struct adding {
	const struct services *s;
	const struct channel_account_ask *ask;
	char identity[CHANNEL_IDENTITY_MAX + 1];
	bool fetches; /* its platform's certificates are to be fetched */
};

/* The account of this name as it was found. */
struct found {
	bool found;
	struct channel_account account;
	int64_t version; /* its newest */
	bool same;       /* whose configuration is the one that was sent */
};

static enum err check_ask(const struct channel_account_ask *ask);
static enum err read_config(const struct services *s, const struct channel *channel,
			    struct adding *a, int64_t *ends_ms);
static enum err get_merchant(struct tx *tx, const void *ask, void *answer);
static enum err add(struct tx *tx, const void *ask, void *answer);
static enum err find_name(struct tx *tx, const struct adding *a, struct found *f);
static enum err find_newest(struct tx *tx, const struct adding *a, struct found *f);
static enum err check_identity_is_free(struct tx *tx, const struct adding *a);
static enum err put(struct tx *tx, const struct adding *a, struct channel_account_added *out);
static struct digest digest_of(const struct adding *a);

enum err channel_account_add(const struct services *s, const struct channel_account_ask *ask,
			     struct channel_account_added *out)
{
	struct adding a = { .s = s, .ask = ask };
	const struct channel *channel = services_channel(s, str_of(ask->channel));

	TRY(check_ask(ask));
	if (!channel)
		FAIL_AT(ERR_INVALID, "channel", "there is no channel of this name");
	TRY(read_config(s, channel, &a, &out->ends_ms));
	return store_write(s->store, ask->merchant, add, &a, out);
}

static enum err check_ask(const struct channel_account_ask *ask)
{
	if (!str_is_made_of(str_of(ask->name), "abcdefghijklmnopqrstuvwxyz0123456789_-",
			    CHANNEL_ACCOUNT_NAME_MAX))
		FAIL_AT(ERR_INVALID, "name", "a channel account's name is 1-%d of a-z 0-9 _ -",
			CHANNEL_ACCOUNT_NAME_MAX);
	if (ask->config.n > CHANNEL_CONFIG_MAX)
		FAIL_AT(ERR_INVALID, "config", "a configuration is at most %d bytes",
			CHANNEL_CONFIG_MAX);
	return request_key_check(ask->token, "token");
}

/* Whether the channel can work with it, before anything is stored. */
static enum err read_config(const struct services *s, const struct channel *channel,
			    struct adding *a, int64_t *ends_ms)
{
	struct channel_config *config = NULL;
	struct merchant m;

	TRY(store_read(s->store, a->ask->merchant, get_merchant, NULL, &m));
	TRY(channel->config_read(a->ask->config, m.livemode, s->clock->wall_ms(s->clock),
				 a->identity, &config));
	*ends_ms = channel->config_expires_ms(config);
	a->fetches = channel->certificates_wanted && channel->certificates_wanted(config);
	channel->config_free(config);
	return ERR_OK;
}

static enum err get_merchant(struct tx *tx, const void *ask, void *answer)
{
	(void)ask;
	return merchant_get(tx, answer);
}

static enum err add(struct tx *tx, const void *ask, void *answer)
{
	const struct adding *a = ask;
	struct channel_account_added *out = answer;
	struct digest digest = digest_of(a);
	struct found f = { 0 };
	int64_t seen;

	TRY(request_key_find(tx, 0, KEY_TAEL, a->ask->token, &digest, &seen));
	TRY(find_name(tx, a, &f));
	if (!f.found)
		TRY(check_identity_is_free(tx, a));
	out->account = f.account;
	out->version = f.version;
	out->is_new = seen != 0 || !f.same;
	if (seen != 0 || f.same)
		return ERR_OK;
	TRY(put(tx, a, out));
	request_key_put(tx, 0, KEY_TAEL, a->ask->token, &digest, out->account.id);
	if (a->fetches)
		job_put(tx, JOB_CERTIFICATES, out->account.id, tx_now(tx), 0, 0);
	tx_tell(tx, NEWS_CHANNELS);
	return ERR_OK;
}

static struct digest digest_of(const struct adding *a)
{
	struct digest_run *run = digest_begin("channel.add");

	digest_text(run, a->ask->channel);
	digest_text(run, a->ask->name);
	digest_text(run, a->identity);
	return digest_end(run);
}

static enum err find_name(struct tx *tx, const struct adding *a, struct found *f)
{
	struct rows r;

	TX_ONE(tx, &r, &f->found,
	       "select id, channel, name, identity from channel_account"
	       " where merchant_id = $1 and name = $2",
	       V_I(tx_merchant(tx)), V_T(a->ask->name));
	if (f->found) {
		f->account.id = row_i(&r, 0);
		row_text(&r, 1, f->account.channel, sizeof(f->account.channel));
		row_text(&r, 2, f->account.name, sizeof(f->account.name));
		row_text(&r, 3, f->account.identity, sizeof(f->account.identity));
	}
	TRY(rows_end(&r));
	if (!f->found)
		return ERR_OK;
	if (strcmp(f->account.channel, a->ask->channel) != 0 ||
	    strcmp(f->account.identity, a->identity) != 0)
		FAIL_AT(ERR_CONFLICT, "name",
			"the channel account %s is %s %s, which never changes: choose another name",
			a->ask->name, f->account.channel, f->account.identity);
	return find_newest(tx, a, f);
}

static enum err find_newest(struct tx *tx, const struct adding *a, struct found *f)
{
	CLEANUP(secret_wipe) struct secret config = { 0 };
	struct rows r;
	bool found, retired = false;

	TX_ONE(tx, &r, &found,
	       "select version, config, retired_at from channel_version"
	       " where merchant_id = $1 and account_id = $2 order by version desc limit 1",
	       V_I(tx_merchant(tx)), V_I(f->account.id));
	if (found) {
		f->version = row_i(&r, 0);
		retired = !row_null(&r, 2);
		/* One that does not open is not the same: the new one replaces it. */
		if (vault_reveal(a->s->vault,
				 (struct vault_place){ "channel_version", tx_merchant(tx),
						       f->account.id, f->version },
				 row_s(&r, 1), &config) == ERR_OK)
			f->same = !retired && str_eq(secret_reveal(&config), a->ask->config);
	}
	return rows_end(&r);
}

/* Two accounts of one identity would count the same payment twice. */
static enum err check_identity_is_free(struct tx *tx, const struct adding *a)
{
	char name[CHANNEL_ACCOUNT_NAME_MAX + 1] = "";
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select name from channel_account"
	       " where merchant_id = $1 and channel = $2 and identity = $3",
	       V_I(tx_merchant(tx)), V_T(a->ask->channel), V_T(a->identity));
	if (found)
		row_text(&r, 0, name, sizeof(name));
	TRY(rows_end(&r));
	if (found)
		FAIL_AT(ERR_EXISTS, "config",
			"%s %s is the channel account %s already: add a version to it",
			a->ask->channel, a->identity, name);
	return ERR_OK;
}

static enum err put(struct tx *tx, const struct adding *a, struct channel_account_added *out)
{
	uint8_t sealed[CHANNEL_CONFIG_MAX + AES_GCM_EXTRA];
	int64_t merchant = tx_merchant(tx);
	struct channel_account *account = &out->account;

	if (account->id == 0) {
		account->id = tx_id(tx);
		TRY(str_copy(account->channel, sizeof(account->channel), str_of(a->ask->channel)));
		TRY(str_copy(account->name, sizeof(account->name), str_of(a->ask->name)));
		TRY(str_copy(account->identity, sizeof(account->identity), str_of(a->identity)));
		TX_PUT(tx, 1,
		       "insert into channel_account"
		       " (merchant_id, id, channel, name, identity, created_at)"
		       " values ($1, $2, $3, $4, $5, $6)",
		       V_I(merchant), V_I(account->id), V_T(account->channel), V_T(account->name),
		       V_T(account->identity), V_I(tx_now(tx)));
	}
	out->version++;
	TRY(vault_seal(
		a->s->vault,
		(struct vault_place){ "channel_version", merchant, account->id, out->version },
		a->ask->config, sealed));
	TX_PUT(tx, 1,
	       "insert into channel_version (merchant_id, account_id, version, config, created_at)"
	       " values ($1, $2, $3, $4, $5)",
	       V_I(merchant), V_I(account->id), V_I(out->version),
	       V_B(sealed, a->ask->config.n + AES_GCM_EXTRA), V_I(tx_now(tx)));
	return ERR_OK;
}
