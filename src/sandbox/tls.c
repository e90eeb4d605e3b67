#include "sandbox/tls.h"

#include "base/check.h"
#include "base/str.h"
#include "sandbox/qq/call.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { HOSTS_TEXT = 128 };

static enum err make(void *self, struct rand *rand, int64_t now_ms);
static void write(const void *self, struct jout *w);
static void read(void *self, struct jin *r);
static void name_hosts(const char *listen, char out[HOSTS_TEXT]);

static const struct keys_kind KEYS = { "tls-keys.json", make, write, read };

enum err tls_open(struct sandbox *s, const char *dir, const char *listen)
{
	struct tls *tls = calloc(1, sizeof(*tls));
	char hosts[HOSTS_TEXT];
	struct keys_cert_ask ask = { .name = "Tael Sandbox",
				     .hosts = hosts,
				     .usage = "serverAuth",
				     .rand = s->rand,
				     .now_ms = s->clock->wall_ms(s->clock) };
	struct jout ca;

	CHECK(tls != NULL);
	s->tls = tls;
	TRY(keys_open(&KEYS, tls, dir, s->rand, ask.now_ms));
	ca = (struct jout){ .p = tls->root_cert, .n = strlen(tls->root_cert) };
	TRY(keys_write_file(dir, "ca.pem", &ca));
	name_hosts(listen, hosts);
	ask.subject = &tls->server.private_pem;
	ask.issuer_key = &tls->root.private_pem;
	ask.issuer_cert = tls->root_cert;
	return keys_cert_make(&ask, tls->server_cert);
}

void tls_close(struct sandbox *s)
{
	struct tls *tls = s->tls;

	if (!tls)
		return;
	key_pair_wipe(&tls->root);
	key_pair_wipe(&tls->server);
	key_pair_wipe(&tls->client);
	free(tls);
}

static enum err make(void *self, struct rand *rand, int64_t now_ms)
{
	struct tls *tls = self;
	struct keys_cert_ask ask = { .rand = rand, .now_ms = now_ms };

	TRY(key_pair_make(&tls->root));
	TRY(key_pair_make(&tls->server));
	TRY(key_pair_make(&tls->client));
	ask.name = "Tael Sandbox Authority";
	ask.subject = &tls->root.private_pem;
	TRY(keys_cert_make(&ask, tls->root_cert));
	ask.name = QPAY_MCH_ID;
	ask.usage = "clientAuth";
	ask.subject = &tls->client.private_pem;
	ask.issuer_key = &tls->root.private_pem;
	ask.issuer_cert = tls->root_cert;
	return keys_cert_make(&ask, tls->client_cert);
}

static void write(const void *self, struct jout *w)
{
	const struct tls *tls = self;

	key_pair_write(w, "root_", &tls->root);
	key_pair_write(w, "server_", &tls->server);
	key_pair_write(w, "client_", &tls->client);
	jout_text(w, "root_cert", tls->root_cert);
	jout_text(w, "client_cert", tls->client_cert);
}

static void read(void *self, struct jin *r)
{
	struct tls *tls = self;

	key_pair_read(r, "root_", &tls->root);
	key_pair_read(r, "server_", &tls->server);
	key_pair_read(r, "client_", &tls->client);
	jin_text(r, "root_cert", JIN_NEEDED, tls->root_cert, PEM_MAX);
	jin_text(r, "client_cert", JIN_NEEDED, tls->client_cert, PEM_MAX);
}

/* This machine as it calls itself, and the address that was asked for. */
static void name_hosts(const char *listen, char out[HOSTS_TEXT])
{
	bool v6 = listen[0] == '[';
	struct str host = str_cut(str_of(v6 ? listen + 1 : listen), v6 ? ']' : ':', NULL);
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;
	size_t n = 0;

	str_add(out, HOSTS_TEXT, &n, "DNS:localhost,IP:127.0.0.1,IP:::1");
	if (str_copy(text, sizeof(text), host) == ERR_OK &&
	    inet_pton(v6 ? AF_INET6 : AF_INET, text, &address) == 1)
		str_add(out, HOSTS_TEXT, &n, ",IP:%s", text);
}
