#include "sandbox/html.h"

#include "base/check.h"
#include "base/money.h"
#include "base/time.h"

static const char STYLE[] =
	":root{--ink:#1f2329;--soft:#646a73;--line:#e5e6eb;--back:#f2f4f8;--card:#fff;"
	"--blue:#1668dc;--green:#237b2e;--red:#b42318;--amber:#92600a}"
	"@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a0a6b0;--line:#34383f;"
	"--back:#15171a;--card:#1f2226;--blue:#4c8df0;--green:#6cc47a;--red:#f2877c;--amber:#"
	"e0b15c}}"
	"*{box-sizing:border-box}"
	"body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,"
	"-apple-system,\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\",\"Noto Sans SC\","
	"sans-serif}"
	"header{padding:14px 20px;color:var(--soft);font-size:14px;text-align:center}"
	"header b{color:var(--ink)}header a{color:inherit}"
	"main{max-width:880px;margin:0 auto;padding:0 16px 40px}"
	".card{background:var(--card);border:1px solid var(--line);border-radius:14px;"
	"padding:24px;margin:0 0 16px}"
	".narrow{max-width:420px;margin:24px auto}"
	"h1{font-size:18px;font-weight:600;margin:0 0 4px}"
	".amount{font-size:40px;font-weight:700;margin:10px 0 2px;letter-spacing:-.5px}"
	".center{text-align:center}.soft{color:var(--soft);font-size:14px}"
	"dl{display:grid;grid-template-columns:auto 1fr;gap:8px 20px;margin:20px 0;font-size:14px}"
	"dt{color:var(--soft);white-space:nowrap}dd{margin:0;text-align:right;"
	"overflow-wrap:anywhere}"
	"form{display:grid;gap:10px;margin:0}"
	"button,.button{display:block;width:100%;font:inherit;font-weight:600;padding:12px;"
	"border-radius:10px;border:1px solid var(--line);background:none;color:var(--ink);"
	"text-align:center;text-decoration:none;cursor:pointer}"
	"button.main,.button.main{background:var(--blue);border-color:var(--blue);color:#fff}"
	"button:focus-visible,a:focus-visible{outline:3px solid var(--blue);outline-offset:2px}"
	"p{overflow-wrap:anywhere}.word{font-size:13px;font-weight:600;border:1px "
	"solid;border-radius:99px;padding:1px 10px;"
	"white-space:nowrap}"
	".green{color:var(--green)}.red{color:var(--red)}.amber{color:var(--amber)}"
	".gray{color:var(--soft)}"
	".sign{font-size:44px;line-height:1;margin:6px 0}"
	".row{display:flex;gap:20px;align-items:center}.row .grow{flex:1;min-width:0}"
	".row .side{width:150px;flex:none}.qr{display:block;width:100%;border-radius:8px}"
	".top{display:flex;justify-content:space-between;gap:12px;align-items:baseline;"
	"flex-wrap:wrap}.price{font-size:22px;font-weight:700}"
	"code{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}"
	".tight{margin:10px 0;gap:2px 16px;font-size:13px}.tight dd{text-align:left}"
	".small{width:auto;display:inline-block;padding:6px 18px;font-size:14px}"
	"@media(max-width:560px){.row{flex-direction:column;align-items:stretch}"
	".row .side{width:180px;align-self:center}}";

void html_open(struct text *out, const char *title, int refresh_s)
{
	text_put(out, "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
		      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
	if (refresh_s > 0)
		text_printf(out, "<meta http-equiv=\"refresh\" content=\"%d\">", refresh_s);
	text_put(out, "<title>");
	text_html(out, str_of(title));
	text_put(out, "</title><style>");
	text_put(out, STYLE);
	text_put(out, "</style></head><body><header><a href=\"/\"><b>Tael 沙箱 Sandbox</b></a> · "
		      "没有真钱 <span lang=\"en\">no real money</span></header><main>");
}

void html_close(struct text *out)
{
	text_put(out, "</main></body></html>\n");
}

void html_error(struct text *out, const char *code, struct str text)
{
	html_open(out, "出错 Error", 0);
	text_put(out, "<section class=\"card narrow center\"><div class=\"sign red\">!</div>"
		      "<h1>无法付款 <span lang=\"en\">Cannot be paid</span></h1><p>");
	text_html(out, text);
	text_put(out, "</p><code>");
	text_html(out, str_of(code));
	text_put(out, "</code></section>");
	html_close(out);
}

void html_yuan(struct text *out, int64_t fen)
{
	char yuan[YUAN_TEXT];

	yuan_write(fen, yuan);
	text_printf(out, "¥ %s", yuan);
}

void html_time(struct text *out, int64_t ms)
{
	char local[LOCAL_TEXT];

	if (ms == 0) {
		text_put(out, "–");
		return;
	}
	china_write(ms, local);
	text_put(out, local);
}

void html_state(struct text *out, const struct trade *t)
{
	const char *colour = "gray", *word = "";

	switch (t->state) {
	case TRADE_OFFERED:
		colour = "amber";
		word = "待打开 <span lang=\"en\">not opened</span>";
		break;
	case TRADE_WAITING:
		colour = "amber";
		word = "待付款 <span lang=\"en\">waiting</span>";
		break;
	case TRADE_PAID:
		colour = "green";
		word = t->refunded_fen > 0 ? "部分退款 <span lang=\"en\">partly refunded</span>"
					   : "已付款 <span lang=\"en\">paid</span>";
		break;
	case TRADE_FINISHED:
		colour = "green";
		word = "已完结 <span lang=\"en\">finished</span>";
		break;
	case TRADE_CLOSED:
		word = t->paid_ms > 0 ? "已退款 <span lang=\"en\">refunded</span>"
				      : "已关闭 <span lang=\"en\">closed</span>";
		break;
	}
	CHECK(word[0] != '\0');
	text_printf(out, "<span class=\"word %s\">%s</span>", colour, word);
}
