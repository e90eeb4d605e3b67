#include "core/transfer.h"

#include "base/check.h"
#include "core/ledger.h"

static enum err side_allowed(struct str kind, bool gives);

enum err transfer_allowed(struct str from_kind, struct str to_kind)
{
	TRY(side_allowed(from_kind, true));
	return side_allowed(to_kind, false);
}

static enum err side_allowed(struct str kind, bool gives)
{
	const char *param = gives ? "from" : "to";

	switch (holder_rule(kind)) {
	case RULE_CENTRAL:
		if (gives)
			FAIL_AT(ERR_FORBIDDEN, param, "central gives by an issue only");
		return ERR_OK;
	case RULE_OUTSIDE:
	case RULE_OPERATED:
	case RULE_EXPIRED:
		FAIL_AT(ERR_FORBIDDEN, param, "only Tael moves what %.*s holds", (int)kind.n,
			kind.p);
	case RULE_SYSTEM:
	case RULE_MEMBER:
		return ERR_OK;
	}
	CHECK(!"a holder of a rule that does not exist");
	return ERR_INTERNAL;
}
