/* The server over TLS: what the sandbox speaks. */
#include "net/server.h"

#include "identity.h"
#include "raw.h"
#include "served.h"
#include "sys/cleanup.h"
#include "tap.h"

#include <openssl/ssl.h>
#include <signal.h>

enum { DAY = 86400, PEM_MAX = 4000, CONNECTIONS_MAX = 200, ANSWER_MAX = 200000 };

static const char NOW[] = "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello";
static const char GATE[] = "GET /gate HTTP/1.1\r\nHost: t\r\n\r\n";
static const char NAME[] = "GET /name HTTP/1.1\r\nHost: t\r\n\r\n";

/* An authority, and a server of it. */
struct world {
	struct identity root, id;
	char root_pem[PEM_MAX], cert_pem[PEM_MAX], key_pem[PEM_MAX];
	struct served *server;
};

/* One connection of a client. */
struct line {
	SSL_CTX *ctx;
	SSL *ssl;
	int fd;
};

static char answer[ANSWER_MAX]; /* the last one read: head and body */

static void pem_write(const struct identity *id, bool key, char out[PEM_MAX])
{
	CLEANUP(pem_free) struct pem pem = pem_of(id, key);

	CHECK(str_copy(out, PEM_MAX, pem.text) == ERR_OK);
}

static void world_start(struct world *w)
{
	struct net_server_tls tls = { w->cert_pem, w->key_pem, w->root_pem };

	(void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to whoever has gone */
	w->root = identity_new(NULL, NULL, -DAY, DAY);
	w->id = identity_make(&(struct identity_ask){ .issuer = &w->root,
						      .cn = "server",
						      .name = "IP:127.0.0.1",
						      .usage = "serverAuth",
						      .from_s = -DAY,
						      .to_s = DAY });
	pem_write(&w->root, false, w->root_pem);
	pem_write(&w->id, false, w->cert_pem);
	pem_write(&w->id, true, w->key_pem);
	w->server = served_start_tls(NULL, &tls);
}

static void world_stop(struct world *w)
{
	served_stop(&w->server);
	identity_free(&w->id);
	identity_free(&w->root);
}

static void line_close(struct line *l)
{
	SSL_free(l->ssl);
	SSL_CTX_free(l->ctx);
	if (l->fd > 0)
		(void)close(l->fd);
	*l = (struct line){ 0 };
}

/* `shown` NULL: no certificate of its own.  False when the server does not prove itself, or the
 * handshake fails. */
static bool line_open(struct line *l, const struct world *w, const struct identity *shown,
		      int newest_version)
{
	*l = (struct line){ .ctx = SSL_CTX_new(TLS_client_method()),
			    .fd = raw_connect(served_url(w->server)) };
	CHECK(l->ctx && l->fd >= 0);
	SSL_CTX_set_security_level(l->ctx, 0);
	CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(l->ctx), w->root.cert) == 1);
	SSL_CTX_set_verify(l->ctx, SSL_VERIFY_PEER, NULL);
	CHECK(SSL_CTX_set_min_proto_version(l->ctx, TLS1_VERSION) == 1);
	CHECK(SSL_CTX_set_max_proto_version(l->ctx, newest_version) == 1);
	if (shown) {
		CHECK(SSL_CTX_use_certificate(l->ctx, shown->cert) == 1);
		CHECK(SSL_CTX_use_PrivateKey(l->ctx, shown->key) == 1);
	}
	l->ssl = SSL_new(l->ctx);
	CHECK(l->ssl && SSL_set_fd(l->ssl, l->fd) == 1);
	CHECK(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(l->ssl), "127.0.0.1") == 1);
	return SSL_connect(l->ssl) == 1;
}

static bool line_send(struct line *l, const char *data, size_t n)
{
	return SSL_write(l->ssl, data, (int)n) == (int)n;
}

