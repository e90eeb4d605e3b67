/* endpoint_row.h - the row of a delivery, for the files that put one. */
#pragma once

#include "store/store.h"

#include <stdint.h>

struct delivery_to {
	int64_t lane;    /* an endpoint's id, or delivery_lane() */
	const char *url; /* a notify_url; "" for an endpoint */
};

/* Makes the delivery of an event due now, as if it had never been tried.  This is a put. */
void delivery_due(struct tx *tx, int64_t app, int64_t event, const struct delivery_to *to);
