/* transfer.h - who moves what: what a merchant's own call may do, and what only Tael does. */
#pragma once

#include "base/err.h"
#include "base/str.h"

/* May a transfer that a merchant asks for go from a holder of one kind to one of another?  central
 * gives by issue only and takes back from all; channel, payout, fee, suspense and expired are moved
 * by Tael. ERR_FORBIDDEN at "from" or "to". */
MUST_USE enum err transfer_allowed(struct str from_kind, struct str to_kind);
