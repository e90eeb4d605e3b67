/* answer.c - answers: given from any thread, sent on the loop. */
#include "net/request.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { FIELD_TEXT = 256, PROBLEM_TEXT = 256 };

static const char PROBLEM[] = "application/problem+json";

static void hand_over(struct net_request *r);
static ssize_t break_off(void *arg, uint64_t at, char *out, size_t max);
static struct str problem_text(int status, enum err e, char text[PROBLEM_TEXT]);
static struct MHD_Response *problem_new(int status, enum err e);
static struct MHD_Response *response_new(const struct net_answer *answer);
static struct MHD_Response *body_new(const struct net_answer *answer);
static bool add_fields(struct MHD_Response *response, const struct net_answer *answer);
static bool add_field(struct MHD_Response *response, const char *name, struct str value);
static bool is_plain(struct str value);

void net_reply(struct net_request *r, const struct net_answer *answer)
{
	struct net_server *s = r->server;

	CHECK(answer->status >= 200 && answer->status <= 599);
	CHECK(!r->response);
	r->status = answer->status;
	r->response = response_new(answer);
	if (!r->response) {
		r->status = 500;
		r->response = problem_new(r->status, ERR_INTERNAL);
	}
	atomic_fetch_add_explicit(&s->bytes_out, answer->body.n, memory_order_relaxed);
	hand_over(r);
}

/* The head goes out and then the connection breaks: clients send a request again, unasked, when a
 * connection that was used before closes without a byte. */
void net_drop(struct net_request *r)
{
	CHECK(!r->response);
	r->status = 200;
	r->response = MHD_create_response_from_callback(1, 1, break_off, NULL, NULL);
	CHECK(r->response);
	hand_over(r);
}

void answer_problem(struct net_request *r, int status, enum err e)
{
	char text[PROBLEM_TEXT];

	net_reply(r, &(struct net_answer){ .status = status,
					   .type = PROBLEM,
					   .body = problem_text(status, e, text) });
}

enum MHD_Result answer_send(struct net_request *r)
{
	enum MHD_Result ok;

	if (r->server->closing)
		(void)MHD_add_response_header(r->response, "Connection", "close");
	ok = MHD_queue_response(r->connection, (unsigned)r->status, r->response);
	MHD_destroy_response(r->response);
	r->response = NULL;
	return ok;
}

/* The library builds an answer in what the request left of the connection's memory, and closes
 * without a word when that is too little.  Nothing else is being sent on this connection.  Over TLS
 * it is left at that: bytes beside the library would be no record. */
enum MHD_Result answer_full(struct net_request *r)
{
	int fd = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD)
			 ->connect_fd;
	char body[PROBLEM_TEXT], text[2 * PROBLEM_TEXT];
	struct str problem = problem_text(431, ERR_HEADERS_TOO_LARGE, body);
	size_t n = 0;

	if (r->server->tls)
		return MHD_NO;
	str_add(text, sizeof(text), &n,
		"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n"
		"Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
		PROBLEM, problem.n, body);
	(void)send(fd, text, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	return MHD_NO; /* close */
}

/* From here on the request belongs to the loop. */
static void hand_over(struct net_request *r)
{
	switch (atomic_exchange(&r->turn, TURN_ANSWERED)) {
	case TURN_LOOP:
		break;
	case TURN_HANDLER:
		server_wake(r->server, r);
		break;
	case TURN_ANSWERED:
		CHECK(!"a request is answered once");
	}
}

static ssize_t break_off(void *arg, uint64_t at, char *out, size_t max)
{
	(void)arg;
	(void)at;
	(void)out;
	(void)max;
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct str problem_text(int status, enum err e, char text[PROBLEM_TEXT])
{
	size_t n = 0;

	str_add(text, PROBLEM_TEXT, &n,
		"{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\"}",
		err_doc(e), status, err_code(e));
	return (struct str){ text, n };
}

static struct MHD_Response *problem_new(int status, enum err e)
{
	char text[PROBLEM_TEXT];
	struct MHD_Response *response = response_new(&(struct net_answer){
		.status = status, .type = PROBLEM, .body = problem_text(status, e, text) });

	CHECK(response);
	return response;
}

/* NULL when a field cannot be sent; body_owned is freed in any case. */
static struct MHD_Response *response_new(const struct net_answer *answer)
{
	struct MHD_Response *response = body_new(answer);

	CHECK(response);
	if (add_fields(response, answer))
		return response;
	MHD_destroy_response(response);
	return NULL;
}

/* The library's buffer is not const, but what is copied or only sent is never written to. */
static struct MHD_Response *body_new(const struct net_answer *answer)
{
	union {
		const char *in;
		void *out;
	} body = { .in = answer->body.p };

	if (answer->body_owned)
		return MHD_create_response_from_buffer_with_free_callback_cls(
			answer->body.n, body.out, free, answer->body_owned);
	return MHD_create_response_from_buffer(answer->body.n, body.out, MHD_RESPMEM_MUST_COPY);
}

static bool add_fields(struct MHD_Response *response, const struct net_answer *answer)
{
	size_t sum = 0;

	if (answer->type && !add_field(response, "Content-Type", str_of(answer->type)))
		return false;
	for (size_t i = 0; i < answer->fields_n; i++) {
		const struct net_field *f = &answer->fields[i];

		sum += strlen(f->name) + f->value.n + 4;
		if (sum > ANSWER_FIELDS_MAX || !add_field(response, f->name, f->value))
			return false;
	}
	return true;
}

static bool add_field(struct MHD_Response *response, const char *name, struct str value)
{
	char small[FIELD_TEXT];
	char *text = small;
	bool ok;

	if (!is_plain(value))
		return false;
	if (value.n >= sizeof(small)) {
		text = malloc(value.n + 1);
		CHECK(text);
	}
	memcpy(text, value.p, value.n);
	text[value.n] = '\0';
	/* The library has no empty values; leaving such a field out says the same. */
	ok = value.n == 0 || MHD_add_response_header(response, name, text) == MHD_YES;
	if (text != small)
		free(text);
	return ok;
}

static bool is_plain(struct str value)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return true;
}
