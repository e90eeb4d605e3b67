/* admin_channel.c - channel.add, channel.list. */
#include "cli/admin_ops.h"

#include "app/channel_account.h"
#include "base/check.h"
#include "sys/secret.h"

#include <stdio.h>
#include <stdlib.h>

static enum err add(struct services *s, struct jin *args, char *config, struct jout *out);
static enum err write_list(struct services *s, int64_t merchant, struct channel_accounts *page,
			   struct jout *out);
static void write_row(const struct services *s, int64_t merchant,
		      const struct channel_account_row *row, struct jout *out);
static void write_notify_url(const struct services *s, int64_t merchant,
			     const struct channel_account *a, struct jout *out);

enum err op_channel_add(struct services *s, struct jin *args, struct jout *out)
{
	char *config = calloc(1, CHANNEL_CONFIG_MAX + 1);
	enum err e;

	CHECK(config);
	e = add(s, args, config, out);
	wipe(config, CHANNEL_CONFIG_MAX + 1);
	free(config);
	return e;
}

static enum err add(struct services *s, struct jin *args, char *config, struct jout *out)
{
	char token[ADMIN_TOKEN_TEXT] = "", channel[CHANNEL_NAME_MAX + 1] = "";
	char name[CHANNEL_ACCOUNT_NAME_MAX + 1] = "";
	struct channel_account_ask ask = { .channel = channel, .name = name, .token = token };
	struct channel_account_added added = { 0 };

	op_token(args, token);
	op_merchant_id(args, &ask.merchant);
	jin_text(args, "channel", JIN_NEEDED, channel, sizeof(channel));
	jin_text(args, "name", JIN_NEEDED, name, sizeof(name));
	jin_object_text(args, "config", JIN_NEEDED, config, CHANNEL_CONFIG_MAX + 1);
	TRY(jin_done(args));
	TRY(op_merchant(s, &ask.merchant));
	ask.config = str_of(config);
	TRY(channel_account_add(s, &ask, &added));
	jout_id(out, "id", ID_CHANNEL_ACCOUNT, added.account.id);
	jout_text(out, "channel", added.account.channel);
	jout_text(out, "name", added.account.name);
	jout_text(out, "identity", added.account.identity);
	jout_integer(out, "version", added.version);
	jout_bool(out, "added", added.is_new);
	jout_time(out, "certificates_end", added.ends_ms);
	write_notify_url(s, ask.merchant, &added.account, out);
	return ERR_OK;
}

enum err op_channel_list(struct services *s, struct jin *args, struct jout *out)
{
	char token[ADMIN_TOKEN_TEXT] = "";
	struct channel_accounts *page;
	int64_t merchant;
	enum err e;

	op_token(args, token);
	op_merchant_id(args, &merchant);
	TRY(jin_done(args));
	TRY(op_merchant(s, &merchant));
	page = malloc(sizeof(*page));
	CHECK(page);
	e = write_list(s, merchant, page, out);
	free(page);
	return e;
}

static enum err write_list(struct services *s, int64_t merchant, struct channel_accounts *page,
			   struct jout *out)
{
	int64_t after = 0;

	jout_array(out, "data");
	do {
		TRY(channel_accounts_list(s, merchant, after, page));
		for (size_t i = 0; i < page->n; i++) {
			write_row(s, merchant, &page->rows[i], out);
			after = page->rows[i].account.id;
		}
	} while (page->n == CHANNEL_ACCOUNTS_PAGE);
	jout_array_end(out);
	return ERR_OK;
}

static void write_row(const struct services *s, int64_t merchant,
		      const struct channel_account_row *row, struct jout *out)
{
	jout_object(out, NULL);
	jout_id(out, "id", ID_CHANNEL_ACCOUNT, row->account.id);
	jout_text(out, "channel", row->account.channel);
	jout_text(out, "name", row->account.name);
	jout_text(out, "identity", row->account.identity);
	jout_integer(out, "version", row->newest);
	jout_integer(out, "versions", row->versions);
	jout_time(out, "created_at", row->created_at);
	write_notify_url(s, merchant, &row->account, out);
	jout_object_end(out);
}

/* Some platforms want it entered in their console. */
static void write_notify_url(const struct services *s, int64_t merchant,
			     const struct channel_account *a, struct jout *out)
{
	char merchant_text[ID_TEXT], account_text[ID_TEXT], url[512];
	size_t n = 0;

	if (!*s->public_url) {
		jout_null(out, "notify_url");
		return;
	}
	id_write(ID_MERCHANT, merchant, merchant_text);
	id_write(ID_CHANNEL_ACCOUNT, a->id, account_text);
	str_add(url, sizeof(url), &n, "%s/notify/%s/%s/%s", s->public_url, a->channel,
		merchant_text, account_text);
	jout_text(out, "notify_url", url);
}
