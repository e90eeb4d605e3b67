/* cashier_page.c - the payer's page: shows a trade, and pays it. */
#include "sandbox/pages.h"

#include "base/codec.h"
#include "sandbox/html.h"
#include "sandbox/payer.h"
#include "sandbox/platform.h"
#include "sys/cleanup.h"

#include <string.h>

enum { FORM_MAX = 8 };

/* A trade as the page shows it, copied so that nothing is drawn or signed under the lock. */
struct view {
	struct trade t;       /* its texts never change */
	bool expired;         /* it waits, but cannot be opened any more */
	enum refusal refused; /* by the last press */
};

static bool look(struct exchange *x, bool opens, struct view *v);
static struct str token_of(struct str path);
static bool is_over(const struct trade *t, int64_t now_ms);
static void show(const struct exchange *x, const struct view *v, bool cancelled, struct text *out);
static void show_order(const struct view *v, struct text *out);
static void show_buttons(const struct exchange *x, struct text *out);
static void show_result(const char *colour, const char *sign, const char *words, struct text *out);
static void show_way_back(const struct exchange *x, const struct view *v, struct text *out);
static bool way_back(const struct exchange *x, const struct trade *t, struct text *url);
static bool is_web(const char *url);
static struct str kept_query(struct str query);
static void no_such(struct reply *out);

void cashier_page(struct exchange *x, struct reply *out)
{
	struct view v;

	out->type = "text/html;charset=utf-8";
	if (!look(x, str_starts(x->path, "/q/"), &v)) {
		no_such(out);
		return;
	}
	show(x, &v, str_starts(x->query, "cancelled"), &out->body);
}

void cashier_act(struct exchange *x, struct reply *out)
{
	char *buffer = arena_alloc(x->arena, x->body.n + 1);
	struct field fields[FORM_MAX];
	const struct field *press = NULL;
	struct str query = kept_query(x->query);
	struct view v = { 0 };
	struct trade *t;
	size_t n;

	out->type = "text/html;charset=utf-8";
	if (form_read(x->body, buffer, fields, FORM_MAX, &n) == ERR_OK)
		press = form_find(fields, n, "do");
	pthread_mutex_lock(&x->s->lock);
	t = trades_by_token(&x->s->trades, token_of(x->path));
	if (t && press && str_is(press->value, "pay"))
		v.refused = payer_pay(x->s, t, false, x->now_ms);
	if (t)
		v.t = *t;
	pthread_mutex_unlock(&x->s->lock);
	if (!t || !press) {
		no_such(out);
		return;
	}
	if (v.refused != REFUSED_NOT && v.refused != REFUSED_PAID) {
		struct refusal_words words = t->platform->refusal(v.refused);

		out->status = 409;
		html_error(&out->body, words.code, str_of(words.text));
		return;
	}
	out->status = 303;
	if (str_is(press->value, "pay") && way_back(x, &v.t, &out->location))
		return;
	if (!str_is(press->value, "pay") && is_web(v.t.quit_url)) {
		text_put(&out->location, v.t.quit_url);
		return;
	}
	text_add(&out->location, x->path);
	if (!str_is(press->value, "pay"))
		text_put(&out->location, "?cancelled");
	if (query.n > 0) {
		text_put(&out->location, str_is(press->value, "pay") ? "?" : "&");
		text_add(&out->location, query);
	}
}

/* Finds the trade of the page and copies it.  opens: looking at it is scanning it. */
static bool look(struct exchange *x, bool opens, struct view *v)
{
	struct sandbox *s = x->s;
	struct trade *t;

	*v = (struct view){ 0 };
	pthread_mutex_lock(&s->lock);
	t = trades_by_token(&s->trades, token_of(x->path));
	if (t) {
		payer_hurry(s, t, x->now_ms);
		if (opens)
			(void)payer_open(s, t, x->now_ms); /* refused: the page says so */
		v->t = *t;
		v->expired = is_over(t, x->now_ms);
	}
	pthread_mutex_unlock(&s->lock);
	return t != NULL;
}

static struct str token_of(struct str path)
{
	struct str rest;

	(void)str_cut(str_skip(path, 1), '/', &rest);
	return rest;
}

static bool is_over(const struct trade *t, int64_t now_ms)
{
	bool waits = t->state == TRADE_OFFERED || t->state == TRADE_WAITING;

	return waits && !t->opened && (now_ms >= t->code_expires_ms || now_ms >= t->expires_ms);
}

