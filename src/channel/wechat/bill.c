/* bill.c - WeChat Pay's bill of a day.
 *
 * Each cell of a row has a backtick in front, so a comma inside of one is told from one between
 * two; the headers have none.  A reversal stands in a row of its own, like a refund.
 *
 * Source: WeChat Pay, "下载交易账单", https://pay.weixin.qq.com/doc/v3/merchant/4012791764, read
 * 2026-11.
 */
#include "channel/bill.h"

#include "base/time.h"

#include <string.h>

static enum err ticked_cut(struct str line, struct bill_cells *out);
static enum err row_read(const struct bill_pass *p, struct bill_row *row);
static enum err refund_read(const struct bill_pass *p, struct bill_row *row);
static void none_is_empty(char *number);

static const struct bill_format FORMAT = {
	.names = {
		[BILL_TIME] = { "交易时间" },
		[BILL_NUMBER] = { "商户订单号" },
		[BILL_TRADE_NO] = { "微信订单号" },
		[BILL_STATE] = { "交易状态" },
		[BILL_FEN] = { "订单金额", "总金额" },
		[BILL_FEE] = { "手续费" },
		[BILL_REFUND_NUMBER] = { "商户退款单号" },
		[BILL_REFUND_NO] = { "微信退款单号" },
		[BILL_REFUND_FEN] = { "申请退款金额", "退款金额" },
		[BILL_REFUND_STATE] = { "退款状态" },
	},
	.needed = BILL_FEE + 1,
	.summary = "总交易单数",
	.sum_names = { [BILL_PAID] = { "订单总金额", "总交易额" },
		       [BILL_REFUNDED] = { "申请退款总金额", "总退款金额", "退款总金额" } },
	.cut = ticked_cut,
	.row = row_read,
};

enum err wechat_bill_read(struct str text, const struct bill_sink *sink, struct bill_sums *sums)
{
	return bill_read(text, &FORMAT, sink, sums);
}

static enum err ticked_cut(struct str line, struct bill_cells *out)
{
	const char *next;

	if (!str_starts(line, "`"))
		FAIL(ERR_INVALID, "a row without backticks");
	for (out->n = 0;; line = str_skip(line, (size_t)(next - line.p) + 1)) {
		if (out->n == BILL_CELLS_MAX)
			FAIL(ERR_INVALID, "more than %d cells", BILL_CELLS_MAX);
		line = str_skip(line, 1);
		next = line.n > 0 ? memmem(line.p, line.n, ",`", 2) : NULL;
		out->at[out->n++] =
			(struct str){ line.p, next != NULL ? (size_t)(next - line.p) : line.n };
		if (next == NULL)
			return ERR_OK;
	}
}

static enum err row_read(const struct bill_pass *p, struct bill_row *row)
{
	struct str state = bill_cell(p, BILL_STATE);

	TRY(china_read(bill_cell(p, BILL_TIME), &row->at_ms));
	TRY(bill_text(p, BILL_NUMBER, row->number, sizeof(row->number)));
	TRY(bill_text(p, BILL_TRADE_NO, row->trade_no, sizeof(row->trade_no)));
	TRY(bill_decimal(bill_cell(p, BILL_FEE), &row->fee));
	if (str_is(state, "REFUND") || str_is(state, "REVOKED"))
		return refund_read(p, row);
	if (!str_is(state, "SUCCESS"))
		FAIL(ERR_INVALID, "交易状态 is not known");
	TRY(bill_text(p, BILL_STATE, row->state, sizeof(row->state)));
	return bill_fen(p, BILL_FEN, &row->fen);
}

static enum err refund_read(const struct bill_pass *p, struct bill_row *row)
{
	row->kind = BILL_REFUNDED;
	TRY(bill_text(p, BILL_REFUND_NUMBER, row->refund_number, sizeof(row->refund_number)));
	TRY(bill_text(p, BILL_REFUND_NO, row->refund_no, sizeof(row->refund_no)));
	TRY(bill_text(p, BILL_REFUND_STATE, row->state, sizeof(row->state)));
	none_is_empty(row->refund_number);
	none_is_empty(row->refund_no);
	return bill_fen(p, BILL_REFUND_FEN, &row->fen);
}

static void none_is_empty(char *number)
{
	if (strcmp(number, "0") == 0)
		number[0] = '\0';
}
