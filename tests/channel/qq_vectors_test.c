/* Other people's signatures: every vector of $TAEL_VECTORS/wechat_qq.json whose name begins with
 * "qq-".
 *
 * The file holds messages that were published elsewhere, each with what a right reading of it
 * gives. It is not part of the project; without it the tests are skipped.
 */
#include "channel/qq_kit.h"

#include "base/check.h"
#include "channel/qq/config.h"
#include "channel/qq/message.h"
#include "channel/qq/sign.h"
#include "sys/file.h"
#include "sys/xml.h"

#include <jansson.h>

#include <stdlib.h>

enum { FIELDS_MAX = 64, FILE_MAX = 1 << 20 };

static json_t *file; /* read once */

static json_t *vectors(void)
{
	const char *folder = getenv("TAEL_VECTORS");
	char path[1024], *text = NULL;
	size_t n;

	if (file == NULL && folder != NULL) {
		(void)snprintf(path, sizeof(path), "%s/wechat_qq.json", folder);
		if (file_read(path, FILE_MAX, &text, &n) == ERR_OK)
			file = json_loadb(text, n, 0, NULL);
		free(text);
		CHECK(file != NULL);
	}
	return json_object_get(file, "vectors");
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static size_t fields_of(const json_t *params, struct field fields[FIELDS_MAX])
{
	json_t *object = json_deep_copy(params);
	size_t n = 0;

	for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
		CHECK(n < FIELDS_MAX);
		fields[n].name = str_of(json_object_iter_key(at));
		fields[n++].value = str_of(json_string_value(json_object_iter_value(at)));
	}
	return n;
}

static struct channel_config *account(const json_t *in, const struct field *fields, size_t n)
{
	struct channel_config *c = calloc(1, sizeof(*c));
	const struct field *mch_id = form_find(fields, n, "mch_id");

	CHECK(c != NULL);
	str_copy_cut(c->api_key, sizeof(c->api_key), str_of(text_of(in, "api_key")));
	if (mch_id != NULL)
		str_copy_cut(c->mch_id, sizeof(c->mch_id), mch_id->value);
	return c;
}

/* The text under a signature, the signature, and that it is found to fit. */
static void expect_signed(const json_t *in, const json_t *want, const struct channel_config *c,
			  const struct field *fields, size_t n)
{
	const struct channel_versions versions = { .config = { c }, .n = 1 };
	struct arena *a = kit_env()->arena;
	struct str text = qq_text_to_sign(fields, n, a);
	char sign[QQ_SIGN_TEXT];

	EXPECT_STR(text_of(in, "string_to_sign"), arena_printf(a, "%s&key=%s", text.p, c->api_key));
	qq_sign(text, c->api_key, a, sign);
	EXPECT_STR(text_of(want, "sign"), sign);
	EXPECT_INT(1, qq_fits(&versions, text, str_of(text_of(want, "sign")), a));
}

static void params_vector(const json_t *in, const json_t *want)
{
	struct field fields[FIELDS_MAX];
	size_t n = fields_of(json_object_get(in, "params"), fields);
	struct channel_config *c = account(in, fields, n);

	CALL(expect_signed(in, want, c, fields, n));
	QQ.config_free(c);
}

static void notice_vector(const json_t *in, const json_t *want)
{
	struct arena *a = arena_new(1 << 20);
	struct channel_incoming incoming = kit_incoming(str_of(text_of(in, "xml")));
	struct channel_notice notice;
	struct channel_answer answer;
	struct channel_config *c;
	struct xml m;

	EXPECT_ERR(ERR_OK, xml_read(incoming.body, a, &m));
	c = account(in, m.field, m.n);
	CALL(expect_signed(in, want, c, m.field, m.n));

	const struct channel_versions versions = { .config = { c }, .n = 1 };

	EXPECT_ERR(ERR_OK, QQ.notice_read(&versions, &incoming, kit_env(), &answer, &notice));
	EXPECT_INT(xml_value(&m, "trade_state").n > 0 ? NOTICE_TRADE : NOTICE_OTHER, notice.kind);
	c->api_key[0] ^= 1;
	EXPECT_ERR(ERR_SIGNATURE,
		   QQ.notice_read(&versions, &incoming, kit_env(), &answer, &notice));
	QQ.config_free(c);
	arena_free(a);
}

static void app_vector(const json_t *in, const json_t *want)
{
	const json_t *params = json_object_get(in, "params");
	struct arena *a = kit_env()->arena;
	struct channel_config *c = calloc(1, sizeof(*c));
	struct str call;

	CHECK(c != NULL);
	str_copy_cut(c->appid, sizeof(c->appid), str_of(text_of(params, "appId")));
	str_copy_cut(c->mch_id, sizeof(c->mch_id), str_of(text_of(params, "bargainorId")));
	str_copy_cut(c->app_key, sizeof(c->app_key), str_of(text_of(in, "app_key")));
	EXPECT_STR("", text_of(params, "pubAcc"));
	call = qq_app_call(c, str_of(text_of(params, "tokenId")), text_of(params, "nonce"), NOW_MS,
			   a);
	EXPECT(strstr(call.p, arena_printf(a, "\"sig\":\"%s\"", text_of(want, "sig"))) != NULL);
	QQ.config_free(c);
}

static void others_signatures_are_ours(void)
{
	json_t *all = vectors(), *v;
	int params = 0, notices = 0, apps = 0;
	size_t i;

	if (all == NULL)
		SKIP("TAEL_VECTORS names no folder");
	json_array_foreach (all, i, v) {
		const json_t *in = json_object_get(v, "inputs"),
			     *want = json_object_get(v, "expected");

		if (strncmp(text_of(v, "name"), "qq-", 3) != 0)
			continue;
		NOTE("%s", text_of(v, "name"));
		if (json_object_get(in, "app_key") != NULL) {
			CALL(app_vector(in, want));
			apps++;
		} else if (json_object_get(in, "xml") != NULL) {
			CALL(notice_vector(in, want));
			notices++;
		} else {
			CALL(params_vector(in, want));
			params++;
		}
	}
	NOTE("%d of parameters, %d notices, %d app calls", params, notices, apps);
	EXPECT(params > 0 && notices > 0 && apps > 0);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(others_signatures_are_ours),
};
/* clang-format on */

KIT_MAIN(TESTS)
