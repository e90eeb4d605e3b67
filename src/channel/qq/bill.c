/* bill.c - QQ Wallet's bill of a day.
 *
 * Only numbers have a backtick in front, and what is absent is 暂无数据.  A row that names a refund
 * is one; the amount of its order is not counted again.
 *
 * Source: QQ Wallet, "对账单下载", https://qpay.qq.com/buss/wiki/38/1209, read 2026-11.
 */
#include "channel/bill.h"

#include "base/time.h"

#include <string.h>

static enum err cells_cut(struct str line, struct bill_cells *out);
static enum err row_read(const struct bill_pass *p, struct bill_row *row);
static enum err refund_read(const struct bill_pass *p, struct bill_row *row);
static enum err time_read(struct str s, int64_t *ms);

static const struct bill_format FORMAT = {
	.names = {
		[BILL_TIME] = { "交易时间" },
		[BILL_NUMBER] = { "商户订单号" },
		[BILL_TRADE_NO] = { "QQ钱包订单号" },
		[BILL_STATE] = { "交易状态" },
		[BILL_FEN] = { "订单金额" },
		[BILL_FEE] = { "手续费金额" },
		[BILL_REFUND_NUMBER] = { "商户退款订单号" },
		[BILL_REFUND_NO] = { "QQ钱包退款订单号" },
		[BILL_REFUND_FEN] = { "退款金额" },
		[BILL_REFUND_STATE] = { "退款状态" },
	},
	.needed = BILL_REFUND_STATE + 1,
	.free_text = "商户数据包",
	.summary = "交易总笔数",
	.sum_names = { [BILL_PAID] = { "订单总金额" }, [BILL_REFUNDED] = { "退款总金额" } },
	.cut = cells_cut,
	.row = row_read,
};

enum err qq_bill_read(struct str text, const struct bill_sink *sink, struct bill_sums *sums)
{
	return bill_read(text, &FORMAT, sink, sums);
}

static enum err cells_cut(struct str line, struct bill_cells *out)
{
	TRY(bill_cut(line, out));
	for (size_t i = 0; i < out->n; i++) {
		if (str_starts(out->at[i], "`"))
			out->at[i] = str_skip(out->at[i], 1);
		if (str_is(out->at[i], "暂无数据"))
			out->at[i] = STR("");
	}
	return ERR_OK;
}

static enum err row_read(const struct bill_pass *p, struct bill_row *row)
{
	TRY(time_read(bill_cell(p, BILL_TIME), &row->at_ms));
	TRY(bill_text(p, BILL_NUMBER, row->number, sizeof(row->number)));
	TRY(bill_text(p, BILL_TRADE_NO, row->trade_no, sizeof(row->trade_no)));
	if (bill_cell(p, BILL_FEE).n > 0)
		TRY(bill_decimal(bill_cell(p, BILL_FEE), &row->fee));
	if (bill_cell(p, BILL_REFUND_NUMBER).n > 0 || bill_cell(p, BILL_REFUND_NO).n > 0)
		return refund_read(p, row);
	TRY(bill_text(p, BILL_STATE, row->state, sizeof(row->state)));
	return bill_fen(p, BILL_FEN, &row->fen);
}

static enum err refund_read(const struct bill_pass *p, struct bill_row *row)
{
	row->kind = BILL_REFUNDED;
	TRY(bill_text(p, BILL_REFUND_NUMBER, row->refund_number, sizeof(row->refund_number)));
	TRY(bill_text(p, BILL_REFUND_NO, row->refund_no, sizeof(row->refund_no)));
	TRY(bill_text(p, BILL_REFUND_STATE, row->state, sizeof(row->state)));
	return bill_fen(p, BILL_REFUND_FEN, &row->fen);
}

/* "2016/7/23 14:14", in UTC+8; also with seconds, and with hyphens. */
static enum err time_read(struct str s, int64_t *ms)
{
	static const char ENDS[] = { '/', '/', ' ', ':', ':', '\0' };
	int64_t part[6] = { 0 };
	char text[LOCAL_TEXT];
	struct str rest = s;
	size_t n = 0, parts = 0;

	if (china_read(s, ms) == ERR_OK)
		return ERR_OK;
	while (rest.n > 0 && parts < 6) {
		struct str digits = str_cut(rest, ENDS[parts], &rest);

		if (digits.n == 2 && digits.p[0] == '0')
			digits = str_skip(digits, 1);
		if (str_integer(digits, 0, 9999, &part[parts++]) != ERR_OK)
			FAIL(ERR_INVALID, "交易时间 is not a time");
	}
	if (rest.n > 0 || parts < 5 || part[1] > 99 || part[2] > 99 || part[3] > 99 ||
	    part[4] > 99 || part[5] > 99)
		FAIL(ERR_INVALID, "交易时间 is not a time");
	str_add(text, sizeof(text), &n, "%04u-%02u-%02u %02u:%02u:%02u", (unsigned)part[0],
		(unsigned)part[1], (unsigned)part[2], (unsigned)part[3], (unsigned)part[4],
		(unsigned)part[5]);
	return china_read((struct str){ text, n }, ms);
}
