#include "sandbox/alipay/envelope.h"

#include "base/check.h"
#include "base/money.h"
#include "base/time.h"
#include "sandbox/alipay/sub_code.h"
#include "sys/cleanup.h"

#include <stdlib.h>
#include <string.h>

static void put_text(struct text *out, const char *name, struct str value);
static void put_json(struct text *t, struct str s);

void node_success(struct node *n)
{
	*n = (struct node){ .code = "10000", .msg = "Success" };
}

void node_waiting(struct node *n)
{
	/* The blank in front is the platform's own. */
	*n = (struct node){ .code = "10003", .msg = " order success pay inprocess" };
}

void node_refuse(struct node *n, const char *sub_code)
{
	node_refuse_because(n, sub_code, str_of(sub_code_text(sub_code)));
}

void node_refuse_because(struct node *n, const char *sub_code, struct str sub_msg)
{
	node_fail(n, "40004", sub_code, sub_msg);
}

void node_fail(struct node *n, const char *code, const char *sub_code, struct str sub_msg)
{
	*n = (struct node){
		.code = code, .msg = code_text(code), .sub_code = sub_code, .sub_msg = sub_msg
	};
}

void node_add(struct node *n, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	CHECK(n->n < NODE_MAX);
	n->at[n->n].name = name;
	n->at[n->n].value = value;
	n->at[n->n++].raw = false;
}

void node_add_raw(struct node *n, const char *name, struct str json)
{
	CHECK(n->n < NODE_MAX);
	n->at[n->n].name = name;
	n->at[n->n].value = json;
	n->at[n->n++].raw = true;
}

bool node_change(struct node *n, const char *name, struct str value)
{
	for (size_t i = 0; i < n->n; i++) {
		if (strcmp(n->at[i].name, name) == 0) {
			n->at[i].value = value;
			return true;
		}
	}
	return false;
}

struct str node_get(const struct node *n, const char *name)
{
	for (size_t i = 0; i < n->n; i++) {
		if (strcmp(n->at[i].name, name) == 0)
			return n->at[i].value;
	}
	return STR("");
}

void node_write(const struct node *n, struct text *out)
{
	/* The platform writes this one for pages: '&' comes as "&amp;". */
	CLEANUP(text_free) struct text sub_msg = { 0 };
	size_t order[NODE_MAX] = { 0 };

	/* Few members: put each in its place by name. */
	for (size_t i = 0; i < n->n; i++) {
		size_t j = i;

		for (; j > 0 && strcmp(n->at[order[j - 1]].name, n->at[i].name) > 0; j--)
			order[j] = order[j - 1];
		order[j] = i;
	}

	text_put(out, "{\"code\":");
	put_json(out, str_of(n->code));
	put_text(out, "msg", str_of(n->msg));
	if (n->sub_code) {
		put_text(out, "sub_code", str_of(n->sub_code));
		text_html(&sub_msg, n->sub_msg);
		put_text(out, "sub_msg", text_str(&sub_msg));
	}
	for (size_t i = 0; i < n->n; i++) {
		size_t at = order[i];

		if (n->at[at].raw) {
			text_printf(out, ",\"%s\":", n->at[at].name);
			text_add(out, n->at[at].value);
		} else {
			put_text(out, n->at[at].name, n->at[at].value);
		}
	}
	text_put(out, "}");
}

void envelope_write(struct str name, struct str node, struct str cert_sn, struct str sign,
		    struct text *out)
{
	text_put(out, "{\"");
	text_add(out, name);
	text_put(out, "\":");
	text_add(out, node);
	/* Hexadecimal and base64: nothing to escape, and the platform leaves base64's '/' alone. */
	if (cert_sn.n > 0) {
		text_put(out, ",\"alipay_cert_sn\":\"");
		text_add(out, cert_sn);
		text_put(out, "\"");
	}
	if (sign.n > 0) {
		text_put(out, ",\"sign\":\"");
		text_add(out, sign);
		text_put(out, "\"");
	}
	text_put(out, "}");
}

void envelope_name(struct str method, struct text *out)
{
	for (size_t i = 0; i < method.n; i++)
		text_add(out, method.p[i] == '.' ? STR("_") : (struct str){ method.p + i, 1 });
	text_put(out, "_response");
}

struct str yuan_text(struct arena *a, int64_t fen)
{
	char yuan[YUAN_TEXT];

	yuan_write(fen, yuan);
	return str_of(arena_text(a, str_of(yuan)));
}

struct str fund_bill_text(struct arena *a, int64_t fen)
{
	return str_of(arena_printf(a, "[{\"amount\":\"%s\",\"fund_channel\":\"ALIPAYACCOUNT\"}]",
				   yuan_text(a, fen).p));
}

struct str time_text(struct arena *a, int64_t ms)
{
	char local[LOCAL_TEXT];

	if (ms == 0)
		return STR("");
	china_write(ms, local);
	return str_of(arena_text(a, str_of(local)));
}

static void put_text(struct text *out, const char *name, struct str value)
{
	text_printf(out, ",\"%s\":", name);
	put_json(out, value);
}

/* s in quotation marks, as the platform writes JSON: '/' becomes "\/", other than ASCII stays
 * UTF-8. Source: Alipay's answers as published with their signatures (the escaped text is what is
 * signed).
 */
static void put_json(struct text *t, struct str s)
{
	text_put(t, "\"");
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\' || c == '/')
			text_printf(t, "\\%c", c);
		else if (c == '\n')
			text_put(t, "\\n");
		else if (c == '\r')
			text_put(t, "\\r");
		else if (c == '\t')
			text_put(t, "\\t");
		else if (c < 0x20)
			text_printf(t, "\\u%04x", c);
		else
			text_add(t, (struct str){ s.p + i, 1 });
	}
	text_put(t, "\"");
}
