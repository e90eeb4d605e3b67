#include "sandbox/wechat/auth_code.h"

/* clang-format off */
static const struct auth_code_outcome PAID = { .ending = "", .order = true, .paid = true };

static const struct auth_code_outcome TABLE[] = {
	/* The payer is asked for a password. */
	{ .ending = "9001", .order = true, .asks = true, .confirms_ms = 2000 },
	{ .ending = "9002", .order = true, .asks = true },
	{ .ending = "9009", .order = true, .asks = true, .fails = true, .confirms_ms = 2000 },
	/* Nobody can tell. */
	{ .ending = "9003", .order = true, .paid = true, .code = "SYSTEM_ERROR", .status = 500,
	  .text = "系统异常，请用相同参数重新调用" },
	{ .ending = "9004", .code = "SYSTEM_ERROR", .status = 500,
	  .text = "系统异常，请用相同参数重新调用" },
	{ .ending = "9005", .order = true, .paid = true, .silent = true },
	{ .ending = "9006", .silent = true },
	{ .ending = "9007", .order = true, .paid = true, .code = "BANK_ERROR", .status = 500,
	  .text = "银行系统异常" },
	{ .ending = "9008", .order = true, .asks = true, .code = "BANK_ERROR", .status = 500,
	  .text = "银行系统异常" },
	/* Refused for good: no order, or one that failed. */
	{ .ending = "9011", .code = "AUTH_CODE_INVALID", .status = 400,
	  .text = "101 付款码无效,请重新扫码" },
	{ .ending = "9012", .code = "AUTH_CODE_EXPIRE", .status = 400,
	  .text = "101 付款码已过期,请退出重试" },
	{ .ending = "9013", .code = "AUTH_CODE_ERROR", .status = 400,
	  .text = "101 每个二维码仅限使用一次,请刷新再试" },
	{ .ending = "9014", .order = true, .fails = true, .code = "NOT_ENOUGH", .status = 403,
	  .text = "余额不足" },
	{ .ending = "9015", .order = true, .fails = true, .code = "NOT_SUPORT_CARD", .status = 403,
	  .text = "不支持卡类型" },
	{ .ending = "9016", .order = true, .fails = true, .code = "BUYER_MISMATCH", .status = 403,
	  .text = "支付账号错误" },
	{ .ending = "9017", .code = "RULE_LIMIT", .status = 403,
	  .text = "业务规则限制" },
	{ .ending = "9018", .code = "TRADE_ERROR", .status = 403,
	  .text = "交易错误" },
	{ .ending = "9019", .code = "FREQUENCY_LIMITED", .status = 429,
	  .text = "频率限制" },
};
/* clang-format on */

const struct auth_code_outcome *auth_code_outcome(struct str auth_code)
{
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		if (str_ends(auth_code, TABLE[i].ending))
			return &TABLE[i];
	}
	return &PAID;
}

bool auth_code_is_valid(struct str auth_code)
{
	int64_t first;

	return auth_code.n == 18 && str_is_made_of(auth_code, "0123456789", 18) &&
	       str_integer((struct str){ auth_code.p, 2 }, 10, 15, &first) == ERR_OK;
}
