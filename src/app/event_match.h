/* event_match.h - which types of event an endpoint wants.
 *
 * A pattern is a type ("order.paid"), a family ("order.*") or everything ("*").  transfer.posted is
 * so frequent that only its own name means it.
 */
#pragma once

#include "app/event_put.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

enum { PATTERNS_MAX = 32, PATTERNS_TEXT = PATTERNS_MAX * (EVENT_TYPE_MAX + 1) };

#define TRANSFER_POSTED "transfer.posted"

/* ERR_INVALID at `param` unless it is a pattern. */
MUST_USE enum err pattern_check(struct str pattern, const char *param);

/* `patterns` are separated by single spaces. */
bool event_matches(struct str patterns, struct str type);
