/* path_key.c - a path that names an object by the request that made it, and what is answered when
 * there was none (declared in api/api.h). */
#include "api/api.h"

/* clang-format off */
static const struct member MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "cancellation", .example = "\"cancellation\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "request_id", MEMBER_TEXT, .example = "\"r-1001\"",
	  .doc = "the request that never came; when it comes it gets 409 `cancelled`" },
	{ 0 }
};
const struct schema API_CANCELLATION = { "cancellation", MEMBERS };
/* clang-format on */

enum err api_id_or_key(const struct http_ask *ask, enum id_kind kind, int64_t *id,
		       char key[REQUEST_KEY_MAX + 1])
{
	static const char KEY[] = "key:";
	struct str text = http_param(ask, "id");

	if (!str_starts(text, KEY))
		return http_param_id(ask, "id", kind, id);
	*id = 0;
	if (str_copy(key, REQUEST_KEY_MAX + 1, str_skip(text, sizeof(KEY) - 1)) != ERR_OK ||
	    request_key_check(key, "id") != ERR_OK)
		FAIL_AT(ERR_NOT_FOUND, "id", "after key: comes a request_id");
	return ERR_OK;
}

void api_cancellation(const struct http_ask *ask, const char *key, struct http_reply *reply)
{
	reply->status = 200;
	http_object(ask, &reply->body, 0, 0, "cancellation");
	jout_text(&reply->body, "request_id", key);
	jout_object_end(&reply->body);
}
