/* admin_ledger.c - asset.add, reason.add: the same use cases that the API has. */
#include "cli/admin_ops.h"

#include "app/asset.h"
#include "app/merchant.h"
#include "app/reason.h"

#include <string.h>

static void read_pay(struct jin *args, struct pay_rate *pay);
static enum err add_asset(struct tx *tx, const void *ask, void *answer);
static enum err add_reason(struct tx *tx, const void *ask, void *answer);

enum err op_asset_add(struct services *s, struct jin *args, struct jout *out)
{
	char token[ADMIN_TOKEN_TEXT] = "", kind[8] = "", frozen_in[8] = "refuse";
	struct asset_ask ask = { .pay = { .percent = 100 } };
	struct asset_answer answer = { 0 };
	int64_t merchant;

	op_token(args, token);
	op_merchant_id(args, &merchant);
	jin_text(args, "code", JIN_NEEDED, ask.code, sizeof(ask.code));
	jin_text(args, "name", JIN_NEEDED, ask.name, sizeof(ask.name));
	jin_text(args, "kind", JIN_NEEDED, kind, sizeof(kind));
	jin_integer(args, "scale", JIN_NEEDED, 0, ASSET_SCALE_MAX, &ask.scale);
	read_pay(args, &ask.pay);
	jin_text(args, "frozen_incoming", JIN_OPTIONAL, frozen_in, sizeof(frozen_in));
	jin_integer(args, "expires_days", JIN_OPTIONAL, 1, EXPIRES_DAYS_MAX, &ask.expires_days);
	if (args->fault.code == ERR_OK && strcmp(kind, "money") != 0 && strcmp(kind, "points") != 0)
		jin_fault(args, ERR_INVALID, "kind", "kind must be money or points");
	TRY(jin_done(args));
	ask.kind = strcmp(kind, "money") == 0 ? ASSET_MONEY : ASSET_POINTS;
	TRY(asset_frozen_in_read(frozen_in, &ask.frozen_in));
	TRY(asset_code_check(ask.code, "code"));
	TRY(name_check(ask.name, ASSET_NAME_MAX));
	TRY(op_merchant(s, &merchant));
	TRY(store_write(s->store, merchant, add_asset, &ask, &answer));
	jout_text(out, "asset", answer.asset.code);
	jout_bool(out, "added", !answer.replayed);
	return ERR_OK;
}

static void read_pay(struct jin *args, struct pay_rate *pay)
{
	struct jin in;

	if (!jin_enter(args, "pay", JIN_OPTIONAL, &in))
		return;
	jin_integer(&in, "units", JIN_NEEDED, 1, PAY_RATE_MAX, &pay->units);
	jin_integer(&in, "fen", JIN_NEEDED, 1, PAY_RATE_MAX, &pay->fen);
	jin_integer(&in, "max_percent", JIN_OPTIONAL, 1, 100, &pay->percent);
	jin_leave(&in);
}

static enum err add_asset(struct tx *tx, const void *ask, void *answer)
{
	struct merchant m;

	TRY(merchant_get(tx, &m));
	return asset_add(tx, ask, answer);
}

enum err op_reason_add(struct services *s, struct jin *args, struct jout *out)
{
	char token[ADMIN_TOKEN_TEXT] = "";
	struct reason_ask ask = { 0 };
	struct reason_answer answer = { 0 };
	int64_t merchant;

	op_token(args, token);
	op_merchant_id(args, &merchant);
	jin_integer(args, "code", JIN_NEEDED, REASON_MERCHANT_MIN, REASON_MAX, &ask.code);
	jin_text(args, "name", JIN_NEEDED, ask.name, sizeof(ask.name));
	jin_text(args, "name_en", JIN_NEEDED, ask.name_en, sizeof(ask.name_en));
	reason_ask_routes(args, &ask);
	TRY(jin_done(args));
	TRY(name_check(ask.name, REASON_NAME_MAX));
	TRY(name_check(ask.name_en, REASON_NAME_MAX));
	TRY(op_merchant(s, &merchant));
	TRY(store_write(s->store, merchant, add_reason, &ask, &answer));
	jout_integer(out, "reason", answer.reason.code);
	jout_bool(out, "added", !answer.replayed);
	return ERR_OK;
}

static enum err add_reason(struct tx *tx, const void *ask, void *answer)
{
	struct merchant m;

	TRY(merchant_get(tx, &m));
	return reason_add(tx, ask, answer);
}
