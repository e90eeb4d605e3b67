/* admin.h - what the command line changes and shows: one function an operation, the same one
 * whether a server runs or not.
 *
 * Only one process may write a store.  A command that changes something tries to be it; when a
 * server has the lock, the command hands the operation's name and arguments to it through
 * DIR/control.sock, one line of JSON each way:
 *
 *   {"name":"merchant.add","args":{"token":"…","name":"Tea","live":false}}
 *   {"result":{"merchant":"mer_…"}}   or   {"error":{"code":"NOT_FOUND","text":"…","param":"…"}}
 *
 * `token` is the command's own number for the request, so that a request whose answer was lost can
 * be repeated (closures look for it first).
 */
#pragma once

#include "app/services.h"
#include "base/err.h"
#include "base/str.h"
#include "sys/json.h"

#include <stdbool.h>

enum { ADMIN_LINE_MAX = 256 * 1024, ADMIN_TOKEN_TEXT = 33 };

struct admin_op {
	const char *name; /* "merchant.add" */
	bool reads;       /* changes nothing: runs on a read-only store, whoever has the lock */
	bool secrets;     /* reads or seals a secret: needs the master key */
	/* Reads its arguments to their end (jin_done) before it does anything; writes one object.
	 */
	enum err (*run)(struct services *s, struct jin *args, struct jout *out);
};

/* All operations; NULL when there is none of that name. */
const struct admin_op *admin_op_find(struct str name);

/* Runs the operation that `line` names and writes the answering line, without its end. */
void admin_serve(struct services *s, struct str line, struct jout *answer);

/* --- for commands --- */

/* Opens the arguments: an object with its token.  The command adds members and calls admin_call,
 * which closes it. */
void admin_begin(struct jout *args);

/* Runs an operation on the data folder `dir`, here or in the server that has the lock.  *result is
 * its object, opened for reading; end it with jin_done. */
MUST_USE enum err admin_call(const char *dir, const char *op, struct jout *args,
			     struct jout *result);

/* The whole of a command: calls, then prints the object (json) or lets `show` print it; returns the
 * exit code. */
int admin_command(const char *command, const char *dir, const char *op, struct jout *args,
		  bool json, void (*show)(struct jin *result));

/* The same for a list of a merchant's: reads --merchant, --data and --json itself. */
int admin_list_command(int argc, char **argv, const char *op, void (*show)(struct jin *result));
