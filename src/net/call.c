#include "net/call.h"

#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
	HEADERS_SEEN_MAX = 64 << 10,
	BODY_FIRST = 4096,
	KEEP_SECONDS = 10 /* an idle connection; servers close them after 5 to 75 seconds */
};

/* Every option matters: one that cannot be set is our bug, not a reason to go on without it. */
#define SET(easy, option, value) CHECK(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

static enum err check_ask(const struct net_ask *ask);
static void set_options(struct call *c, const struct net_ask *ask);
static void set_tls(struct call *c, const struct net_tls *tls);
static void set_blob(struct call *c, CURLoption option, struct str text);
static void set_body(struct call *c, const struct net_ask *ask);
static void set_fields(struct call *c, const struct net_ask *ask);
static void add_field(struct call *c, const char *name, struct str value);
static curl_socket_t open_socket(void *call, curlsocktype purpose, struct curl_sockaddr *a);
static int before_request(void *call, char *ip, char *local_ip, int port, int local_port);
static size_t take_header(char *line, size_t one, size_t n, void *call);
static void keep_header(struct call *c, struct str line);
static size_t take_body(char *data, size_t one, size_t n, void *call);
static enum err outcome(const struct call *c, CURLcode code);

enum err call_new(const struct net_ask *ask, struct clock *clock, net_done *done, void *arg,
		  struct call **out)
{
	struct call *c;

	TRY(check_ask(ask));
	c = calloc(1, sizeof(*c));
	CHECK(c);
	c->easy = curl_easy_init();
	CHECK(c->easy);
	c->clock = clock;
	c->reach = ask->reach;
	c->answer_max = ask->answer_max;
	c->started_ms = clock->mono_ms(clock);
	c->done = done;
	c->arg = arg;
	set_options(c, ask);
	set_tls(c, &ask->tls);
	set_body(c, ask);
	set_fields(c, ask);
	*out = c;
	return ERR_OK;
}

void call_end(struct call *c, CURLcode code, bool stopping)
{
	struct net_got *got = &c->got;
	const char *type = NULL;
	long status = 0, sent = 0;
	enum err e;

	(void)curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(c->easy, CURLINFO_CONTENT_TYPE, &type);
	(void)curl_easy_getinfo(c->easy, CURLINFO_REQUEST_SIZE, &sent);
	got->status = (int)status;
	got->sent = sent > 0;
	got->took_ms = c->clock->mono_ms(c->clock) - c->started_ms;
	if (type)
		str_copy_cut(got->type, sizeof(got->type), str_of(type));
	if (stopping)
		e = err_set(ERR_STOPPING, ERR_WHERE, "", "the call was cut off by our stopping");
	else
		e = outcome(c, code);
	c->done(c->arg, e, got);
	call_free(c);
}

void call_free(struct call *c)
{
	curl_easy_cleanup(c->easy);
	curl_slist_free_all(c->fields);
	net_got_free(&c->got);
	free(c);
}

void net_got_free(struct net_got *g)
{
	if (!g)
		return;
	free(g->body);
	*g = (struct net_got){ 0 };
}

static enum err check_ask(const struct net_ask *ask)
{
	CHECK(strcmp(ask->method, "POST") == 0 ||
	      (strcmp(ask->method, "GET") == 0 && ask->body.n == 0));
	CHECK(ask->connect_ms > 0 && ask->total_ms > 0);
	TRY(url_check(str_of(ask->url)));
	for (size_t i = 0; i < ask->fields_n; i++) {
		struct str v = ask->fields[i].value;

		for (size_t k = 0; k < v.n; k++) {
			unsigned char byte = (unsigned char)v.p[k];

			if (byte < 0x20 || byte == 0x7f)
				FAIL(ERR_INVALID, "a header field has a control character");
		}
	}
	return ERR_OK;
}

