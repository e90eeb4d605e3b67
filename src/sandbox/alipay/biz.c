#include "sandbox/alipay/biz.h"

#include "base/money.h"
#include "base/time.h"
#include "sys/json.h"

#include <string.h>

enum { YUAN_MAX_TEXT = 16, OPTIONS_MAX = 20 };

#define FEN_MAX INT64_C(10000000000) /* 100,000,000.00 yuan */
#define MINUTE_MS INT64_C(60000)

static void read_order(struct jin *r, struct biz *biz);
static void read_payer(struct jin *r, struct biz *biz);
static void read_refund(struct jin *r, struct biz *biz);
static void read_number(struct jin *r, const char *key, char out[NUMBER_TEXT]);
static void read_yuan(struct jin *r, const char *key, int64_t *fen);
static void read_long(struct jin *r, const char *key, size_t max, char *out, size_t cap);
static void read_options(struct jin *r, struct biz *biz);

enum err biz_read(struct str text, struct biz *biz)
{
	struct jin r;

	*biz = (struct biz){ 0 };
	if (text.n > BIZ_MAX)
		FAIL(ERR_JSON, "biz_content is longer than %d bytes", BIZ_MAX);
	jin_open(&r, text);
	jin_allow_unknown(&r);
	read_number(&r, "out_trade_no", biz->number);
	jin_text(&r, "trade_no", JIN_OPTIONAL, biz->trade_no, sizeof(biz->trade_no));
	read_order(&r, biz);
	read_payer(&r, biz);
	read_refund(&r, biz);
	jin_text(&r, "bill_type", JIN_OPTIONAL, biz->bill_type, sizeof(biz->bill_type));
	jin_text(&r, "bill_date", JIN_OPTIONAL, biz->bill_date, sizeof(biz->bill_date));
	read_options(&r, biz);
	return jin_done(&r);
}

enum err timeout_read(const char *text, int64_t now_ms, int64_t *until_ms)
{
	struct str s = str_of(text);
	int64_t n, unit = 0;

	if (strcmp(text, "1c") == 0) {
		*until_ms = (now_ms + CHINA_MS) / DAY_MS * DAY_MS + DAY_MS - CHINA_MS;
		return ERR_OK;
	}
	if (str_ends(s, "m"))
		unit = MINUTE_MS;
	else if (str_ends(s, "h"))
		unit = 60 * MINUTE_MS;
	else if (str_ends(s, "d"))
		unit = DAY_MS;
	else
		FAIL(ERR_INVALID, "a time-out ends in m, h, d or c");
	s.n--;
	TRY(str_integer(s, 1, 15 * 24 * 60, &n));
	if (n * unit > 15 * DAY_MS)
		FAIL(ERR_INVALID, "a time-out is 1m to 15d");
	*until_ms = now_ms + n * unit;
	return ERR_OK;
}

static void read_order(struct jin *r, struct biz *biz)
{
	char local[32] = "";

	read_yuan(r, "total_amount", &biz->fen);
	read_long(r, "subject", SUBJECT_MAX, biz->subject, sizeof(biz->subject));
	read_long(r, "body", BODY_MAX, biz->body, sizeof(biz->body));
	read_long(r, "passback_params", PASSBACK_MAX, biz->passback, sizeof(biz->passback));
	read_long(r, "quit_url", QUIT_URL_MAX, biz->quit_url, sizeof(biz->quit_url));
	jin_text(r, "product_code", JIN_OPTIONAL, biz->product_code, sizeof(biz->product_code));
	jin_text(r, "timeout_express", JIN_OPTIONAL, biz->timeout_express,
		 sizeof(biz->timeout_express));
	jin_text(r, "qr_code_timeout_express", JIN_OPTIONAL, biz->qr_code_timeout_express,
		 sizeof(biz->qr_code_timeout_express));
	jin_text(r, "seller_id", JIN_OPTIONAL, biz->seller_id, sizeof(biz->seller_id));
	jin_text(r, "time_expire", JIN_OPTIONAL, local, sizeof(local));
	if (local[0] != '\0' && china_read(str_of(local), &biz->time_expire_ms) != ERR_OK)
		jin_fault(r, ERR_INVALID, "time_expire", "must be yyyy-MM-dd HH:mm:ss");
}

static void read_payer(struct jin *r, struct biz *biz)
{
	jin_text(r, "buyer_id", JIN_OPTIONAL, biz->buyer_id, sizeof(biz->buyer_id));
	jin_text(r, "buyer_open_id", JIN_OPTIONAL, biz->buyer_open_id, sizeof(biz->buyer_open_id));
	jin_text(r, "scene", JIN_OPTIONAL, biz->scene, sizeof(biz->scene));
	jin_text(r, "auth_code", JIN_OPTIONAL, biz->auth_code, sizeof(biz->auth_code));
}

static void read_refund(struct jin *r, struct biz *biz)
{
	read_yuan(r, "refund_amount", &biz->refund_fen);
	read_number(r, "out_request_no", biz->request_no);
	read_long(r, "refund_reason", REASON_MAX, biz->refund_reason, sizeof(biz->refund_reason));
}

/* The shop's numbers: letters, digits and underscore by the documents; '-' is seen in real traffic.
 */
static void read_number(struct jin *r, const char *key, char out[NUMBER_TEXT])
{
	static const char ALLOWED[] = "0123456789_-abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char text[NUMBER_TEXT] = "";

	jin_text(r, key, JIN_OPTIONAL, text, sizeof(text));
	if (text[0] != '\0' && !str_is_made_of(str_of(text), ALLOWED, NUMBER_TEXT - 1))
		jin_fault(r, ERR_INVALID, key, "must be letters, digits, _ or -");
	else
		memcpy(out, text, sizeof(text));
}

static void read_yuan(struct jin *r, const char *key, int64_t *fen)
{
	char text[YUAN_MAX_TEXT] = "";
	int64_t n = 0;

	jin_text(r, key, JIN_OPTIONAL, text, sizeof(text));
	if (text[0] == '\0')
		return;
	if (yuan_read(str_of(text), &n) != ERR_OK || n < 1 || n > FEN_MAX)
		jin_fault(r, ERR_INVALID, key, "must be yuan from 0.01 to 100000000");
	else
		*fen = n;
}

/* A text whose limit is counted in characters. */
static void read_long(struct jin *r, const char *key, size_t max, char *out, size_t cap)
{
	jin_text(r, key, JIN_OPTIONAL, out, cap);
	if (str_characters(str_of(out)) > max)
		jin_fault(r, ERR_INVALID, key, "is too long");
}

static void read_options(struct jin *r, struct biz *biz)
{
	size_t n = jin_array(r, "query_options", JIN_OPTIONAL, 0, OPTIONS_MAX);

	for (size_t i = 0; i < n; i++) {
		char option[65] = "";

		jin_text_at(r, "query_options", i, option, sizeof(option));
		biz->wants_fund_bill |= strcmp(option, "fund_bill_list") == 0;
		biz->wants_refund_time |= strcmp(option, "gmt_refund_pay") == 0;
		biz->wants_refund_detail |= strcmp(option, "refund_detail_item_list") == 0;
	}
}
