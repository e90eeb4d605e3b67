#include "sandbox/qq/call.h"

#include "base/check.h"
#include "base/time.h"
#include "sandbox/payer.h"
#include "sandbox/tls.h"
#include "sys/cleanup.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { BODY_BYTES = XML_BYTES_MAX, SIGN_MEMBERS = XML_MEMBERS_MAX };

#define PAUSE_MS INT64_C(300000)

/* What a member of a request may be; lengths are in characters. */
struct member {
	const char *name;
	size_t max;
	bool needed;
};

/* One address. */
struct qpay_service {
	const char *path;
	enum operation op;
	bool certificate; /* only with the merchant's own, over TLS */
	const struct member *members;
	void (*act)(struct call *c);
};

/* clang-format off */
#define COMMON { "appid", 32, false }, { "mch_id", 32, true }, { "nonce_str", 32, true }
#define ORDER COMMON, { "body", 128, true }, { "attach", 128, false }, \
	{ "out_trade_no", 32, true }, { "fee_type", 16, true }, { "total_fee", 11, true }, \
	{ "spbill_create_ip", 39, true }, { "time_start", 14, false }, \
	{ "time_expire", 14, false }, { "limit_pay", 32, false }, { "trade_type", 16, true }
#define EITHER { "transaction_id", 32, false }, { "out_trade_no", 32, false }
#define OPERATOR { "op_user_id", 32, true }, { "op_user_passwd", 32, true }

static const struct member UNIFIED_ORDER[] = {
	ORDER, { "notify_url", 256, true }, { "device_info", 32, false }, { 0 } };
static const struct member MICROPAY[] = {
	ORDER, { "notify_url", 256, false }, { "device_info", 32, true },
	{ "auth_code", 128, true }, { 0 } };
static const struct member QUERY[] = { COMMON, EITHER, { 0 } };
static const struct member CLOSE[] = {
	COMMON, { "out_trade_no", 32, true }, { "total_fee", 11, false }, { 0 } };
static const struct member REVERSE[] = { COMMON, { "out_trade_no", 32, true }, OPERATOR, { 0 } };
static const struct member REFUND[] = {
	COMMON, EITHER, { "out_refund_no", 32, true }, { "refund_fee", 11, true }, OPERATOR,
	{ "refund_account", 32, false }, { 0 } };
static const struct member REFUND_QUERY[] = {
	COMMON, EITHER, { "refund_id", 32, false }, { "out_refund_no", 32, false }, { 0 } };
static const struct member STATEMENT[] = {
	COMMON, { "bill_date", 8, true }, { "bill_type", 8, true }, { "tar_type", 8, false },
	{ 0 } };

#define PAY "/cgi-bin/pay/"
#define DOWNLOAD "/cgi-bin/sp_download/"

static const struct qpay_service SERVICES[QPAY_SERVICES] = {
	{ PAY "qpay_unified_order.cgi", OP_UNIFIED_ORDER, false, UNIFIED_ORDER,
	  qpay_unified_order },
	{ PAY "qpay_micro_pay.cgi", OP_MICROPAY, false, MICROPAY, qpay_micropay },
	{ PAY "qpay_order_query.cgi", OP_QUERY, false, QUERY, qpay_query },
	{ PAY "qpay_close_order.cgi", OP_CLOSE, false, CLOSE, qpay_close_order },
	{ PAY "qpay_reverse.cgi", OP_REVERSE, true, REVERSE, qpay_reverse },
	{ PAY "qpay_refund.cgi", OP_REFUND, true, REFUND, qpay_refund },
	{ PAY "qpay_refund_query.cgi", OP_REFUND_QUERY, false, REFUND_QUERY, qpay_refund_query },
	{ DOWNLOAD "qpay_mch_statement_down.cgi", OP_BILL, false, STATEMENT, qpay_statement },
};

static void serve(struct exchange *x, struct reply *out);

const struct route QPAY_ROUTES[QPAY_SERVICES] = {
	{ "POST", PAY "qpay_unified_order.cgi", BODY_BYTES, serve },
	{ "POST", PAY "qpay_micro_pay.cgi", BODY_BYTES, serve },
	{ "POST", PAY "qpay_order_query.cgi", BODY_BYTES, serve },
	{ "POST", PAY "qpay_close_order.cgi", BODY_BYTES, serve },
	{ "POST", PAY "qpay_reverse.cgi", BODY_BYTES, serve },
	{ "POST", PAY "qpay_refund.cgi", BODY_BYTES, serve },
	{ "POST", PAY "qpay_refund_query.cgi", BODY_BYTES, serve },
	{ "POST", DOWNLOAD "qpay_mch_statement_down.cgi", BODY_BYTES, serve },
};
/* clang-format on */

