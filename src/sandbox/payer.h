/* payer.h - what the payer does, and what time does to a trade, with the notices that follow.
 *
 * All with the sandbox's lock held.  */
#pragma once

#include "sandbox/state.h"

#include <stdbool.h>
#include <stdint.h>

/* Scans the code or opens the cashier: the trade exists from now on. */
enum refusal payer_open(struct sandbox *s, struct trade *t, int64_t now_ms);

/* Opens if need be, then pays; `late` also pays a trade that was closed unpaid. */
enum refusal payer_pay(struct sandbox *s, struct trade *t, bool late, int64_t now_ms);

/* The same, some time from now; nothing happens if it is refused then. */
void payer_pay_after(struct sandbox *s, struct trade *t, bool late, int64_t delay_ms);

/* Called for every trade that begins to exist: closes it when its time is over. */
void payer_watch(struct sandbox *s, struct trade *t, int64_t now_ms);

/* Closes the trade if its time is over, and lets its platform catch up: called before anybody looks
 * at it. */
void payer_hurry(struct sandbox *s, struct trade *t, int64_t now_ms);
