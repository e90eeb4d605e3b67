/* TLS to channels is verified, always: who cannot prove who he is gets not one byte. */
#include "net/client.h"

#include "base/check.h"
#include "identity.h"
#include "raw.h"
#include "sys/cleanup.h"
#include "tap.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { DAY = 86400, CONNECTIONS_MAX = 8 };

/* Serves TLS on 127.0.0.1 until told to stop: each answer is the name on the client's certificate,
 * or "nobody", and connections stay open until the client closes them. */
struct tls_server {
	SSL_CTX *ctx;
	int listen_fd;
	char url[64];
	pthread_t thread, connection[CONNECTIONS_MAX];
	atomic_int connections;
	atomic_bool over;
	atomic_int requests;
};

/* One end of a connection, given to its thread. */
struct tls_end {
	struct tls_server *server;
	int fd;
};

/* Reads to the end of a GET's header fields. */
static bool tls_read(SSL *ssl)
{
	char text[4096];
	size_t n = 0, got;

	while (n < 4 || memcmp(text + n - 4, "\r\n\r\n", 4) != 0) {
		if (n == sizeof(text) || SSL_read_ex(ssl, text + n, 1, &got) != 1)
			return false;
		n += got;
	}
	return true;
}

static void tls_answer(struct tls_server *t, SSL *ssl)
{
	char name[64] = "nobody", answer[160];
	X509 *shown = SSL_get1_peer_certificate(ssl);
	size_t n;

	if (shown)
		CHECK(X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name,
						sizeof(name)) > 0);
	X509_free(shown);
	(void)snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
		       strlen(name), name);
	while (tls_read(ssl)) {
		atomic_fetch_add(&t->requests, 1);
		(void)SSL_write_ex(ssl, answer, strlen(answer), &n);
	}
}

static void *tls_serve(void *self)
{
	struct tls_end *end = self;
	SSL *ssl = SSL_new(end->server->ctx);

	CHECK(ssl && SSL_set_fd(ssl, end->fd) == 1);
	if (SSL_accept(ssl) == 1)
		tls_answer(end->server, ssl);
	SSL_free(ssl);
	(void)close(end->fd);
	free(end);
	return NULL;
}

static void *tls_run(void *self)
{
	struct tls_server *t = self;

	for (;;) {
		int fd = accept(t->listen_fd, NULL, NULL);
		struct tls_end *end;
		int n;

		if (fd < 0 || atomic_load(&t->over)) {
			if (fd >= 0)
				(void)close(fd);
			return NULL;
		}
		end = malloc(sizeof(*end));
		n = atomic_fetch_add(&t->connections, 1);
		CHECK(end && n < CONNECTIONS_MAX);
		*end = (struct tls_end){ t, fd };
		CHECK(pthread_create(&t->connection[n], NULL, tls_serve, end) == 0);
	}
}

static void tls_start(struct tls_server *t, const struct identity *id, int newest_version)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	/* OpenSSL writes to whoever has gone. */
	(void)signal(SIGPIPE, SIG_IGN);
	memset(t, 0, sizeof(*t));
	t->ctx = SSL_CTX_new(TLS_server_method());
	CHECK(t->ctx);
	SSL_CTX_set_security_level(t->ctx, 0);
	CHECK(SSL_CTX_set_min_proto_version(t->ctx, TLS1_VERSION) == 1);
	CHECK(SSL_CTX_set_max_proto_version(t->ctx, newest_version) == 1);
	CHECK(SSL_CTX_use_certificate(t->ctx, id->cert) == 1);
	CHECK(SSL_CTX_use_PrivateKey(t->ctx, id->key) == 1);
	t->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(bind(t->listen_fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	CHECK(listen(t->listen_fd, 16) == 0);
	CHECK(getsockname(t->listen_fd, (struct sockaddr *)&at, &n) == 0);
	(void)snprintf(t->url, sizeof(t->url), "https://127.0.0.1:%d/", ntohs(at.sin_port));
	CHECK(pthread_create(&t->thread, NULL, tls_run, t) == 0);
}

/* From the next connection on clients are asked for a certificate of `issuer`; `needed`: without
 * one they are turned away. */
static void tls_ask_clients(struct tls_server *t, const struct identity *issuer, bool needed)
{
	SSL_CTX_set_verify(t->ctx, SSL_VERIFY_PEER | (needed ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
			   NULL);
	CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(t->ctx), issuer->cert) == 1);
	/* A session that is taken up again names a client only within the same service. */
	CHECK(SSL_CTX_set_session_id_context(t->ctx, (const unsigned char *)"t", 1) == 1);
}

/* Its clients have been stopped: their connections have ended. */
static void tls_stop(struct tls_server *t)
{
	atomic_store(&t->over, true);
	(void)shutdown(t->listen_fd, SHUT_RDWR);
	CHECK(pthread_join(t->thread, NULL) == 0);
	for (int i = 0; i < atomic_load(&t->connections); i++)
		CHECK(pthread_join(t->connection[i], NULL) == 0);
	(void)close(t->listen_fd);
	SSL_CTX_free(t->ctx);
}