static const struct qpay_service *find_service(struct str path);
static bool has_certificate(const struct exchange *x, const struct qpay_merchant *m);
static const char *check_message(struct call *c, struct str body);
static bool check_sign(struct call *c);
static bool check_members(struct call *c);
static bool check_member(struct call *c, const struct member *m);
static bool check_appid(struct call *c);
static void perform(struct call *c, struct fault *f, struct reply *out);
static void spoil(struct call *c, const struct fault *f);
static void change_amounts(struct call *c, int64_t fen);
static void note(struct call *c, const char *code, int fault);
static void answer(struct call *c, const struct fault *f, struct reply *out);
static void answer_message(struct call *c, bool forged, struct reply *out);
static void answer_talk_failed(struct call *c, const char *why, struct reply *out);
static void answer_no_certificate(struct reply *out);

static void serve(struct exchange *x, struct reply *out)
{
	struct call *c = arena_alloc(x->arena, sizeof(*c));
	struct fault f = { .kind = FAULT_N };
	const char *why;

	c->s = x->s;
	c->arena = x->arena;
	c->now_ms = x->now_ms;
	c->service = find_service(x->path);
	c->merchant = x->s->qq;
	if (c->service->certificate && !has_certificate(x, c->merchant)) {
		note(c, "CERT_ERROR", FAULT_N);
		answer_no_certificate(out);
		return;
	}
	why = check_message(c, x->body);
	if (why) {
		note(c, "FAIL", FAULT_N);
		answer_talk_failed(c, why, out);
		return;
	}
	if (check_members(c) && check_appid(c))
		perform(c, &f, out);
	else
		note(c, "FAIL", FAULT_N);
	answer(c, &f, out);
}

struct str qpay_in(const struct call *c, const char *name)
{
	return xml_value(&c->in, name);
}

void qpay_out(struct call *c, const char *name, struct str value)
{
	CHECK(c->n < QPAY_ANSWER_MEMBERS);
	qpay_add(c->out, &c->n, name, value);
}

void qpay_out_number(struct call *c, const char *name, int64_t value)
{
	qpay_out(c, name, str_of(arena_printf(c->arena, "%" PRId64, value)));
}

void qpay_refuse(struct call *c, const char *code, const char *text)
{
	c->refused = (struct refusal_words){ code, text };
}

void qpay_refuse_by(struct call *c, enum refusal r)
{
	c->refused = qpay_refusal(r);
}

struct trade *qpay_trade(struct call *c)
{
	struct str id = qpay_in(c, "transaction_id"), number = qpay_in(c, "out_trade_no");
	struct trade *t;

	if (id.n == 0 && number.n == 0) {
		qpay_refuse(c, "LACK_PARAMS", "缺少参数transaction_id或out_trade_no");
		return NULL;
	}
	if (id.n > 0)
		t = trades_by_trade_no(&c->s->trades, id);
	else
		t = trades_find(&c->s->trades, &c->merchant->merchant, number);
	if (!t || t->merchant != &c->merchant->merchant) {
		qpay_refuse_by(c, REFUSED_NOT_THERE);
		return NULL;
	}
	c->trade = t;
	payer_hurry(c->s, t, c->now_ms);
	return t;
}

bool qpay_too_early(struct call *c, int64_t since_ms)
{
	if (c->now_ms - since_ms >= PAUSE_MS * c->s->notice_scale / 1000)
		return false;
	qpay_refuse(c, "INVALID_REQUEST", "距下单不足5分钟，请稍后再试");
	return true;
}

bool qpay_operator(struct call *c)
{
	if (str_is(qpay_in(c, "op_user_id"), c->merchant->operator) &&
	    str_is(qpay_in(c, "op_user_passwd"), c->merchant->password_md5))
		return true;
	qpay_refuse(c, "NOAUTH", "操作员帐号或密码错误");
	return false;
}

struct str qpay_time(int64_t ms, struct arena *a)
{
	char local[LOCAL_TEXT];

	if (ms == 0)
		return STR("");
	china_write(ms, local);
	return str_of(arena_printf(a, "%.4s%.2s%.2s%.2s%.2s%.2s", local, local + 5, local + 8,
				   local + 11, local + 14, local + 17));
}

/* The routes and the services are one list. */
static const struct qpay_service *find_service(struct str path)
{
	for (size_t i = 0; i < QPAY_SERVICES; i++) {
		if (str_is(path, SERVICES[i].path))
			return &SERVICES[i];
	}
	CHECK(!"a route without a service");
	return NULL;
}

/* Without TLS nobody can show one. */
static bool has_certificate(const struct exchange *x, const struct qpay_merchant *m)
{
	return !x->s->tls || str_is(net_client_name(x->request), m->merchant.id);
}

