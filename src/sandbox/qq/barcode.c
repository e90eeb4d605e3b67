#include "sandbox/qq/barcode.h"

enum { CODE_DIGITS = 18 };

/* clang-format off */
static const struct qpay_barcode PAID = { .ending = "", .order = true, .paid = true };

static const struct qpay_barcode TABLE[] = {
	/* The payer is asked for a password: said by trade_state, or by err_code. */
	{ .ending = "9001", .order = true, .confirms_ms = 2000 },
	{ .ending = "9002", .order = true, .code = "USERPAYING", .text = "需要用户输入支付密码" },
	/* Nobody can tell: an error of the system, no answer, an error of the bank. */
	{ .ending = "9003", .order = true, .paid = true, .code = "SYSTEMERROR", .text = "系统错误" },
	{ .ending = "9004", .code = "SYSTEMERROR", .text = "系统错误" },
	{ .ending = "9005", .order = true, .paid = true, .silent = true },
	{ .ending = "9006", .silent = true },
	{ .ending = "9007", .order = true, .paid = true, .code = "BANKERROR", .text = "银行系统异常" },
	{ .ending = "9008", .code = "BANKERROR", .text = "银行系统异常" },
	/* Asked for a password, and then his bank says no. */
	{ .ending = "9009", .order = true, .fails = true, .code = "USERPAYING",
	  .text = "需要用户输入支付密码" },
	/* Refused for good; no order. */
	{ .ending = "9011", .code = "AUTH_CODE_INVALID", .text = "付款码无效,请重新扫码" },
	{ .ending = "9012", .code = "AUTHCODEEXPIRE", .text = "付款码已过期,请刷新再试" },
	{ .ending = "9013", .code = "AUTH_CODE_ERROR", .text = "付款码错误" },
	{ .ending = "9014", .code = "NOTENOUGH", .text = "余额不足" },
	{ .ending = "9015", .code = "NOTSUPORTCARD", .text = "不支持卡类型" },
	{ .ending = "9016", .code = "BUYER_MISMATCH", .text = "支付帐号错误" },
};
/* clang-format on */

const struct qpay_barcode *qpay_barcode(struct str auth_code)
{
	if (auth_code.n != CODE_DIGITS || !str_starts(auth_code, "91") ||
	    !str_is_made_of(auth_code, "0123456789", CODE_DIGITS))
		return NULL;
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		if (str_ends(auth_code, TABLE[i].ending))
			return &TABLE[i];
	}
	return &PAID;
}