static void client_stop(struct net_client **c)
{
	net_client_stop(*c);
}

static struct net_ask ask_of(const struct tls_server *t)
{
	return (struct net_ask){ .method = "GET",
				 .url = t->url,
				 .body = STR(""),
				 .reach = REACH_ANY,
				 .connect_ms = 30000,
				 .total_ms = 30000,
				 .answer_max = 100 };
}

/* One call to a server that shows `shown`; the caller trusts `trusted` instead of the system's
 * roots, or these when it is NULL. */
static void call_gives(enum err want, const struct identity *shown, const struct identity *trusted,
		       int newest_version)
{
	CLEANUP(pem_free) struct pem roots = { 0 };
	CLEANUP(tls_stop) struct tls_server t;
	CLEANUP(client_stop) struct net_client *c = NULL;
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask;

	tls_start(&t, shown, newest_version);
	EXPECT_ERR(ERR_OK, net_client_start(clock_system(), &c));
	ask = ask_of(&t);
	if (trusted) {
		roots = pem_of(trusted, false);
		ask.tls.roots = roots.text;
	}
	EXPECT_ERR(want, net_call(c, &ask, &got));
	EXPECT_INT(want == ERR_OK, atomic_load(&t.requests));
	EXPECT(got.sent == (want == ERR_OK));
	EXPECT_INT(want == ERR_OK ? 200 : 0, got.status);
}

static void k8_a_server_that_proves_itself_is_called(void)
{
	CLEANUP(identity_free) struct identity root = identity_new(NULL, NULL, -DAY, DAY);
	CLEANUP(identity_free)
	struct identity server = identity_new(&root, "IP:127.0.0.1", -DAY, DAY);

	CALL(call_gives(ERR_OK, &server, &root, TLS1_3_VERSION));
	CALL(call_gives(ERR_OK, &server, &root, TLS1_2_VERSION));
}

static void k8_an_unknown_issuer_is_refused(void)
{
	CLEANUP(identity_free) struct identity root = identity_new(NULL, NULL, -DAY, DAY);
	CLEANUP(identity_free) struct identity other = identity_new(NULL, NULL, -DAY, DAY);
	CLEANUP(identity_free)
	struct identity server = identity_new(&root, "IP:127.0.0.1", -DAY, DAY);

	CALL(call_gives(ERR_NETWORK, &server, NULL, TLS1_3_VERSION));
	CALL(call_gives(ERR_NETWORK, &server, &other, TLS1_3_VERSION));
}

static void k8_a_self_signed_certificate_is_refused(void)
{
	CLEANUP(identity_free) struct identity self = identity_new(NULL, "IP:127.0.0.1", -DAY, DAY);

	CALL(call_gives(ERR_NETWORK, &self, NULL, TLS1_3_VERSION));
}

static void k8_a_certificate_for_another_host_is_refused(void)
{
	static const char *const NAMES[] = { "DNS:shop.example", "IP:127.0.0.2",
					     "DNS:127.0.0.1.example" };
	CLEANUP(identity_free) struct identity root = identity_new(NULL, NULL, -DAY, DAY);

	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		CLEANUP(identity_free)
		struct identity server = identity_new(&root, NAMES[i], -DAY, DAY);

		CALL(call_gives(ERR_NETWORK, &server, &root, TLS1_3_VERSION));
	}
}

static void k8_an_expired_certificate_is_refused(void)
{
	CLEANUP(identity_free) struct identity root = identity_new(NULL, NULL, -9L * DAY, DAY);
	CLEANUP(identity_free)
	struct identity expired = identity_new(&root, "IP:127.0.0.1", -9L * DAY, -DAY);
	CLEANUP(identity_free)
	struct identity early = identity_new(&root, "IP:127.0.0.1", DAY, 9L * DAY);

	CALL(call_gives(ERR_NETWORK, &expired, &root, TLS1_3_VERSION));
	EXPECT(strstr(err_text(), "expired"));
	CALL(call_gives(ERR_NETWORK, &early, &root, TLS1_3_VERSION));
}

static void k8_an_expired_root_is_refused(void)
{
	CLEANUP(identity_free) struct identity root = identity_new(NULL, NULL, -9L * DAY, -DAY);
	CLEANUP(identity_free)
	struct identity server = identity_new(&root, "IP:127.0.0.1", -DAY, DAY);

	CALL(call_gives(ERR_NETWORK, &server, &root, TLS1_3_VERSION));
}

static void k8_old_tls_is_refused(void)
{
	CLEANUP(identity_free) struct identity root = identity_new(NULL, NULL, -DAY, DAY);
	CLEANUP(identity_free)
	struct identity server = identity_new(&root, "IP:127.0.0.1", -DAY, DAY);

	CALL(call_gives(ERR_NETWORK, &server, &root, TLS1_1_VERSION));
	CALL(call_gives(ERR_NETWORK, &server, &root, TLS1_VERSION));
}

/* --- certificates of clients --- */

