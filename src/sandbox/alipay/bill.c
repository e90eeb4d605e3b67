/* bill.c - where to fetch a day's bill, and fetching it.
 *
 * Source: Alipay open platform, "alipay.data.dataservice.bill.downloadurl.query".  The platform
 * makes a day's bill at 9:00 of the next; the sandbox gives today's too, and no month's.
 */
#include "sandbox/alipay/bill.h"

#include "base/codec.h"
#include "sandbox/alipay/gateway.h"

#include <inttypes.h>
#include <string.h>

enum { QUERY_FIELDS = 12 };

#define URL_LIFE_MS INT64_C(30000)

static const char *url_of(struct call *c, int32_t date, const char *token);

void act_bill(struct call *c)
{
	const struct biz *biz = c->biz;
	bool balance = strcmp(biz->bill_type, "signcustomer") == 0;
	struct text zip = { 0 };
	struct day day;
	int32_t date;

	if (biz->bill_type[0] == '\0' || strlen(biz->bill_date) != 10 ||
	    day_read(str_of(biz->bill_date), c->now_ms, &date) != ERR_OK) {
		node_refuse(&c->node, "INVAILID_ARGUMENTS");
		return;
	}
	if (!balance && strcmp(biz->bill_type, "trade") != 0) {
		node_refuse(&c->node, "TYPE_NOT_SUPPORTED");
		return;
	}
	day_collect(&c->s->trades, &c->app->merchant, date, c->arena, &day);
	bill_write(c->app, &day, balance, c->now_ms, &zip);
	node_success(&c->node);
	if (day.n == 0)
		node_add(&c->node, "bill_file_code", STR("EMPTY_DATA_WITH_BILL_FILE"));
	node_add(&c->node, "bill_download_url",
		 str_of(url_of(c, date,
			       download_keep(&c->s->downloads, &zip, c->now_ms + URL_LIFE_MS,
					     c->s->rand))));
}

void bill_serve(struct exchange *x, struct reply *out)
{
	char *buffer = arena_alloc(x->arena, x->query.n + 1);
	struct field fields[QUERY_FIELDS];
	const struct field *id = NULL;
	bool found = false;
	size_t n;

	if (form_read(x->query, buffer, fields, QUERY_FIELDS, &n) == ERR_OK)
		id = form_find(fields, n, "fileId");
	if (id) {
		pthread_mutex_lock(&x->s->lock);
		found = download_find(&x->s->downloads, id->value, x->now_ms, &out->body);
		pthread_mutex_unlock(&x->s->lock);
	}
	out->type = found ? "application/zip" : "text/plain;charset=utf-8";
	if (!found) {
		out->status = 404;
		text_put(&out->body, "no such bill, or its 30 seconds are over\n");
	}
}

static const char *url_of(struct call *c, int32_t date, const char *token)
{
	char account[ACCOUNT_TEXT];

	bill_account(c->app, account);
	return arena_printf(c->arena,
			    "%s/downloadBillFile.resource?bizType=%s&userId=%s&fileType=csv.zip"
			    "&bizDates=%" PRId32 "&downloadFileName=%s_%" PRId32
			    ".csv.zip&fileId=%s",
			    c->s->url, c->biz->bill_type, account, date, account, date, token);
}
