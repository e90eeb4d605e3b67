/* bill.c - where to fetch a day's bill, and fetching it.
 *
 * Source: pay.weixin.qq.com, APIv3, "apply for a trade bill", "apply for a fund flow bill",
 * "download a bill".  The platform makes a day's bill at 9:00 of the next; the sandbox gives
 * today's too.
 */
#include "sandbox/wechat/bill.h"

#include "base/codec.h"
#include "sandbox/download.h"
#include "sandbox/pack.h"
#include "sandbox/wechat/call.h"
#include "sys/cleanup.h"

#include <string.h>

enum { QUERY_FIELDS = 8, SHA1_TEXT = 2 * SHA1_BYTES + 1 };

#define URL_LIFE_MS INT64_C(300000)

static void read_trade(struct wx_call *c);
static void read_flow(struct wx_call *c);
static void read_file(struct wx_call *c);
static void act_trade(struct wx_call *c);
static void act_flow(struct wx_call *c);
static void act_file(struct wx_call *c);
static bool read_query(struct wx_call *c, const char *const *names, char *const *values);
static void check_common(struct wx_call *c);
static void hand_out(struct wx_call *c, struct text *table);

static const struct wx_method TRADE = { OP_BILL, read_trade, act_trade };
static const struct wx_method FLOW = { OP_BILL, read_flow, act_flow };
static const struct wx_method FILE_OF = { OP_BILL_FILE, read_file, act_file };

void wx_tradebill(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &TRADE);
}

void wx_fundflowbill(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &FLOW);
}

void wx_bill_file(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &FILE_OF);
}

static void read_trade(struct wx_call *c)
{
	struct wx_ask *ask = c->ask;
	static const char *const NAMES[] = { "bill_date", "bill_type", "tar_type", NULL };
	char *const values[] = { ask->bill_date, ask->bill_type, ask->tar_type };
	static const char *const TYPES[] = { "ALL", "SUCCESS", "REFUND", "RECHARGE_REFUND" };
	bool known = false;

	if (!read_query(c, NAMES, values))
		return;
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++)
		known = known || strcmp(ask->bill_type, TYPES[i]) == 0;
	if (ask->bill_type[0] != '\0' && !known)
		wx_refuse_field(c, "bill_type", "账单类型不正确", "query");
	check_common(c);
}

static void read_flow(struct wx_call *c)
{
	struct wx_ask *ask = c->ask;
	static const char *const NAMES[] = { "bill_date", "account_type", "tar_type", NULL };
	char *const values[] = { ask->bill_date, ask->bill_type, ask->tar_type };
	static const char *const TYPES[] = { "BASIC", "OPERATION", "FEES" };
	bool known = false;

	if (!read_query(c, NAMES, values))
		return;
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++)
		known = known || strcmp(ask->bill_type, TYPES[i]) == 0;
	if (ask->bill_type[0] != '\0' && !known)
		wx_refuse_field(c, "account_type", "资金账户类型不正确", "query");
	check_common(c);
}

static void read_file(struct wx_call *c)
{
	static const char *const NAMES[] = { "token", "tartype", NULL };
	char *const values[] = { c->ask->token, c->ask->tar_type };

	(void)read_query(c, NAMES, values);
}

/* Members of the query, each a text of its place's size; others are not looked at. */
static bool read_query(struct wx_call *c, const char *const *names, char *const *values)
{
	char *buffer = arena_alloc(c->x->arena, c->x->query.n + 1);
	struct field fields[QUERY_FIELDS];
	size_t n;

	if (form_read(c->x->query, buffer, fields, QUERY_FIELDS, &n) != ERR_OK) {
		wx_refuse_field(c, "", "查询串格式不正确", "query");
		return false;
	}
	for (size_t i = 0; names[i]; i++) {
		const struct field *f = form_find(fields, n, names[i]);

		if (f && str_copy(values[i], WX_BILL_TEXT, f->value) != ERR_OK) {
			wx_refuse_field(c, names[i], "超过长度限制", "query");
			return false;
		}
	}
	return true;
}

static void check_common(struct wx_call *c)
{
	struct wx_ask *ask = c->ask;

	if (ask->tar_type[0] != '\0' && strcmp(ask->tar_type, "GZIP") != 0)
		wx_refuse_field(c, "tar_type", "压缩类型不正确", "query");
	if (strlen(ask->bill_date) != 10 ||
	    day_read(str_of(ask->bill_date), c->x->now_ms, &ask->day) != ERR_OK)
		wx_refuse(c, 400, "INVALID_REQUEST", "账单日期不正确");
}

static void act_trade(struct wx_call *c)
{
	CLEANUP(text_free) struct text table = { 0 };
	const char *type = c->ask->bill_type;
	struct day day;

	day_collect(&c->s->trades, &c->m->merchant, c->ask->day, c->x->arena, &day);
	if (strcmp(type, "RECHARGE_REFUND") != 0)
		wx_trade_table(&day,
			       strcmp(type, "SUCCESS") == 0  ? WX_BILL_SUCCESS
			       : strcmp(type, "REFUND") == 0 ? WX_BILL_REFUND
							     : WX_BILL_ALL,
			       c->x->now_ms, &table);
	hand_out(c, &table);
}

/* All money of the sandbox is in the basic account. */
static void act_flow(struct wx_call *c)
{
	CLEANUP(text_free) struct text table = { 0 };
	const char *type = c->ask->bill_type;
	struct day day;

	day_collect(&c->s->trades, &c->m->merchant, c->ask->day, c->x->arena, &day);
	if (type[0] == '\0' || strcmp(type, "BASIC") == 0)
		wx_flow_table(&day, &c->m->merchant, &table);
	hand_out(c, &table);
}

/* The hash is of the table, whatever it is packed in. */
static void hand_out(struct wx_call *c, struct text *table)
{
	bool packed = c->ask->tar_type[0] != '\0';
	struct text file = { 0 };
	uint8_t digest[SHA1_BYTES];
	char hash[SHA1_TEXT];
	const char *token;

	if (table->n == 0) {
		wx_refuse(c, 400, "NO_STATEMENT_EXIST", "请求的账单文件不存在");
		return;
	}
	sha1(text_str(table), digest);
	hex_write(digest, sizeof(digest), hash);
	if (packed)
		gzip_add(&file, text_str(table));
	else
		text_add(&file, text_str(table));
	token = download_keep(&c->s->downloads, &file, c->x->now_ms + URL_LIFE_MS, c->s->rand);
	jout_object(&c->body, NULL);
	jout_text(&c->body, "hash_type", "SHA1");
	jout_text(&c->body, "hash_value", hash);
	jout_text(&c->body, "download_url",
		  arena_printf(c->x->arena, "%s/v3/billdownload/file?token=%s%s", c->s->url, token,
			       packed ? "&tartype=gzip" : ""));
	jout_object_end(&c->body);
}

static void act_file(struct wx_call *c)
{
	if (!download_find(&c->s->downloads, str_of(c->ask->token), c->x->now_ms, &c->file))
		wx_refuse(c, 400, "INVALID_REQUEST", "下载地址已失效");
}