/* A server that asks for certificates, a client, and two that its issuer has signed. */
struct mutual {
	struct identity root, server, first, second;
	struct pem roots, cert[2], key[2];
	struct tls_server t;
	struct net_client *client;
};

static void mutual_open(struct mutual *m, bool needed, int newest_version)
{
	m->root = identity_new(NULL, NULL, -DAY, DAY);
	m->server = identity_new(&m->root, "IP:127.0.0.1", -DAY, DAY);
	m->first = identity_new(&m->root, "DNS:first", -DAY, DAY);
	m->second = identity_new(&m->root, "DNS:second", -DAY, DAY);
	m->roots = pem_of(&m->root, false);
	for (int i = 0; i < 2; i++) {
		m->cert[i] = pem_of(i == 0 ? &m->first : &m->second, false);
		m->key[i] = pem_of(i == 0 ? &m->first : &m->second, true);
	}
	tls_start(&m->t, &m->server, newest_version);
	tls_ask_clients(&m->t, &m->root, needed);
	CHECK(net_client_start(clock_system(), &m->client) == ERR_OK);
}

static void mutual_close(struct mutual *m)
{
	net_client_stop(m->client);
	tls_stop(&m->t);
	for (int i = 0; i < 2; i++) {
		pem_free(&m->cert[i]);
		pem_free(&m->key[i]);
	}
	pem_free(&m->roots);
	identity_free(&m->second);
	identity_free(&m->first);
	identity_free(&m->server);
	identity_free(&m->root);
}

/* Calls with the certificate `i`, or without one when it is -1. */
static void is_known_as(struct mutual *m, int i, const char *name)
{
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask = ask_of(&m->t);

	ask.tls.roots = m->roots.text;
	if (i >= 0) {
		ask.tls.certificate = m->cert[i].text;
		ask.tls.private_key = m->key[i].text;
	}
	EXPECT_ERR(ERR_OK, net_call(m->client, &ask, &got));
	EXPECT_STR(name, got.body);
}

static void k8_a_client_is_known_by_the_certificate_of_its_own_call(void)
{
	static const int VERSIONS[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(mutual_close) struct mutual m;

		mutual_open(&m, false, VERSIONS[i]);
		CALL(is_known_as(&m, 0, "DNS:first"));
		CALL(is_known_as(&m, -1, "nobody"));
		CALL(is_known_as(&m, 1, "DNS:second"));
		EXPECT_INT(3, atomic_load(&m.t.connections));
		/* Kept connections are used again, each by its own kind of call. */
		CALL(is_known_as(&m, 1, "DNS:second"));
		CALL(is_known_as(&m, -1, "nobody"));
		CALL(is_known_as(&m, 0, "DNS:first"));
		EXPECT_INT(3, atomic_load(&m.t.connections));
	}
}

static void a_client_without_the_certificate_that_is_needed_is_not_served(void)
{
	CLEANUP(mutual_close) struct mutual m;
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask;

	mutual_open(&m, true, TLS1_2_VERSION);
	ask = ask_of(&m.t);
	ask.tls.roots = m.roots.text;
	EXPECT_ERR(ERR_NETWORK, net_call(m.client, &ask, &got));
	EXPECT(!got.sent);
	EXPECT_INT(0, atomic_load(&m.t.requests));
	CALL(is_known_as(&m, 0, "DNS:first"));
}

static void what_cannot_be_used_is_a_fault_of_configuration(void)
{
	CLEANUP(mutual_close) struct mutual m;
	struct net_tls bad[5];

	mutual_open(&m, false, TLS1_3_VERSION);
	for (size_t i = 0; i < 5; i++)
		bad[i] = (struct net_tls){ m.roots.text, m.cert[0].text, m.key[0].text };
	bad[0].roots = STR("no PEM");
	bad[1].certificate = STR("no PEM");
	bad[2].private_key = STR("no PEM");
	bad[3].private_key = STR("");
	bad[4].private_key = m.key[1].text; /* of another certificate */
	for (size_t i = 0; i < 5; i++) {
		CLEANUP(net_got_free) struct net_got got = { 0 };
		struct net_ask ask = ask_of(&m.t);

		ask.tls = bad[i];
		EXPECT_ERR(ERR_CONFIG, net_call(m.client, &ask, &got));
		EXPECT(!got.sent);
	}
	EXPECT_INT(0, atomic_load(&m.t.requests));
}

static const struct tap_test TESTS[] = {
	TEST(k8_a_server_that_proves_itself_is_called),
	TEST(k8_an_unknown_issuer_is_refused),
	TEST(k8_a_self_signed_certificate_is_refused),
	TEST(k8_a_certificate_for_another_host_is_refused),
	TEST(k8_an_expired_certificate_is_refused),
	TEST(k8_an_expired_root_is_refused),
	TEST(k8_old_tls_is_refused),
	TEST(k8_a_client_is_known_by_the_certificate_of_its_own_call),
	TEST(a_client_without_the_certificate_that_is_needed_is_not_served),
	TEST(what_cannot_be_used_is_a_fault_of_configuration),
};

TAP_MAIN(TESTS)
