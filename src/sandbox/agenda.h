/* agenda.h - what is to be done at a time: one thread that waits on the injected clock.
 *
 * Notices and their repeats, a payer who confirms a moment after, trades whose time is over and
 * answers that a fault holds back all stand here.  Items run on the agenda's thread, one after
 * another, and must not block for long.
 */
#pragma once

#include "base/err.h"
#include "sys/clock.h"

#include <stdbool.h>
#include <stdint.h>

struct agenda;

/* `stopping`: the agenda has ended before the time came; only give back what arg holds, and take no
 * lock that whoever adds an item may hold. */
typedef void agenda_do(void *arg, bool stopping);

MUST_USE enum err agenda_start(struct clock *clock, struct agenda **out);

/* Runs act(arg) when `delay_ms` have passed on the monotonic clock; at once for 0 or less.  Items
 * of the same time run in the order of adding.  Any thread.  After agenda_halt it runs at once,
 * stopping, on the caller's thread. */
void agenda_add(struct agenda *a, int64_t delay_ms, agenda_do *act, void *arg);

/* Ends the thread, then runs what is left with stopping = true. */
void agenda_halt(struct agenda *a);

/* NULL-safe; after agenda_halt, when nobody can add any more. */
void agenda_free(struct agenda *a);