/* Reads one answer with a Content-Length; its body, NULL when the connection ended before. */
static const char *line_read(struct line *l)
{
	size_t n = 0, wanted = 0;
	char *body = NULL;

	while (!body || (size_t)(body - answer) + wanted > n) {
		int got = SSL_read(l->ssl, answer + n, 1);

		if (got != 1)
			return NULL;
		answer[++n] = '\0';
		if (body || n < 4 || memcmp(answer + n - 4, "\r\n\r\n", 4) != 0)
			continue;
		body = answer + n;
		CHECK(strstr(answer, "Content-Length: "));
		wanted = strtoul(strstr(answer, "Content-Length: ") + 16, NULL, 10);
		CHECK(n + wanted < ANSWER_MAX);
	}
	return body;
}

static const char *line_ask(struct line *l, const char *request)
{
	return line_send(l, request, strlen(request)) ? line_read(l) : NULL;
}

static void it_says_https_and_speaks_tls_from_1_2_on(void)
{
	static const struct {
		int version;
		bool spoken;
	} VERSIONS[] = { { TLS1_3_VERSION, true },
			 { TLS1_2_VERSION, true },
			 { TLS1_1_VERSION, false },
			 { TLS1_VERSION, false } };
	CLEANUP(world_stop) struct world w = { 0 };

	world_start(&w);
	EXPECT(strncmp(served_url(w.server), "https://127.0.0.1:", 18) == 0);
	for (size_t i = 0; i < sizeof(VERSIONS) / sizeof(VERSIONS[0]); i++) {
		CLEANUP(line_close) struct line l = { 0 };

		NOTE("case %zu", i);
		EXPECT_INT(VERSIONS[i].spoken, line_open(&l, &w, NULL, VERSIONS[i].version));
		if (VERSIONS[i].spoken)
			EXPECT_STR("POST|/now||hello", line_ask(&l, NOW));
	}
}

static void plain_http_is_not_answered(void)
{
	CLEANUP(world_stop) struct world w = { 0 };
	struct raw_answer a;
	int fd;

	world_start(&w);
	fd = raw_connect(served_url(w.server));
	EXPECT_INT(0, raw_ask(fd, NOW, &a));
	(void)close(fd);
	EXPECT_INT(0, served_count(w.server, &w.server->begun));
}

/* All are open, and ask while the loop stands still, so that all become ready at once. */
static void serves(size_t n)
{
	static struct line lines[CONNECTIONS_MAX];
	CLEANUP(world_stop) struct world w = { 0 };
	CLEANUP(line_close) struct line gate = { 0 };

	world_start(&w);
	EXPECT(line_open(&gate, &w, NULL, TLS1_3_VERSION));
	for (size_t i = 0; i < n; i++)
		EXPECT(line_open(&lines[i], &w, NULL, TLS1_3_VERSION));
	for (int round = 0; round < 2; round++) {
		EXPECT(line_send(&gate, GATE, sizeof(GATE) - 1));
		served_wait_gate(w.server);
		for (size_t i = 0; i < n; i++)
			EXPECT(line_send(&lines[i], NOW, sizeof(NOW) - 1));
		served_open_gate(w.server);
		for (size_t i = 0; i < n; i++)
			EXPECT_STR("POST|/now||hello", line_read(&lines[i]));
		EXPECT_STR("GET|/gate||", line_read(&gate));
	}
	for (size_t i = 0; i < n; i++)
		line_close(&lines[i]);
}

static void serves_64_128_and_200_connections_alike(void)
{
	CALL(serves(64));
	CALL(serves(128));
	CALL(serves(200));
}

/* What does not fit into one record, or into the connection's memory, waits inside the TLS library
 * where no poll sees it. */
static void bodies_and_answers_of_many_records_pass(void)
{
	enum { BODY = 70000 };
	static char body[BODY + 200];
	CLEANUP(world_stop) struct world w = { 0 };
	CLEANUP(line_close) struct line l = { 0 };
	const char *got;
	int n = snprintf(body, sizeof(body),
			 "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n", BODY);

	world_start(&w);
	EXPECT(line_open(&l, &w, NULL, TLS1_3_VERSION));
	memset(body + n, 'x', BODY);
	for (int i = 0; i < 3; i++) {
		EXPECT(line_send(&l, body, (size_t)n + BODY));
		got = line_read(&l);
		EXPECT(got && strlen(got) == strlen("POST|/now||") + BODY);
		got = line_ask(&l, "GET /big/150000 HTTP/1.1\r\nHost: t\r\n\r\n");
		EXPECT(got && strlen(got) == 150000);
	}
}

