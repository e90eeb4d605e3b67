/* authorize.c - who asks: Authorization checked in the platform's order, over the bytes as sent. */
#include "base/check.h"
#include "sandbox/wechat/call.h"
#include "sandbox/wechat/sign.h"
#include "sys/cleanup.h"
#include "sys/crypto.h"

#include <string.h>

enum { WINDOW_S = 300, SHOWN_BODY = 8, ITEMS = 5 };

/* The items of Authorization, by name and in any order. */
struct items {
	struct str mchid, serial, timestamp, nonce, signature;
};

static bool read_items(struct str text, struct items *out);
static struct str *item_called(struct items *out, struct str name);
static bool is_genuine(struct wx_call *c, const struct items *items, const struct wx_merchant *m);
static void refuse(struct wx_call *c, const char *message, const char *field);
static void refuse_signature(struct wx_call *c, const struct wx_signed *r, struct str text);

bool wx_authorize(struct wx_call *c)
{
	struct str rest, header = net_header(c->x->request, "Authorization");
	struct str scheme = str_cut(header, ' ', &rest);
	const struct wx_merchant *m;
	struct items items;
	int64_t at_s, now_s = c->x->now_ms / 1000;

	if (!str_is(scheme, "WECHATPAY2-SHA256-RSA2048")) {
		refuse(c, "Http头Authorization认证类型不正确", "authorization");
		return false;
	}
	if (!read_items(rest, &items) ||
	    str_integer(items.timestamp, 0, INT64_C(99999999999), &at_s) != ERR_OK) {
		refuse(c, "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
		       "authorization");
		return false;
	}
	m = wx_find_merchant(c->s->wechat, items.mchid);
	if (!m) {
		wx_refuse(c, 400, "MCH_NOT_EXISTS", "商户号不存在");
		return false;
	}
	if (!str_is(items.serial, m->serial)) {
		refuse(c, "商户证书序列号有误", "serial_no");
		return false;
	}
	if (at_s < now_s - WINDOW_S || at_s > now_s + WINDOW_S) {
		refuse(c, "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
		       "timestamp");
		return false;
	}
	if (!is_genuine(c, &items, m))
		return false;
	c->m = m;
	return true;
}

/* name="value", …; blanks after a comma are allowed, a name that comes twice or is none of the five
 * is not. */
static bool read_items(struct str text, struct items *out)
{
	size_t n = 0;

	*out = (struct items){ 0 };
	while (text.n > 0) {
		struct str name = str_trim(str_cut(text, '=', &text));
		struct str *item = item_called(out, name), after;

		if (!item || item->n > 0 || !str_starts(text, "\""))
			return false;
		*item = str_cut(str_skip(text, 1), '"', &after);
		/* Without its closing quote the value ends where the text does. */
		if (item->n == 0 || item->n + 2 > text.n)
			return false;
		n++;
		text = str_trim(after);
		if (text.n == 0)
			break;
		if (!str_starts(text, ",") || text.n == 1)
			return false;
		text = str_skip(text, 1);
	}
	return n == ITEMS && str_is_made_of(out->nonce,
					    "0123456789abcdefghijklmnopqrstuvwxyz"
					    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
					    32);
}

static struct str *item_called(struct items *out, struct str name)
{
	if (str_is(name, "mchid"))
		return &out->mchid;
	if (str_is(name, "serial_no"))
		return &out->serial;
	if (str_is(name, "timestamp"))
		return &out->timestamp;
	if (str_is(name, "nonce_str"))
		return &out->nonce;
	return str_is(name, "signature") ? &out->signature : NULL;
}

static bool is_genuine(struct wx_call *c, const struct items *items, const struct wx_merchant *m)
{
	CLEANUP(text_free) struct text text = { 0 };
	const struct wx_signed r = {
		.method = c->x->method,
		.path = c->x->path,
		.query = c->x->query,
		.timestamp = items->timestamp,
		.nonce = items->nonce,
		.body = c->x->body,
	};

	wx_request_string(&r, &text);
	if (rsa_sha256_verify(m->verifies, text_str(&text), items->signature) == ERR_OK)
		return true;
	refuse_signature(c, &r, text_str(&text));
	return false;
}

static void refuse(struct wx_call *c, const char *message, const char *field)
{
	wx_refuse(c, 401, "SIGN_ERROR", message);
	jout_reset(&c->body);
	jout_object(&c->body, NULL);
	jout_text(&c->body, "code", "SIGN_ERROR");
	jout_object(&c->body, "detail");
	jout_text(&c->body, "field", field);
	jout_text(&c->body, "issue", message);
	jout_text(&c->body, "location", "authorization");
	jout_object_end(&c->body);
	jout_text(&c->body, "message", message);
	jout_object_end(&c->body);
}

/* As the platform does, with what it has signed itself: how a developer finds out what differs. */
static void refuse_signature(struct wx_call *c, const struct wx_signed *r, struct str text)
{
	char shown[SHOWN_BODY + 1] = "";
	struct wx_signed cut = *r;
	CLEANUP(text_free) struct text shorter = { 0 };
	CLEANUP(text_free) struct text url = { 0 };

	if (str_is_text(r->body))
		str_copy_cut(shown, sizeof(shown), r->body);
	cut.body = str_of(shown);
	wx_request_string(&cut, &shorter);
	text_add(&url, r->path);
	if (r->query.n > 0) {
		text_put(&url, "?");
		text_add(&url, r->query);
	}
	wx_refuse(c, 401, "SIGN_ERROR", "签名错误");
	jout_reset(&c->body);
	jout_object(&c->body, NULL);
	jout_text(&c->body, "code", "SIGN_ERROR");
	jout_object(&c->body, "detail");
	jout_object(&c->body, "detail");
	jout_text(&c->body, "issue", "sign not match");
	jout_object_end(&c->body);
	jout_text(&c->body, "field", "signature");
	jout_text(&c->body, "location", "authorization");
	jout_object(&c->body, "sign_information");
	jout_str(&c->body, "method", r->method);
	jout_integer(&c->body, "sign_message_length", (int64_t)text.n);
	if (str_is_text(text_str(&shorter))) {
		jout_str(&c->body, "truncated_sign_message", text_str(&shorter));
		jout_str(&c->body, "url", text_str(&url));
	}
	jout_object_end(&c->body);
	jout_object_end(&c->body);
	jout_text(&c->body, "message", "签名错误");
	jout_object_end(&c->body);
}