static void set_options(struct call *c, const struct net_ask *ask)
{
	CURL *e = c->easy;

	SET(e, CURLOPT_PRIVATE, c);
	SET(e, CURLOPT_URL, ask->url);
	SET(e, CURLOPT_PATH_AS_IS, 1L);
	SET(e, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(e, CURLOPT_FOLLOWLOCATION, 0L);
	SET(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(e, CURLOPT_PROXY, "");
	SET(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(e, CURLOPT_USERAGENT, "Tael");
	SET(e, CURLOPT_NOSIGNAL, 1L);
	SET(e, CURLOPT_CONNECTTIMEOUT_MS, (long)ask->connect_ms);
	SET(e, CURLOPT_TIMEOUT_MS, (long)ask->total_ms);
	SET(e, CURLOPT_MAXAGE_CONN, (long)KEEP_SECONDS);
	SET(e, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(e, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(e, CURLOPT_OPENSOCKETDATA, c);
	SET(e, CURLOPT_PREREQFUNCTION, before_request);
	SET(e, CURLOPT_PREREQDATA, c);
	SET(e, CURLOPT_HEADERFUNCTION, take_header);
	SET(e, CURLOPT_HEADERDATA, c);
	SET(e, CURLOPT_WRITEFUNCTION, take_body);
	SET(e, CURLOPT_WRITEDATA, c);
	SET(e, CURLOPT_ERRORBUFFER, c->why);
}

/* curl takes a kept connection only when its roots and certificate are the same bytes. */
static void set_tls(struct call *c, const struct net_tls *tls)
{
	if (tls->roots.n > 0) {
		set_blob(c, CURLOPT_CAINFO_BLOB, tls->roots);
		/* The system's folder of roots would stay in force beside it. */
		SET(c->easy, CURLOPT_CAPATH, NULL);
	}
	if (tls->certificate.n > 0) {
		set_blob(c, CURLOPT_SSLCERT_BLOB, tls->certificate);
		set_blob(c, CURLOPT_SSLKEY_BLOB, tls->private_key);
	}
}

/* Not copied, so that a key stands in one place in memory. */
static void set_blob(struct call *c, CURLoption option, struct str text)
{
	char *data;
	struct curl_blob blob = { .len = text.n, .flags = CURL_BLOB_NOCOPY };

	memcpy(&data, &text.p, sizeof(data)); /* curl only reads it */
	blob.data = data;
	SET(c->easy, option, &blob);
}

static void set_body(struct call *c, const struct net_ask *ask)
{
	if (strcmp(ask->method, "POST") != 0)
		return;
	SET(c->easy, CURLOPT_POST, 1L);
	SET(c->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.n);
	SET(c->easy, CURLOPT_COPYPOSTFIELDS, ask->body.n > 0 ? ask->body.p : "");
}

static void set_fields(struct call *c, const struct net_ask *ask)
{
	/* A name alone takes a field away that curl would add. */
	if (ask->type)
		add_field(c, "Content-Type", str_of(ask->type));
	else
		c->fields = curl_slist_append(c->fields, "Content-Type:");
	c->fields = curl_slist_append(c->fields, "Expect:");
	for (size_t i = 0; i < ask->fields_n; i++)
		add_field(c, ask->fields[i].name, ask->fields[i].value);
	SET(c->easy, CURLOPT_HTTPHEADER, c->fields);
}

static void add_field(struct call *c, const char *name, struct str value)
{
	size_t cap = strlen(name) + value.n + 3, n = 0;
	char *line = malloc(cap);

	CHECK(line);
	if (value.n > 0)
		str_add(line, cap, &n, "%s: %.*s", name, (int)value.n, value.p);
	else
		str_add(line, cap, &n, "%s;", name);
	c->fields = curl_slist_append(c->fields, line);
	CHECK(c->fields);
	free(line);
}

/* The guard: a name that was harmless when it was checked may resolve to another address now. */
static curl_socket_t open_socket(void *call, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct call *c = call;

	(void)purpose;
	if (c->reach == REACH_PUBLIC && !guard_is_public(&a->addr)) {
		c->blocked = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* The same for a kept connection, which another call with a further reach may have opened. */
static int before_request(void *call, char *ip, char *local_ip, int port, int local_port)
{
	struct call *c = call;

	(void)local_ip;
	(void)port;
	(void)local_port;
	if (c->reach == REACH_PUBLIC && !net_address_is_public(ip)) {
		c->blocked = true;
		return CURL_PREREQFUNC_ABORT;
	}
	return CURL_PREREQFUNC_OK;
}

/* One line; also those of interim answers (100), and trailers, which are not kept. */
static size_t take_header(char *line, size_t one, size_t n, void *call)
{
	struct call *c = call;
	struct str text = { line, n };

	(void)one;
	c->headers_sum += n;
	if (c->headers_sum > HEADERS_SEEN_MAX) {
		c->too_large = true;
		return 0;
	}
	if (str_starts(text, "HTTP/")) {
		c->headers_over = false;
		c->headers_n = 0;
		c->got.headers[0] = c->got.date[0] = '\0';
	} else if (str_trim(text).n == 0) {
		c->headers_over = true;
	} else if (!c->headers_over) {
		keep_header(c, text);
	}
	return n;
}

static void keep_header(struct call *c, struct str line)
{
	static const char DATE[] = "Date:";
	struct net_got *got = &c->got;
	size_t n = sizeof(DATE) - 1;

	if (line.n > n && strncasecmp(line.p, DATE, n) == 0)
		str_copy_cut(got->date, sizeof(got->date), str_trim(str_skip(line, n)));
	if (line.n >= sizeof(got->headers) - c->headers_n) {
		/* No line after one that is missing. */
		c->headers_n = sizeof(got->headers) - 1;
		return;
	}
	memcpy(got->headers + c->headers_n, line.p, line.n);
	c->headers_n += line.n;
	got->headers[c->headers_n] = '\0';
}

static size_t take_body(char *data, size_t one, size_t n, void *call)
{
	struct call *c = call;
	struct net_got *got = &c->got;

	(void)one;
	if (n > c->answer_max - got->body_n) {
		c->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	if (got->body_n + n + 1 > c->body_cap) {
		size_t cap = c->body_cap ? c->body_cap * 2 : BODY_FIRST;

		if (cap < got->body_n + n + 1)
			cap = got->body_n + n + 1;
		got->body = realloc(got->body, cap);
		CHECK(got->body);
		c->body_cap = cap;
	}
	memcpy(got->body + got->body_n, data, n);
	got->body_n += n;
	got->body[got->body_n] = '\0';
	return n;
}

/* Names hosts, addresses and reasons only: curl's words hold no path, query or body. */
static enum err outcome(const struct call *c, CURLcode code)
{
	const char *why = c->why[0] ? c->why : curl_easy_strerror(code);

	if (code == CURLE_OK)
		return ERR_OK;
	if (c->too_large)
		FAIL(ERR_TOO_LARGE, "the answer has more than %zu bytes, or too many header fields",
		     c->answer_max);
	if (c->blocked)
		FAIL(ERR_ADDRESS_BLOCKED, "the name leads to an address that may not be called");
	if (code == CURLE_OPERATION_TIMEDOUT)
		FAIL(ERR_TIMEOUT, "%s", why);
	if (code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM)
		FAIL(ERR_CONFIG, "%s", why);
	FAIL(ERR_NETWORK, "%s", why);
}
