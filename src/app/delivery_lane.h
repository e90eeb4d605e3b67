/* delivery_lane.h - which deliveries share one back-off. */
#pragma once

#include "base/str.h"

#include <stdint.h>

/* The lane of an app's orders whose notify_url has this origin (scheme, host, port): below zero. An
 * endpoint's lane is its id. */
int64_t delivery_lane(int64_t app, struct str url);
