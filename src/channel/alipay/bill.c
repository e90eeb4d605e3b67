/* bill.c - Alipay's bill of a day, 业务明细, as it comes out of the zip: GBK, lines of remarks with
 * '#', a tab behind most cells, refunds as negative amounts.
 *
 * Its sums stand in remarks and are of 商家实收, what the shop received; what our orders and
 * refunds were about is 订单金额.
 *
 * Source: Alipay Open Platform, "查询对账单下载地址", https://opendocs.alipay.com/open/02e7gt, read
 * 2026-11.
 */
#include "channel/bill.h"

#include "base/time.h"

#include <iconv.h>
#include <string.h>

enum { UNITS_OF_FEN = 1000, ROWS_MAX = 1000000000 };

static enum err gbk_read(struct bill_pass *p, struct str line, struct str *out);
static enum err remark_read(struct bill_pass *p, struct str line);
static enum err between(struct str s, const char *before, const char *after, struct str *out);
static enum err cells_cut(struct str line, struct bill_cells *out);
static enum err row_read(const struct bill_pass *p, struct bill_row *row);

static const struct bill_format FORMAT = {
	.names = {
		[BILL_TIME] = { "完成时间" },
		[BILL_NUMBER] = { "商户订单号" },
		[BILL_TRADE_NO] = { "支付宝交易号" },
		[BILL_STATE] = { "业务类型" },
		[BILL_FEN] = { "订单金额" },
		[BILL_FEE] = { "服务费" },
		[BILL_REFUND_NUMBER] = { "退款批次号/请求号" },
		[BILL_RECEIVED] = { "商家实收" },
	},
	.needed = BILL_REFUND_NUMBER + 1,
	.free_text = "商品名称",
	.decode = gbk_read,
	.remark = remark_read,
	.cut = cells_cut,
	.row = row_read,
};

enum err alipay_bill_read(struct str text, const struct bill_sink *sink, struct bill_sums *sums)
{
	return bill_read(text, &FORMAT, sink, sums);
}

/* GB18030 holds all of GBK.  No second byte of either is a comma or a line's end. */
static enum err gbk_read(struct bill_pass *p, struct str line, struct str *out)
{
	iconv_t gbk = iconv_open("UTF-8", "GB18030");
	size_t left = line.n, room = sizeof(p->decoded), changed;
	char *from, *to = p->decoded;

	/* iconv only reads there, but wants no const. */
	memcpy(&from, &line.p, sizeof(from));
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): that is how iconv_open fails */
	if (gbk == (iconv_t)-1)
		FAIL(ERR_INTERNAL, "this system cannot read GBK");
	changed = iconv(gbk, &from, &left, &to, &room);
	(void)iconv_close(gbk);
	if (changed == (size_t)-1 || left > 0)
		FAIL(ERR_INVALID, "not text in GBK");
	*out = (struct str){ p->decoded, sizeof(p->decoded) - room };
	return ERR_OK;
}

/* "#交易合计：2笔，商家实收共88.98元，商家优惠共0.00元", and the same of refunds. */
static enum err remark_read(struct bill_pass *p, struct str line)
{
	static const char *const KINDS[] = {
		[BILL_PAID] = "#交易合计：", [BILL_REFUNDED] = "#退款合计："
	};
	int64_t rows, units;
	struct str count, sum;

	for (int kind = BILL_PAID; kind <= BILL_REFUNDED; kind++) {
		if (!str_starts(line, KINDS[kind]))
			continue;
		TRY(between(line, KINDS[kind], "笔", &count));
		TRY(between(line, "共", "元", &sum));
		TRY(str_integer(count, 0, ROWS_MAX, &rows));
		TRY(bill_decimal(sum, &units));
		if (units % UNITS_OF_FEN != 0 || p->told[kind])
			FAIL(ERR_INVALID, "a sum that cannot be right");
		return bill_sum_check(p, (enum bill_kind)kind, rows, units / UNITS_OF_FEN);
	}
	return ERR_OK;
}

static enum err between(struct str s, const char *before, const char *after, struct str *out)
{
	const char *begin = memmem(s.p, s.n, before, strlen(before)), *end;

	if (begin == NULL)
		FAIL(ERR_INVALID, "a sum that cannot be read");
	s = str_skip(s, (size_t)(begin - s.p) + strlen(before));
	end = s.n > 0 ? memmem(s.p, s.n, after, strlen(after)) : NULL;
	if (end == NULL)
		FAIL(ERR_INVALID, "a sum that cannot be read");
	*out = (struct str){ s.p, (size_t)(end - s.p) };
	return ERR_OK;
}

static enum err cells_cut(struct str line, struct bill_cells *out)
{
	TRY(bill_cut(line, out));
	for (size_t i = 0; i < out->n; i++)
		out->at[i] = str_trim(out->at[i]);
	return ERR_OK;
}

static enum err row_read(const struct bill_pass *p, struct bill_row *row)
{
	TRY(china_read(bill_cell(p, BILL_TIME), &row->at_ms));
	TRY(bill_text(p, BILL_NUMBER, row->number, sizeof(row->number)));
	TRY(bill_text(p, BILL_TRADE_NO, row->trade_no, sizeof(row->trade_no)));
	TRY(bill_text(p, BILL_STATE, row->state, sizeof(row->state)));
	TRY(bill_decimal(bill_cell(p, BILL_FEE), &row->fee));
	TRY(bill_fen(p, BILL_FEN, &row->fen));
	if (strcmp(row->state, "交易") == 0)
		return ERR_OK;
	if (strcmp(row->state, "退款") != 0)
		FAIL(ERR_INVALID, "业务类型 is not known");
	row->kind = BILL_REFUNDED;
	row->fen = -row->fen;
	return bill_text(p, BILL_REFUND_NUMBER, row->refund_number, sizeof(row->refund_number));
}
