/* tls.h - the sandbox's own authority, for --tls: what it shows, and what QQ Wallet's merchant
 * shows where the platform wants a client's certificate.
 *
 * The keys are made at the first start and kept in DIR/tls-keys.json; the authority's certificate
 * is in DIR/ca.pem too, for whoever is to trust it.  The server's certificate is made at every
 * start, since it names the address.
 */
#pragma once

#include "base/err.h"
#include "sandbox/keys.h"
#include "sandbox/state.h"

struct tls {
	struct key_pair root, server, client;
	char root_cert[PEM_MAX], server_cert[PEM_MAX], client_cert[PEM_MAX];
};

/* Sets s->tls.  `listen` is "127.0.0.1:8090" or "[::1]:8090".  ERR_IO, ERR_CONFIG, ERR_CRYPTO. */
MUST_USE enum err tls_open(struct sandbox *s, const char *dir, const char *listen);
void tls_close(struct sandbox *s);
