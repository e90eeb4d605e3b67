/* TLS to channels is verified, always: who cannot prove who he is gets not one byte. */
#include "net/client.h"

#include "base/check.h"
#include "raw.h"
#include "scratch.h"
#include "sys/cleanup.h"
#include "tap.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

enum { DAY = 86400 };

/* A key and its certificate. */
struct identity {
	EVP_PKEY *key;
	X509 *cert;
};

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *x;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	x = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	CHECK(x && X509_add_ext(cert, x, -1) == 1);
	X509_EXTENSION_free(x);
}

/* `issuer` NULL: a root.  `name` is a subjectAltName such as "IP:127.0.0.1". */
static struct identity identity_new(const struct identity *issuer, const char *name, long from_s,
				    long to_s)
{
	struct identity id = { EVP_EC_gen("P-256"), X509_new() };
	const struct identity *by = issuer ? issuer : &id;
	X509_NAME *subject = X509_get_subject_name(id.cert);

	CHECK(id.key && id.cert);
	CHECK(X509_set_version(id.cert, 2) == 1);
	CHECK(ASN1_INTEGER_set(X509_get_serialNumber(id.cert), issuer ? 2 : 1) == 1);
	CHECK(X509_gmtime_adj(X509_getm_notBefore(id.cert), from_s));
	CHECK(X509_gmtime_adj(X509_getm_notAfter(id.cert), to_s));
	CHECK(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
					 (const unsigned char *)(issuer ? "server" : "root"), -1,
					 -1, 0) == 1);
	CHECK(X509_set_issuer_name(id.cert, X509_get_subject_name(by->cert)) == 1);
	CHECK(X509_set_pubkey(id.cert, id.key) == 1);
	add_extension(id.cert, by->cert, NID_basic_constraints,
		      issuer ? "CA:FALSE" : "critical,CA:TRUE");
	if (name)
		add_extension(id.cert, by->cert, NID_subject_alt_name, name);
	CHECK(X509_sign(id.cert, by->key, EVP_sha256()) > 0);
	return id;
}

static void identity_free(struct identity *id)
{
	EVP_PKEY_free(id->key);
	X509_free(id->cert);
}

/* Serves TLS on 127.0.0.1 until told to stop. */
struct tls_server {
	SSL_CTX *ctx;
	int listen_fd;
	char url[64];
	pthread_t thread;
	atomic_bool over;
	atomic_int requests;
};

static void tls_answer(struct tls_server *t, SSL *ssl)
{
	static const char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
				     "Connection: close\r\n\r\nok";
	char byte;
	size_t n = 0;

	if (SSL_accept(ssl) != 1)
		return;
	if (SSL_read(ssl, &byte, 1) != 1)
		return;
	atomic_fetch_add(&t->requests, 1);
	(void)SSL_write_ex(ssl, ANSWER, sizeof(ANSWER) - 1, &n);
	(void)SSL_shutdown(ssl);
	while (SSL_read(ssl, &byte, 1) == 1)
		continue;
}

static void *tls_run(void *self)
{
	struct tls_server *t = self;

	for (;;) {
		int fd = accept(t->listen_fd, NULL, NULL);
		SSL *ssl;

		if (fd < 0 || atomic_load(&t->over)) {
			if (fd >= 0)
				(void)close(fd);
			return NULL;
		}
		ssl = SSL_new(t->ctx);
		CHECK(ssl && SSL_set_fd(ssl, fd) == 1);
		tls_answer(t, ssl);
		SSL_free(ssl);
		(void)close(fd);
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

static void tls_stop(struct tls_server *t)
{
	atomic_store(&t->over, true);
	(void)shutdown(t->listen_fd, SHUT_RDWR);
	CHECK(pthread_join(t->thread, NULL) == 0);
	(void)close(t->listen_fd);
	SSL_CTX_free(t->ctx);
}

static void client_stop(struct net_client **c)
{
	net_client_stop(*c);
}

/* One call to a server that shows `shown`; the caller trusts `trusted` beside the system's roots,
 * or only those when it is NULL. */
static void call_gives(enum err want, const struct identity *shown, const struct identity *trusted,
		       int newest_version)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(tls_stop) struct tls_server t;
	CLEANUP(client_stop) struct net_client *c = NULL;
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask = { .method = "POST",
			       .body = STR("secret"),
			       .reach = REACH_ANY,
			       .connect_ms = 30000,
			       .total_ms = 30000,
			       .answer_max = 100 };

	tls_start(&t, shown, newest_version);
	EXPECT_ERR(ERR_OK, net_client_start(clock_system(), &c));
	ask.url = t.url;
	if (trusted) {
		FILE *f = fopen(scratch_file(&dir, "ca.pem"), "w");

		EXPECT(f && PEM_write_X509(f, trusted->cert) == 1 && fclose(f) == 0);
		ask.ca_file = scratch_file(&dir, "ca.pem");
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

static void k8_roots_that_cannot_be_read_are_a_fault_of_configuration(void)
{
	CLEANUP(identity_free) struct identity root = identity_new(NULL, NULL, -DAY, DAY);
	CLEANUP(identity_free)
	struct identity server = identity_new(&root, "IP:127.0.0.1", -DAY, DAY);
	CLEANUP(tls_stop) struct tls_server t;
	CLEANUP(client_stop) struct net_client *c = NULL;
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask = { .method = "GET",
			       .body = STR(""),
			       .reach = REACH_ANY,
			       .ca_file = "/does/not/exist.pem",
			       .connect_ms = 30000,
			       .total_ms = 30000,
			       .answer_max = 100 };

	tls_start(&t, &server, TLS1_3_VERSION);
	EXPECT_ERR(ERR_OK, net_client_start(clock_system(), &c));
	ask.url = t.url;
	EXPECT_ERR(ERR_CONFIG, net_call(c, &ask, &got));
	EXPECT(!got.sent);
	EXPECT_INT(0, atomic_load(&t.requests));
}

static const struct tap_test TESTS[] = {
	TEST(k8_a_server_that_proves_itself_is_called),
	TEST(k8_an_unknown_issuer_is_refused),
	TEST(k8_a_self_signed_certificate_is_refused),
	TEST(k8_a_certificate_for_another_host_is_refused),
	TEST(k8_an_expired_certificate_is_refused),
	TEST(k8_an_expired_root_is_refused),
	TEST(k8_old_tls_is_refused),
	TEST(k8_roots_that_cannot_be_read_are_a_fault_of_configuration),
};

TAP_MAIN(TESTS)
