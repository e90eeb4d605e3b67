/* admin_ops.c - the table of operations. */
#include "cli/admin_ops.h"

#include <stddef.h>

/* clang-format off */
static const struct admin_op OPS[] = {
	{ .name = "merchant.add",  .run = op_merchant_add },
	{ .name = "merchant.set",  .run = op_merchant_set },
	{ .name = "merchant.list", .run = op_merchant_list, .reads = true },
	{ .name = "app.add",       .run = op_app_add, .secrets = true },
	{ .name = "app.set",       .run = op_app_set },
	{ .name = "app.list",      .run = op_app_list, .reads = true },
	{ .name = "key.add",       .run = op_key_add },
	{ .name = "key.revoke",    .run = op_key_revoke },
	{ .name = "key.list",      .run = op_key_list, .reads = true },
	{ .name = "channel.add",   .run = op_channel_add, .secrets = true },
	{ .name = "asset.add",     .run = op_asset_add },
	{ .name = "reason.add",    .run = op_reason_add },
	{ .name = "clearing.run",  .run = op_clearing_run },
	{ .name = "channel.list",  .run = op_channel_list, .reads = true },
};
/* clang-format on */

const struct admin_op *admin_op_find(struct str name)
{
	for (size_t i = 0; i < sizeof(OPS) / sizeof(OPS[0]); i++)
		if (str_is(name, OPS[i].name))
			return &OPS[i];
	return NULL;
}
