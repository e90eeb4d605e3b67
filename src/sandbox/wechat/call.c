#include "sandbox/wechat/call.h"

#include "base/check.h"
#include "base/codec.h"
#include "sandbox/payer.h"
#include "sandbox/wechat/sign.h"
#include "sandbox/wechat/wechat.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { QUERY_MAX = 8, REQUEST_ID_BYTES = 16 };

static bool check_headers(struct wx_call *c);
static bool is_plain(struct str body);
static void perform(struct wx_call *c, struct reply *out);
static void spoil(struct wx_call *c);
static void note(struct wx_call *c);
static void answer(struct wx_call *c, struct reply *out);
static void answer_file(struct wx_call *c, struct reply *out);
static void refuse_with(struct wx_call *c, const char *field, const char *issue,
			const char *location);

void wx_serve(struct exchange *x, struct reply *out, const struct wx_method *method)
{
	struct wx_call c = { .x = x, .s = x->s, .method = method, .status = 200 };

	c.ask = arena_alloc(x->arena, sizeof(*c.ask));
	*c.ask = (struct wx_ask){ 0 };
	c.fault.kind = FAULT_N;
	jout_open(&c.body);
	if (check_headers(&c) && wx_authorize(&c)) {
		if (!is_plain(x->body))
			wx_refuse_field(&c, "", "只支持1至3个字节的UTF-8字符", "body");
		else
			method->read(&c);
	}
	if (c.m)
		perform(&c, out);
	else
		note(&c);
	answer(&c, out);
	jout_free(&c.body);
}

void wx_refuse(struct wx_call *c, int status, const char *code, const char *message)
{
	if (c->code)
		return;
	c->code = code;
	c->status = status;
	jout_reset(&c->body);
	jout_object(&c->body, NULL);
	jout_text(&c->body, "code", code);
	jout_text(&c->body, "message", message);
	jout_object_end(&c->body);
}

void wx_refuse_field(struct wx_call *c, const char *field, const char *issue, const char *location)
{
	if (c->code)
		return;
	wx_refuse(c, 400, "PARAM_ERROR", "参数错误");
	refuse_with(c, field, issue, location);
}

void wx_refuse_rule(struct wx_call *c, enum refusal r)
{
	static const int STATUS[] = {
		[REFUSED_NOT] = 200,
		[REFUSED_NOT_THERE] = 404,
		[REFUSED_TIME_OVER] = 400,
		[REFUSED_PAID] = 400,
		[REFUSED_CLOSED] = 400,
		[REFUSED_FINISHED] = 400,
		[REFUSED_NOT_NOW] = 400,
		[REFUSED_DIFFERS] = 403,
		[REFUSED_REFUND_DIFFERS] = 400,
		[REFUSED_REFUND_TOO_MUCH] = 400,
		[REFUSED_TOO_MANY] = 500,
	};
	struct refusal_words words = wx_refusal(r);

	if (r != REFUSED_NOT)
		wx_refuse(c, STATUS[r], words.code, words.text);
}

struct refusal_words wx_refusal(enum refusal r)
{
	static const struct refusal_words WORDS[] = {
		[REFUSED_NOT] = { "SUCCESS", "成功" },
		[REFUSED_NOT_THERE] = { "ORDER_NOT_EXIST", "订单不存在" },
		[REFUSED_TIME_OVER] = { "INVALID_REQUEST", "订单已过期" },
		[REFUSED_PAID] = { "INVALID_REQUEST", "该订单已支付" },
		[REFUSED_CLOSED] = { "ORDER_CLOSED", "该订单已关闭，请重新下单" },
		[REFUSED_FINISHED] = { "INVALID_REQUEST", "订单已超过退款期限" },
		[REFUSED_NOT_NOW] = { "INVALID_REQUEST", "订单状态不允许此操作" },
		[REFUSED_DIFFERS] = { "OUT_TRADE_NO_USED", "商户订单号重复" },
		[REFUSED_REFUND_DIFFERS] = { "INVALID_REQUEST",
					     "订单金额或退款金额与之前请求不一致，请核实后再试" },
		[REFUSED_REFUND_TOO_MUCH] = { "INVALID_REQUEST", "退款金额大于可退金额" },
		[REFUSED_TOO_MANY] = { "SYSTEM_ERROR", "系统错误" },
	};

	return WORDS[r];
}

