/* admin_args.c - what the operations share in reading their arguments. */
#include "cli/admin_ops.h"

#include "app/merchant.h"
#include "sys/cleanup.h"

#include <stdlib.h>

static enum err only_merchant(const struct services *s, struct merchants *page, int64_t *id);

void op_token(struct jin *args, char token[ADMIN_TOKEN_TEXT])
{
	jin_word(args, "token", JIN_NEEDED, "0123456789abcdef", token, ADMIN_TOKEN_TEXT);
}

void op_id(struct jin *args, const char *key, enum id_kind kind, int64_t *id)
{
	char text[ID_TEXT] = "";

	jin_text(args, key, JIN_NEEDED, text, sizeof(text));
	if (args->fault.code == ERR_OK && id_read(kind, str_of(text), id) != ERR_OK)
		jin_fault(args, ERR_NOT_FOUND, key, "this is not such an id");
}

void op_merchant_id(struct jin *args, int64_t *id)
{
	*id = 0;
	if (jin_has(args, "merchant"))
		op_id(args, "merchant", ID_MERCHANT, id);
}

enum err op_merchant(const struct services *s, int64_t *id)
{
	struct merchants *page;
	enum err e;

	if (*id != 0)
		return ERR_OK;
	page = malloc(sizeof(*page));
	if (!page)
		FAIL(ERR_INTERNAL, "no memory");
	e = only_merchant(s, page, id);
	free(page);
	return e;
}

static enum err only_merchant(const struct services *s, struct merchants *page, int64_t *id)
{
	TRY(merchants_list(s, 0, page));
	if (page->n == 0)
		FAIL(ERR_NOT_FOUND, "there is no merchant; `tael merchant add` makes one");
	if (page->n > 1)
		FAIL_AT(ERR_USAGE, "merchant",
			"there are several merchants: name one with --merchant");
	*id = page->merchants[0].id;
	return ERR_OK;
}
