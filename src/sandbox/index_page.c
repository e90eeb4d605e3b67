/* index_page.c - the front page: the newest trades. */
#include "sandbox/html.h"
#include "sandbox/pages.h"
#include "sandbox/payer.h"
#include "sandbox/platform.h"
#include "sandbox/qr.h"
#include "sys/cleanup.h"

#include <string.h>

enum { SHOWN = 30, REFRESH_S = 5 };

static void show_trade(const struct trade *t, struct text *out);
static void show_facts(const struct trade *t, struct text *out);
static void show_code(const struct trade *t, struct text *out);
static bool can_be_paid(const struct trade *t);

void index_page(struct exchange *x, struct reply *out)
{
	struct sandbox *s = x->s;
	struct trade *shown = arena_alloc(x->arena, SHOWN * sizeof(*shown));
	size_t n = 0, all;

	pthread_mutex_lock(&s->lock);
	all = s->trades.n;
	for (struct trade *t = s->trades.newest; t && n < SHOWN; t = t->older) {
		payer_hurry(s, t, x->now_ms);
		shown[n++] = *t;
	}
	pthread_mutex_unlock(&s->lock);

	out->type = "text/html;charset=utf-8";
	html_open(&out->body, "沙箱 Sandbox", REFRESH_S);
	if (n == 0)
		text_put(&out->body,
			 "<section class=\"card narrow center\"><h1>还没有交易 "
			 "<span lang=\"en\">No trades yet</span></h1><p class=\"soft\">商户下单后，"
			 "二维码和付款链接会出现在这里。<br><span lang=\"en\">Codes and links to "
			 "pay "
			 "appear here once a shop asks for a payment.</span></p></section>");
	for (size_t i = 0; i < n; i++)
		show_trade(&shown[i], &out->body);
	if (all > n)
		text_printf(&out->body, "<p class=\"soft center\">%zu / %zu</p>", n, all);
	html_close(&out->body);
}

static void show_trade(const struct trade *t, struct text *out)
{
	text_put(out, "<section class=\"card row\">");
	if (t->product == PRODUCT_QR && can_be_paid(t))
		show_code(t, out);
	text_put(out, "<div class=\"grow\"><div class=\"top\"><span class=\"price\">");
	html_yuan(out, t->fen);
	text_put(out, "</span>");
	html_state(out, t);
	text_put(out, "</div><div>");
	text_html(out, str_of(t->subject));
	text_put(out, "</div>");
	show_facts(t, out);
	if (can_be_paid(t)) {
		text_printf(out, "<a class=\"button main small\" href=\"/%s/%s\">",
			    t->product == PRODUCT_QR ? "q" : "cashier", t->token);
		text_put(out, t->product == PRODUCT_QR ? "扫码 <span lang=\"en\">Scan</span></a>"
						       : "付款 <span lang=\"en\">Pay</span></a>");
	}
	text_put(out, "</div></section>");
}

static void show_facts(const struct trade *t, struct text *out)
{
	static const char *const PRODUCTS[] = {
		[PRODUCT_PAGE] = "电脑网站 ", [PRODUCT_WAP] = "手机网站 ",
		[PRODUCT_APP] = "APP ",       [PRODUCT_JSAPI] = "小程序 ",
		[PRODUCT_QR] = "扫码 ",       [PRODUCT_BARCODE] = "付款码 ",
	};

	text_printf(out, "<dl class=\"tight\"><dt>%s</dt><dd>", t->platform->title);
	text_put(out, PRODUCTS[t->product]);
	text_put(out, product_name(t->product));
	text_put(out, "</dd><dt>订单号 <span lang=\"en\">Order</span></dt><dd><code>");
	text_html(out, str_of(t->number));
	text_put(out, "</code></dd><dt>下单 <span lang=\"en\">Asked</span></dt><dd>");
	html_time(out, t->offered_ms);
	text_put(out, "</dd>");
	if (t->refunded_fen > 0) {
		text_put(out, "<dt>已退 <span lang=\"en\">Refunded</span></dt><dd>");
		html_yuan(out, t->refunded_fen);
		text_put(out, "</dd>");
	}
	text_put(out, "</dl>");
}

static void show_code(const struct trade *t, struct text *out)
{
	CLEANUP(text_free) struct text content = { 0 };

	text_printf(&content, "%s%s", t->platform->code_url, t->token);
	text_put(out, "<div class=\"side\">");
	if (qr_svg(content.p, out) != ERR_OK)
		text_html(out, text_str(&content));
	text_put(out, "</div>");
}

static bool can_be_paid(const struct trade *t)
{
	return t->state == TRADE_OFFERED || t->state == TRADE_WAITING;
}