void wx_body_done(struct wx_call *c, struct jin *r)
{
	struct text field = { 0 };
	enum err e = jin_done(r);

	if (e == ERR_OK)
		return;
	if (e == ERR_JSON) {
		wx_refuse_field(c, "", "请求的JSON格式不正确", "body");
		return;
	}
	/* "amount.total" is "/amount/total" here. */
	for (const char *p = err_param(); *p; p++)
		text_add(&field, *p == '.' ? STR("/") : (struct str){ p, 1 });
	wx_refuse_field(c, arena_printf(c->x->arena, "/%s", field.p ? field.p : ""), err_text(),
			"body");
	text_free(&field);
}

void wx_read_part(struct wx_call *c, const char *name, char *out, size_t cap)
{
	char *text = arena_alloc(c->x->arena, c->x->part.n + 1);
	size_t n;

	if (url_read(c->x->part, text, &n) != ERR_OK ||
	    str_copy(out, cap, (struct str){ text, n }) != ERR_OK ||
	    !wx_is_number(out, 1, cap - 1, "@"))
		wx_refuse_field(c, name, "路径参数不正确", "uri");
}

void wx_read_query(struct wx_call *c)
{
	char *buffer = arena_alloc(c->x->arena, c->x->query.n + 1);
	struct field fields[QUERY_MAX];
	const struct field *mchid = NULL;
	size_t n;

	if (form_read(c->x->query, buffer, fields, QUERY_MAX, &n) == ERR_OK)
		mchid = form_find(fields, n, "mchid");
	if (!mchid || !str_is(mchid->value, c->m->merchant.id))
		wx_refuse_field(c, "mchid", "商户号必填，且与签名的商户号一致", "query");
}

void wx_check_merchant(struct wx_call *c)
{
	if (strcmp(c->ask->mchid, c->m->merchant.id) != 0) {
		wx_refuse_field(c, "/mchid", "商户号与签名的商户号不一致", "body");
		return;
	}
	if (c->ask->appid[0] == '\0')
		return;
	for (size_t i = 0; i < WX_APPIDS; i++) {
		if (strcmp(c->ask->appid, c->m->appids[i]) == 0)
			return;
	}
	wx_refuse(c, 400, "APPID_MCHID_NOT_MATCH", "appid和mchid不匹配");
}

