#include "http/problem.h"

#include "base/check.h"

#include <stdio.h>

static const struct member MEMBERS[] = {
	/* clang-format off */
	{ "type", MEMBER_TEXT, .example = "\"urn:tael:problem:insufficient_balance\"",
	  .doc = "a name for this kind of problem, with the code at its end" },
	{ "title", MEMBER_TEXT, .example = "\"the available balance is too small\"",
	  .doc = "what the code means, the same for every problem of this kind" },
	{ "status", MEMBER_INTEGER, .lo = 400, .hi = 599, .example = "409",
	  .doc = "the HTTP status" },
	{ "detail", MEMBER_TEXT,
	  .example = "\"user:1001 has 50 available, 200 are needed\"",
	  .doc = "what went wrong this time, for people" },
	{ "code", MEMBER_TEXT, .example = "\"insufficient_balance\"",
	  .doc = "for programs; never changes" },
	{ "param", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"amount\"",
	  .doc = "the field at fault" },
	{ "request_id", MEMBER_TEXT, .example = "\"req_0HZX3K9F2M7QA\"",
	  .doc = "names this request in the log" },
	{ 0 }
	/* clang-format on */
};

const struct schema PROBLEM = { "problem", MEMBERS };

static int kind_status(enum err_kind kind);

int problem_status(enum err e)
{
	return kind_status(err_kind(e));
}

static int kind_status(enum err_kind kind)
{
	switch (kind) {
	case KIND_OK:
		return 200;
	case KIND_INPUT:
	case KIND_USAGE:
		return 400;
	case KIND_AUTH:
		return 401;
	case KIND_CHANNEL:
		return 402;
	case KIND_DENIED:
		return 403;
	case KIND_NOT_FOUND:
		return 404;
	case KIND_METHOD:
		return 405;
	case KIND_CONFLICT:
	case KIND_RETRY:
	case KIND_STATE:
		return 409;
	case KIND_LENGTH:
		return 411;
	case KIND_LARGE:
		return 413;
	case KIND_URI:
		return 414;
	case KIND_MEDIA:
		return 415;
	case KIND_LIMIT:
		return 429;
	case KIND_HEADERS:
		return 431;
	case KIND_INTERNAL:
		return 500;
	case KIND_BUSY:
		return 503;
	case KIND_UNKNOWN:
		return 504;
	}
	CHECK(!"a kind of failure without a status");
	return 500;
}

int problem_retry_after(enum err e)
{
	enum err_kind kind = err_kind(e);

	return kind == KIND_RETRY || kind == KIND_LIMIT || kind == KIND_BUSY ? 1 : 0;
}

void problem_write(const struct outcome *o, int64_t request_id, struct http_reply *reply)
{
	struct jout *w = &reply->body;
	char type[80];
	bool inside = err_kind(o->code) == KIND_INTERNAL;

	(void)snprintf(type, sizeof(type), "urn:tael:problem:%s", err_code(o->code));
	jout_reset(w);
	jout_object(w, NULL);
	jout_text(w, "type", type);
	jout_text(w, "title", err_doc(o->code));
	jout_integer(w, "status", problem_status(o->code));
	jout_text(w, "detail", inside || *o->text == '\0' ? err_doc(o->code) : o->text);
	jout_text(w, "code", err_code(o->code));
	jout_text(w, "param", *o->param == '\0' ? NULL : o->param);
	jout_id(w, "request_id", ID_REQUEST, request_id);
	jout_object_end(w);
	reply->status = problem_status(o->code);
	reply->type = "application/problem+json";
}