/* Two requests in one record: the second waits while the first is held. */
static void a_held_request_holds_up_only_its_connection(void)
{
	static const char TWO[] = "GET /hold HTTP/1.1\r\nHost: t\r\n\r\n"
				  "GET /now HTTP/1.1\r\nHost: t\r\n\r\n";
	CLEANUP(world_stop) struct world w = { 0 };
	CLEANUP(line_close) struct line held = { 0 };
	CLEANUP(line_close) struct line other = { 0 };

	world_start(&w);
	EXPECT(line_open(&held, &w, NULL, TLS1_3_VERSION));
	EXPECT(line_open(&other, &w, NULL, TLS1_3_VERSION));
	EXPECT(line_send(&held, TWO, sizeof(TWO) - 1));
	served_wait_held(w.server, 1);
	EXPECT_STR("POST|/now||hello", line_ask(&other, NOW));
	served_answer(w.server);
	EXPECT_STR("held", line_read(&held));
	EXPECT_STR("GET|/now||", line_read(&held));
}

static void names(const struct world *w, const char *want, const struct identity *shown)
{
	static const int VERSIONS[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(line_close) struct line l = { 0 };

		EXPECT(line_open(&l, w, shown, VERSIONS[i]));
		EXPECT_STR(want, line_ask(&l, NAME));
		EXPECT_STR(want, line_ask(&l, NAME));
	}
}

/* Everybody is served; whose name is known decides what is answered. */
static void a_client_is_known_by_a_certificate_of_the_right_authority_only(void)
{
	struct identity_ask ask = {
		.cn = "1900000109", .usage = "clientAuth", .from_s = -DAY, .to_s = DAY
	};
	CLEANUP(world_stop) struct world w = { 0 };
	CLEANUP(identity_free) struct identity other = identity_new(NULL, NULL, -DAY, DAY);
	CLEANUP(identity_free) struct identity self = identity_make(&ask);
	CLEANUP(identity_free) struct identity good = { 0 };
	CLEANUP(identity_free) struct identity foreign = { 0 };
	CLEANUP(identity_free) struct identity expired = { 0 };

	world_start(&w);
	ask.issuer = &w.root;
	good = identity_make(&ask);
	ask.issuer = &other;
	foreign = identity_make(&ask);
	ask.issuer = &w.root;
	ask.from_s = -9L * DAY;
	ask.to_s = -DAY;
	expired = identity_make(&ask);
	CALL(names(&w, "1900000109", &good));
	CALL(names(&w, "", NULL));
	CALL(names(&w, "", &foreign));
	CALL(names(&w, "", &self));
	CALL(names(&w, "", &expired));
	/* A server's certificate is not a client's, though the same authority signed it. */
	CALL(names(&w, "", &w.id));
}

static void a_certificate_that_cannot_be_used_is_refused(void)
{
	const struct net_server_tls tls = { "-----BEGIN CERTIFICATE-----\n", "nonsense", NULL };
	const struct net_handler handler = { served_begin, served_handle, served_end, NULL };
	struct net_server *server = NULL;

	EXPECT_ERR(ERR_IO, net_server_start_tls("127.0.0.1:0", NULL, &tls, &handler, &server));
	EXPECT(!server);
}

static const struct tap_test TESTS[] = {
	TEST(it_says_https_and_speaks_tls_from_1_2_on),
	TEST(plain_http_is_not_answered),
	TEST(serves_64_128_and_200_connections_alike),
	TEST(bodies_and_answers_of_many_records_pass),
	TEST(a_held_request_holds_up_only_its_connection),
	TEST(a_client_is_known_by_a_certificate_of_the_right_authority_only),
	TEST(a_certificate_that_cannot_be_used_is_refused),
};

TAP_MAIN(TESTS)
