/* json_scan.h - what has to be known of a JSON text before it is parsed: how deep it is, and
 * whether a number of it would not survive.
 *
 * The text need not be JSON; what is wrong with it otherwise is the parser's business.
 */
#pragma once

#include "base/str.h"

#include <stdbool.h>

struct json_scan {
	bool too_deep; /* nested deeper than JSON_DEPTH_MAX */
	/* An integer beyond 64 bits, which the parser refuses without saying where, or -0, which it
	 * would take for 0. */
	bool bad_number;
	char number_path[72]; /* of the first such number, e.g. "wallets[0].amount" */
};

struct json_scan json_scan(struct str text);
