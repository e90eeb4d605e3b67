/* transfer_list.h - transfers of an account, or of a merchant. */
#pragma once

#include "app/history.h"
#include "app/transfer.h"

/* With an account, newest first along its chain; without one (holder ""), all of the merchant's in
 * the order of their ids.  Holding and releasing are no transfers.  A reading closure; fails as
 * history_list, with an account at "account". */
struct transfers {
	struct transfer_view transfers[LIST_MAX];
	size_t n;
	bool more;
	int64_t next; /* the last one looked at; 0 none */
};
enum err transfers_list(struct tx *tx, const void *ask, void *answer);