/* Why nobody can be answered by name; NULL: the message is the merchant's. */
static const char *check_message(struct call *c, struct str body)
{
	if (body.n == 0)
		return "post数据为空";
	if (xml_read(body, c->arena, &c->in) != ERR_OK) {
		c->in = (struct xml){ 0 };
		return "XML格式错误";
	}
	if (!str_is(qpay_in(c, "mch_id"), c->merchant->merchant.id))
		return "商户号不存在";
	return check_sign(c) ? NULL : "签名错误";
}

/* In either case: the documents show both. */
static bool check_sign(struct call *c)
{
	struct field *fields = arena_alloc(c->arena, c->in.n * sizeof(*fields));
	struct str theirs = qpay_in(c, "sign");
	char sign[QPAY_SIGN_TEXT];

	memcpy(fields, c->in.field, c->in.n * sizeof(*fields));
	qpay_sign(fields, c->in.n, c->merchant->api_key, sign);
	return theirs.n == strlen(sign) && strncasecmp(theirs.p, sign, theirs.n) == 0;
}

static bool check_members(struct call *c)
{
	for (const struct member *m = c->service->members; m->name; m++) {
		if (!check_member(c, m))
			return false;
	}
	return true;
}

static bool check_member(struct call *c, const struct member *m)
{
	struct str value = qpay_in(c, m->name);

	if (value.n == 0 && m->needed)
		qpay_refuse(c, "LACK_PARAMS", arena_printf(c->arena, "缺少参数%s", m->name));
	else if (str_characters(value) > m->max)
		qpay_refuse(c, "PARAM_ERROR", arena_printf(c->arena, "参数%s超长", m->name));
	return !c->refused.code;
}

static bool check_appid(struct call *c)
{
	struct str appid = qpay_in(c, "appid");

	if (appid.n == 0 || str_is(appid, c->merchant->appid))
		return true;
	qpay_refuse(c, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配");
	return false;
}

/* The work itself, and what a fault makes of it. */
static void perform(struct call *c, struct fault *f, struct reply *out)
{
	struct sandbox *s = c->s;
	const char *number = arena_text(c->arena, qpay_in(c, "out_trade_no"));
	bool struck, done;

	pthread_mutex_lock(&s->lock);
	struck = fault_take(&s->faults, &SANDBOX_QQ, c->service->op, number, f);
	if (!struck)
		f->kind = FAULT_N;
	done = (f->kind != FAULT_ERROR && f->kind != FAULT_LOSE_ANSWER) || f->done;
	if (done)
		c->service->act(c);
	if (struck)
		spoil(c, f);
	pthread_mutex_unlock(&s->lock);
	note(c, c->refused.code ? "FAIL" : "SUCCESS", (int)f->kind);

	out->broken = c->silent || f->kind == FAULT_LOSE_ANSWER;
	if (f->kind != FAULT_PAID_AFTER_CLOSE && f->kind != FAULT_PENDING_REFUND)
		out->after_ms = f->ms;
}

static void spoil(struct call *c, const struct fault *f)
{
	switch (f->kind) {
	case FAULT_ERROR:
		c->silent = false;
		qpay_refuse(c,
			    f->code[0] != '\0' ? arena_text(c->arena, str_of(f->code))
					       : "SYSTEMERROR",
			    "系统繁忙");
		break;
	case FAULT_WRONG_AMOUNT:
		change_amounts(c, f->fen);
		break;
	case FAULT_PAID_AFTER_CLOSE:
		if (c->trade)
			payer_pay_after(c->s, c->trade, true, f->ms);
		break;
	case FAULT_PENDING_REFUND:
		if (c->refund)
			c->refund->settles_ms = c->now_ms + f->ms;
		break;
	case FAULT_LOSE_ANSWER: /* these concern only how the answer goes out */
	case FAULT_DELAY:
	case FAULT_FORGE:
	case FAULT_DROP_NOTICE: /* and these only notices */
	case FAULT_DUPLICATE_NOTICE:
	case FAULT_REORDER:
	case FAULT_ABNORMAL_REFUND: /* and these are WeChat Pay's */
	case FAULT_UNSIGNED:
	case FAULT_OLD_TIMESTAMP:
	case FAULT_UNKNOWN_SERIAL:
	case FAULT_PROBE:
	case FAULT_N:
		break;
	}
}

/* Every amount of the answer that says what was paid or given back. */
static void change_amounts(struct call *c, int64_t fen)
{
	static const char *const NAMES[] = {
		"total_fee",       "cash_fee",     "refund_fee",
		"cash_refund_fee", "refund_fee_0", "cash_refund_fee_0"
	};

	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; k < sizeof(NAMES) / sizeof(NAMES[0]); k++) {
			int64_t was;

			if (!str_is(c->out[i].name, NAMES[k]) ||
			    str_integer(c->out[i].value, 0, INT64_MAX - 1, &was) != ERR_OK)
				continue;
			c->out[i].value =
				str_of(arena_printf(c->arena, "%" PRId64, fen > 0 ? fen : was + 1));
		}
	}
}

