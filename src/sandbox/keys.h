/* keys.h - the sandbox's own keys: each platform's are made once, kept in a file of their own, and
 * handed to the shop's side as the configurations that `tael channel add` takes.
 *
 * Every file is mode 0600.  Whoever reads them can pay nobody: they are known to this sandbox only.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sys/json.h"
#include "sys/rand.h"
#include "sys/secret.h"

#include <stdint.h>

enum { PEM_MAX = 4096 };

struct key_pair {
	struct secret private_pem;
	char public_pem[PEM_MAX];
};

/* How one platform's keys are made, written and read; `keys` is what that platform keeps. */
struct keys_kind {
	const char *file; /* its name in DIR */
	enum err (*make)(void *keys, struct rand *rand, int64_t now_ms);
	void (*write)(const void *keys, struct jout *w);
	void (*read)(void *keys, struct jin *r);
};

/* Reads DIR/FILE, or makes the keys and writes it (and DIR, mode 0700, if it is missing).  ERR_IO;
 * ERR_CONFIG when the file holds something else; ERR_CRYPTO. */
MUST_USE enum err keys_open(const struct keys_kind *kind, void *keys, const char *dir,
			    struct rand *rand, int64_t now_ms);

/* Writes DIR/FILE anew.  ERR_IO. */
MUST_USE enum err keys_store(const struct keys_kind *kind, const void *keys, const char *dir);

/* Writes any file of DIR, mode 0600.  ERR_IO. */
MUST_USE enum err keys_write_file(const char *dir, const char *file, const struct jout *w);

/* For CLEANUP of a text that held keys. */
void jout_wipe(struct jout *w);

/* RSA of 2048 bits. */
MUST_USE enum err key_pair_make(struct key_pair *pair);
void key_pair_wipe(struct key_pair *pair);

/* Members "<name>private_key" and "<name>public_key"; with "platform_" and "" as names. */
void key_pair_write(struct jout *w, const char *name, const struct key_pair *pair);
void key_pair_read(struct jin *r, const char *name, struct key_pair *pair);

/* A certificate for ten years. */
struct keys_cert_ask {
	const char *name;
	const char *hosts, *usage;       /* as cert_make takes them; NULL: none */
	const struct secret *subject;    /* private keys, PEM */
	const struct secret *issuer_key; /* NULL: a root */
	const char *issuer_cert;
	struct rand *rand;
	int64_t now_ms;
};
MUST_USE enum err keys_cert_make(const struct keys_cert_ask *ask, char out[PEM_MAX]);

/* A needed text member that is a secret. */
void keys_secret_read(struct jin *r, const char *key, struct secret *out);