static void show(const struct exchange *x, const struct view *v, bool cancelled, struct text *out)
{
	const struct trade *t = &v->t;
	bool open = (t->state == TRADE_OFFERED || t->state == TRADE_WAITING) && !v->expired;

	html_open(out, "收银台 Cashier", 0);
	text_put(out, "<section class=\"card narrow\">");
	if (open && cancelled)
		show_result("amber", "…", "未付款 <span lang=\"en\">Not paid</span>", out);
	else if (open)
		text_put(out, "<div class=\"center\"><h1>收银台 <span lang=\"en\">Cashier</span>"
			      "</h1></div>");
	else if (v->expired)
		show_result("red", "×", "已过期 <span lang=\"en\">Expired</span>", out);
	else if (t->state == TRADE_CLOSED && t->paid_ms > 0)
		show_result("gray", "↩", "已退款 <span lang=\"en\">Refunded</span>", out);
	else if (t->state == TRADE_CLOSED)
		show_result("red", "×", "交易已关闭 <span lang=\"en\">Closed</span>", out);
	else
		show_result("green", "✓", "付款成功 <span lang=\"en\">Paid</span>", out);
	show_order(v, out);
	if (open)
		show_buttons(x, out);
	else
		show_way_back(x, v, out);
	text_put(out, "</section>");
	html_close(out);
}

static void show_order(const struct view *v, struct text *out)
{
	const struct trade *t = &v->t;

	text_put(out, "<div class=\"center\"><div class=\"amount\">");
	html_yuan(out, t->fen);
	text_put(out, "</div><div>");
	text_html(out, str_of(t->subject));
	text_put(out, "</div></div><dl><dt>商户订单号 <span lang=\"en\">Order</span></dt><dd>");
	text_html(out, str_of(t->number));
	text_put(out, "</dd><dt>收款方 <span lang=\"en\">Seller</span></dt><dd>");
	text_html(out, str_of(t->merchant->seller));
	if (t->trade_no[0] != '\0') {
		text_put(out, "</dd><dt>交易号 <span lang=\"en\">Trade</span></dt><dd>");
		text_html(out, str_of(t->trade_no));
	}
	if (t->paid_ms > 0) {
		text_put(out, "</dd><dt>付款时间 <span lang=\"en\">Paid</span></dt><dd>");
		html_time(out, t->paid_ms);
	} else {
		text_put(out, "</dd><dt>截止 <span lang=\"en\">Pay until</span></dt><dd>");
		html_time(out, t->expires_ms);
	}
	text_put(out, "</dd></dl>");
}

static void show_buttons(const struct exchange *x, struct text *out)
{
	struct str query = kept_query(x->query);

	text_put(out, "<form method=\"post\" action=\"");
	text_html(out, x->path);
	if (query.n > 0) {
		text_put(out, "?");
		text_html(out, query);
	}
	text_put(out, "\"><button class=\"main\" name=\"do\" value=\"pay\">支付 "
		      "<span lang=\"en\">Pay</span></button>"
		      "<button name=\"do\" value=\"cancel\">取消 "
		      "<span lang=\"en\">Cancel</span></button></form>");
}

static void show_result(const char *colour, const char *sign, const char *words, struct text *out)
{
	text_printf(out, "<div class=\"center\"><div class=\"sign %s\">%s</div><h1>%s</h1></div>",
		    colour, sign, words);
}

static void show_way_back(const struct exchange *x, const struct view *v, struct text *out)
{
	CLEANUP(text_free) struct text url = { 0 };

	if (v->t.paid_ms == 0 || !way_back(x, &v->t, &url))
		return;
	text_put(out, "<a class=\"button main\" href=\"");
	text_html(out, text_str(&url));
	text_put(out, "\">返回商户 <span lang=\"en\">Back to the shop</span></a>");
}

/* As the platform does it; without a way of its own, to the redirect_url that the browser brought.
 */
static bool way_back(const struct exchange *x, const struct trade *t, struct text *url)
{
	struct str query = kept_query(x->query);
	char *buffer = arena_alloc(x->arena, query.n + 1);
	struct field fields[FORM_MAX];
	const struct field *back = NULL;
	size_t n;

	if (t->platform->way_back)
		return t->platform->way_back(x, t, url);
	if (form_read(query, buffer, fields, FORM_MAX, &n) == ERR_OK)
		back = form_find(fields, n, "redirect_url");
	if (!back || !is_web(arena_text(x->arena, back->value)) || !str_is_text(back->value) ||
	    str_find(back->value, '\r') < back->value.n ||
	    str_find(back->value, '\n') < back->value.n)
		return false;
	text_add(url, back->value);
	return true;
}

static bool is_web(const char *url)
{
	return str_starts(str_of(url), "http://") || str_starts(str_of(url), "https://");
}

/* What goes on from page to page: where the browser is to go in the end, if the address says it. */
static struct str kept_query(struct str query)
{
	while (query.n > 0 && !str_starts(query, "redirect_url="))
		(void)str_cut(query, '&', &query);
	return query;
}

static void no_such(struct reply *out)
{
	out->status = 404;
	html_error(&out->body, "404", STR("没有这笔交易 There is no such trade"));
}
