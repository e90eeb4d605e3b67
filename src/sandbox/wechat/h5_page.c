/* h5_page.c - h5_url, which the payer's browser opens; after paying it goes to redirect_url.
 *
 * Source: pay.weixin.qq.com, "H5 payment": the page that calls appends redirect_url to h5_url.
 */
#include "base/codec.h"
#include "sandbox/html.h"
#include "sandbox/wechat/call.h"

enum { QUERY_MAX = 8 };

static const struct field *query_field(const struct exchange *x, const char *name,
				       struct field *fields);

void wx_h5_page(struct exchange *x, struct reply *out)
{
	struct field fields[QUERY_MAX], more[QUERY_MAX];
	const struct field *token = query_field(x, "package", fields);
	const struct field *back = query_field(x, "redirect_url", more);
	struct trade *t = NULL;

	if (token) {
		pthread_mutex_lock(&x->s->lock);
		t = trades_by_token(&x->s->trades, token->value);
		pthread_mutex_unlock(&x->s->lock);
	}
	if (!t) {
		out->status = 404;
		out->type = "text/html;charset=utf-8";
		html_error(&out->body, "404", STR("没有这笔交易 There is no such trade"));
		return;
	}
	out->status = 303;
	text_printf(&out->location, "/cashier/%s", t->token);
	if (back) {
		text_put(&out->location, "?redirect_url=");
		text_form(&out->location, back->value);
	}
}

static const struct field *query_field(const struct exchange *x, const char *name,
				       struct field *fields)
{
	char *buffer = arena_alloc(x->arena, x->query.n + 1);
	size_t n;

	if (form_read(x->query, buffer, fields, QUERY_MAX, &n) != ERR_OK)
		return NULL;
	return form_find(fields, n, name);
}
