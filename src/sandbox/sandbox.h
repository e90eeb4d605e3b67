/* sandbox.h - an imitation of the platforms on the wire: the other side of every channel.
 *
 *   /gateway.do          Alipay's gateway, see alipay/gateway.h
 *   /v3/…                WeChat Pay's APIv3, see wechat/call.h
 *   /cashier/… /q/…      the payer's pages
 *   /                    what trades there are, with codes to scan
 *   /sandbox/…           the control API, see docs/sandbox.md
 *
 * It shares no code with src/channel: both were written from the platform's documents, so that a
 * misreading shows.  All state is in memory.
 */
#pragma once

#include "base/err.h"
#include "sys/clock.h"
#include "sys/rand.h"

#include <stdbool.h>
#include <stdint.h>

struct sandbox;

struct sandbox_options {
	const char *listen;   /* "127.0.0.1:8090"; port 0 finds a free one */
	const char *out;      /* the folder of keys and configurations; made if missing */
	bool tls;             /* https only, by an authority of its own: see tls.h */
	int64_t notice_scale; /* per mille of the platform's notice schedule, 0..1000 */
	struct clock *clock;
	struct rand *rand;
};

/* Makes or reads the keys, listens, writes the configurations and serves.  ERR_IO, ERR_INVALID (the
 * address), ERR_CONFIG (the folder holds something else). */
MUST_USE enum err sandbox_start(const struct sandbox_options *options, struct sandbox **out);

/* "http://127.0.0.1:41234" */
const char *sandbox_url(const struct sandbox *s);

/* Answers what is open, sends nothing more, and frees.  NULL-safe. */
void sandbox_stop(struct sandbox *s);
