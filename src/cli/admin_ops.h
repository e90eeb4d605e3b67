/* admin_ops.h - the operations by name, and what they share in reading and writing JSON. */
#pragma once

#include "base/id.h"
#include "cli/admin.h"

/* Each as admin_op.run. */
enum err op_merchant_add(struct services *s, struct jin *args, struct jout *out);
enum err op_merchant_set(struct services *s, struct jin *args, struct jout *out);
enum err op_merchant_list(struct services *s, struct jin *args, struct jout *out);
enum err op_app_add(struct services *s, struct jin *args, struct jout *out);
enum err op_app_set(struct services *s, struct jin *args, struct jout *out);
enum err op_app_list(struct services *s, struct jin *args, struct jout *out);
enum err op_key_add(struct services *s, struct jin *args, struct jout *out);
enum err op_key_revoke(struct services *s, struct jin *args, struct jout *out);
enum err op_key_list(struct services *s, struct jin *args, struct jout *out);
enum err op_channel_add(struct services *s, struct jin *args, struct jout *out);
enum err op_channel_list(struct services *s, struct jin *args, struct jout *out);
enum err op_asset_add(struct services *s, struct jin *args, struct jout *out);
enum err op_reason_add(struct services *s, struct jin *args, struct jout *out);
enum err op_clearing_run(struct services *s, struct jin *args, struct jout *out);

/* The arguments' token into token[ADMIN_TOKEN_TEXT]. */
void op_token(struct jin *args, char token[ADMIN_TOKEN_TEXT]);

/* The id of a member, as id_write wrote it. */
void op_id(struct jin *args, const char *key, enum id_kind kind, int64_t *id);

/* The merchant that `key` "merchant" names; without one the installation's only merchant.  Call it
 * after jin_done, with what op_merchant_id read. */
void op_merchant_id(struct jin *args, int64_t *id); /* 0: not named */
MUST_USE enum err op_merchant(const struct services *s, int64_t *id);
