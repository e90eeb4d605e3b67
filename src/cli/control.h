/* control.h - DIR/control.sock: where a running server takes the command line's operations.
 *
 * The socket has mode 0600, and a caller must be of the server's own user, or root.  One line each
 * way, then the connection ends.  Callers are served one after another.
 */
#pragma once

#include "app/services.h"
#include "base/err.h"
#include "base/str.h"
#include "sys/json.h"

struct control;

/* Begins to listen, on a thread of its own; the store's lock must be ours, so that a socket left
 * over by a former server is nobody's.  `after` is called after each operation, before its answer
 * is sent.  ERR_IO. */
MUST_USE enum err control_start(const char *dir, struct services *s, void (*after)(void *self),
				void *self, struct control **out);

/* Ends the operation at work, removes the socket.  NULL-safe. */
void control_stop(struct control *c);

/* Sends a line and waits for the answer.  ERR_LOCKED: nobody listens there. */
MUST_USE enum err control_ask(const char *dir, struct str line, struct jout *answer);
