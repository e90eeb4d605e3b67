/* measure.h - how many requests, how they ended and how long they took, by route. */
#pragma once

#include "http/router.h"

#include <stdint.h>
#include <stdio.h>

struct measures;

struct measures *measures_new(const struct router *router);
void measures_free(struct measures *m); /* NULL-safe */

/* One answer.  route NULL: no route was found.  Any thread. */
void measures_count(struct measures *m, const struct route *route, int status, int64_t ms);

/* Writes them in Prometheus' text format.
 * Source: Prometheus, "Exposition formats", text-based format 0.0.4. */
void measures_write(const struct measures *m, FILE *out);

/* One line of that format with its HELP and TYPE. */
void measure_write(FILE *out, const char *name, bool gauge, const char *help, int64_t value);