bool wx_is_number(const char *text, size_t least, size_t most, const char *also)
{
	char allowed[80];
	size_t n = 0;

	str_add(allowed, sizeof(allowed), &n,
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-|*%s", also);
	return strlen(text) >= least && str_is_made_of(str_of(text), allowed, most);
}

struct trade *wx_find_order(struct wx_call *c)
{
	struct trade *t = trades_find(&c->s->trades, &c->m->merchant, str_of(c->ask->number));

	c->trade = t;
	if (t)
		payer_hurry(c->s, t, c->x->now_ms);
	else
		wx_refuse_rule(c, REFUSED_NOT_THERE);
	return t;
}

int64_t wx_told(const struct wx_call *c, int64_t fen)
{
	if (c->fault.kind != FAULT_WRONG_AMOUNT)
		return fen;
	return c->fault.fen > 0 ? c->fault.fen : fen + 1;
}

/* The platform reserves the right to refuse requests without them. */
static bool check_headers(struct wx_call *c)
{
	const struct net_request *r = c->x->request;
	const char *accept = arena_text(c->x->arena, net_header(r, "Accept"));
	struct str type = net_header(r, "Content-Type");
	const char *missing = NULL;

	if (net_header(r, "User-Agent").n == 0)
		missing = "User-Agent";
	else if (!strstr(accept, "application/json") && !strstr(accept, "*/*"))
		missing = "Accept";
	else if (str_is(c->x->method, "POST") && !str_starts(type, "application/json"))
		missing = "Content-Type";
	if (missing)
		wx_refuse_field(c, missing, "HTTP头缺失或不正确", "header");
	return missing == NULL;
}

/* No character of four bytes. */
static bool is_plain(struct str body)
{
	for (size_t i = 0; i < body.n; i++) {
		if ((unsigned char)body.p[i] >= 0xf0)
			return false;
	}
	return true;
}

/* The work itself, and what a fault makes of it. */
static void perform(struct wx_call *c, struct reply *out)
{
	struct sandbox *s = c->s;
	const char *number = c->ask->number;
	bool struck = false, done = true;

	pthread_mutex_lock(&s->lock);
	if (!c->code)
		struck = fault_take(&s->faults, &SANDBOX_WECHAT, c->method->op, number, &c->fault);
	if (!struck)
		c->fault.kind = FAULT_N;
	else if (c->fault.kind == FAULT_ERROR || c->fault.kind == FAULT_LOSE_ANSWER)
		done = c->fault.done;
	if (done && !c->code)
		c->method->act(c);
	if (struck)
		spoil(c);
	note(c);
	pthread_mutex_unlock(&s->lock);

	out->broken = c->silent || c->fault.kind == FAULT_LOSE_ANSWER;
	if (c->fault.kind != FAULT_PAID_AFTER_CLOSE && c->fault.kind != FAULT_PENDING_REFUND)
		out->after_ms = c->fault.ms;
}

static void spoil(struct wx_call *c)
{
	switch (c->fault.kind) {
	case FAULT_ERROR:
		c->silent = false;
		c->code = NULL;
		wx_refuse(c, c->fault.status != 200 ? (int)c->fault.status : 500,
			  c->fault.code[0] != '\0' ? c->fault.code : "SYSTEM_ERROR", "系统错误");
		break;
	case FAULT_PAID_AFTER_CLOSE:
		if (c->trade)
			payer_pay_after(c->s, c->trade, true, c->fault.ms);
		break;
	case FAULT_PENDING_REFUND: /* act_refund looks at these */
	case FAULT_ABNORMAL_REFUND:
	case FAULT_WRONG_AMOUNT: /* and every act at this */
	case FAULT_LOSE_ANSWER:  /* these concern only how the answer goes out */
	case FAULT_DELAY:
	case FAULT_FORGE:
	case FAULT_UNSIGNED:
	case FAULT_OLD_TIMESTAMP:
	case FAULT_UNKNOWN_SERIAL:
	case FAULT_PROBE:
	case FAULT_DROP_NOTICE: /* and these only notices */
	case FAULT_DUPLICATE_NOTICE:
	case FAULT_REORDER:
	case FAULT_N:
		break;
	}
}

/* Into the log, and counted on the trade. */
static void note(struct wx_call *c)
{
	struct logged_call entry = { .at_ms = c->x->now_ms,
				     .platform = &SANDBOX_WECHAT,
				     .merchant = c->m ? c->m->merchant.id : "",
				     .op = (int)c->method->op,
				     .fault = (int)c->fault.kind };

	str_copy_cut(entry.number, sizeof(entry.number), str_of(c->ask->number));
	str_copy_cut(entry.code, sizeof(entry.code), str_of(c->code ? c->code : "SUCCESS"));
	if (!c->m)
		pthread_mutex_lock(&c->s->lock);
	call_log_add(&c->s->calls, &entry);
	if (c->trade)
		c->trade->calls[c->method->op]++;
	if (!c->m)
		pthread_mutex_unlock(&c->s->lock);
}

static void answer(struct wx_call *c, struct reply *out)
{
	struct sandbox *s = c->s;
	struct str named = net_header(c->x->request, "Wechatpay-Serial");
	struct wx_stamp stamp = { .rand = s->rand,
				  .now_ms = c->x->now_ms,
				  .spoilt = c->fault.kind };
	struct net_field fields[WX_SIGN_FIELDS];
	char id[2 * REQUEST_ID_BYTES + 1];
	size_t n;

	pthread_mutex_lock(&s->lock);
	stamp.signer = wx_signer_for(s->wechat, c->m, named);
	pthread_mutex_unlock(&s->lock);
	out->status = c->status;
	if (c->body.n > 0)
		out->type = "application/json; charset=utf-8";
	text_add(&out->body, (struct str){ c->body.p, c->body.n });
	rand_hex(s->rand, REQUEST_ID_BYTES, id);
	reply_field(out, "Request-ID", str_of(id));
	if (c->file.n > 0) {
		answer_file(c, out);
		return;
	}
	if (wx_stamp_write(&stamp, text_str(&out->body), c->x->arena, fields, &n) != ERR_OK) {
		log_err(LOG_ERROR, "sandbox.sign", ERR_CRYPTO);
		return;
	}
	for (size_t i = 0; i < n; i++)
		reply_field(out, fields[i].name, fields[i].value);
}

static void answer_file(struct wx_call *c, struct reply *out)
{
	bool packed = str_starts(text_str(&c->file), "\x1f\x8b");

	out->type = packed ? "application/x-gzip" : "text/plain; charset=utf-8";
	text_add(&out->body, text_str(&c->file));
	text_free(&c->file);
}

/* Adds what is wrong, once the refusal stands. */
static void refuse_with(struct wx_call *c, const char *field, const char *issue,
			const char *location)
{
	jout_reset(&c->body);
	jout_object(&c->body, NULL);
	jout_text(&c->body, "code", c->code);
	jout_object(&c->body, "detail");
	jout_text(&c->body, "field", field);
	jout_text(&c->body, "issue", issue);
	jout_text(&c->body, "location", location);
	jout_object_end(&c->body);
	jout_text(&c->body, "message", "参数错误");
	jout_object_end(&c->body);
}