/* Into the log, and counted on the order. */
static void note(struct call *c, const char *code, int fault)
{
	struct logged_call entry = { .at_ms = c->now_ms,
				     .platform = &SANDBOX_QQ,
				     .merchant = c->merchant->merchant.id,
				     .op = (int)c->service->op,
				     .fault = fault };
	struct str number = qpay_in(c, "out_trade_no");

	str_copy_cut(entry.number, sizeof(entry.number),
		     number.n > 0 ? number : qpay_in(c, "transaction_id"));
	str_copy_cut(entry.code, sizeof(entry.code), str_of(code));
	str_copy_cut(entry.sub_code, sizeof(entry.sub_code), str_of(c->refused.code));
	pthread_mutex_lock(&c->s->lock);
	call_log_add(&c->s->calls, &entry);
	if (c->trade)
		c->trade->calls[c->service->op]++;
	pthread_mutex_unlock(&c->s->lock);
}

static void answer(struct call *c, const struct fault *f, struct reply *out)
{
	out->status = 200;
	if (f->kind == FAULT_ERROR && f->status != 200) {
		out->status = (int)f->status;
		out->type = "text/html; charset=utf-8";
		text_printf(&out->body, "<h1>%d</h1>", out->status);
	} else if (c->file.n > 0 && !c->refused.code) {
		out->type = "text/plain; charset=utf-8";
		text_add(&out->body, text_str(&c->file));
	} else {
		answer_message(c, f->kind == FAULT_FORGE, out);
	}
	text_free(&c->file);
}

static void answer_message(struct call *c, bool forged, struct reply *out)
{
	struct field fields[QPAY_ANSWER_MEMBERS + 12];
	char nonce[QPAY_KEY_TEXT], sign[QPAY_SIGN_TEXT];
	const char *refused = c->refused.code;
	size_t n = 0;

	rand_hex(c->s->rand, (sizeof(nonce) - 1) / 2, nonce);
	qpay_add(fields, &n, "return_code", STR("SUCCESS"));
	qpay_add(fields, &n, "return_msg", STR("SUCCESS"));
	/* The platform's numbers for what it refuses are not in its documents. */
	qpay_add(fields, &n, "retcode", refused ? STR("1") : STR("0"));
	qpay_add(fields, &n, "retmsg", refused ? str_of(c->refused.text) : STR("ok"));
	qpay_add(fields, &n, "appid", qpay_in(c, "appid"));
	qpay_add(fields, &n, "mch_id", str_of(c->merchant->merchant.id));
	qpay_add(fields, &n, "nonce_str", str_of(nonce));
	qpay_add(fields, &n, "result_code", refused ? STR("FAIL") : STR("SUCCESS"));
	qpay_add(fields, &n, "err_code", str_of(refused));
	qpay_add(fields, &n, "err_code_des", str_of(c->refused.text));
	for (size_t i = 0; i < c->n; i++)
		fields[n++] = c->out[i];
	/* A forged one is signed by another key. */
	qpay_sign(fields, n, forged ? c->merchant->app_key : c->merchant->api_key, sign);
	qpay_add(fields, &n, "sign", str_of(sign));
	out->type = "text/xml; charset=utf-8";
	text_add(&out->body, xml_write(fields, n, c->arena));
}

static void answer_talk_failed(struct call *c, const char *why, struct reply *out)
{
	struct field fields[4];
	size_t n = 0;

	qpay_add(fields, &n, "return_code", STR("FAIL"));
	qpay_add(fields, &n, "return_msg", str_of(why));
	qpay_add(fields, &n, "retcode", STR("1"));
	qpay_add(fields, &n, "retmsg", str_of(why));
	out->type = "text/xml; charset=utf-8";
	text_add(&out->body, xml_write(fields, n, c->arena));
}

/* Not the program behind it says so but the web server in front. */
static void answer_no_certificate(struct reply *out)
{
	static const char WHY[] = "400 No required SSL certificate was sent";

	out->status = 400;
	out->type = "text/html";
	text_printf(
		&out->body,
		"<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n"
		"<center><h1>400 Bad Request</h1></center>\r\n"
		"<center>No required SSL certificate was sent</center>\r\n</body>\r\n</html>\r\n",
		WHY);
}
