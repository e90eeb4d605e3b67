#include "sandbox/alipay/sub_code.h"

#include <stddef.h>
#include <string.h>

struct sentence {
	const char *code, *text;
};

/* clang-format off */
static const struct sentence CODES[] = {
	{ "10000", "Success" },
	{ "10003", " order success pay inprocess" },
	{ "20000", "Service Currently Unavailable" },
	{ "20001", "Insufficient Token Permissions" },
	{ "40001", "Missing Required Arguments" },
	{ "40002", "Invalid Arguments" },
	{ "40003", "Insufficient Conditions" },
	{ "40004", "Business Failed" },
	{ "40005", "Call Limited" },
	{ "40006", "Insufficient Permissions" },
};

static const struct sentence SUB_CODES[] = {
	{ "isp.unknow-error", "系统繁忙" },
	{ "isv.missing-method", "缺少方法名参数" },
	{ "isv.missing-signature", "缺少签名参数" },
	{ "isv.missing-signature-type", "缺少签名类型参数" },
	{ "isv.missing-app-id", "缺少appId参数" },
	{ "isv.missing-timestamp", "缺少时间戳参数" },
	{ "isv.missing-version", "缺少版本参数" },
	{ "isv.missing-app-cert-sn", "缺少应用公钥证书序列号" },
	{ "isv.missing-root-cert-sn", "缺少支付宝根证书序列号" },
	{ "isv.invalid-parameter", "参数无效" },
	{ "isv.invalid-method", "不存在的方法名" },
	{ "isv.invalid-format", "无效的数据格式" },
	{ "isv.invalid-signature-type", "无效的签名类型" },
	{ "isv.invalid-app-id", "无效的AppID参数" },
	{ "isv.invalid-timestamp", "非法的时间戳参数" },
	{ "isv.invalid-charset", "字符集错误" },
	{ "isv.illegal-json", "参数不是合法的JSON" },
	{ "isv.app-call-limited", "应用调用次数超限" },
	{ "isv.method-call-limited", "方法调用次数超限" },
	{ "isv.decryption-error-not-valid-encrypt-key", "解密出错，未配置加密密钥" },
	{ "ACQ.SYSTEM_ERROR", "系统错误" },
	{ "AQC.SYSTEM_ERROR", "系统错误" },
	{ "INVAILID_ARGUMENTS", "入参不合法" },
	{ "TYPE_NOT_SUPPORTED", "不支持的账单类型" },
	{ "ACQ.INVALID_PARAMETER", "参数无效" },
	{ "ACQ.ACCESS_FORBIDDEN", "无权限使用接口" },
	{ "ACQ.PARTNER_ERROR", "应用APP_ID填写错误" },
	{ "ACQ.TRADE_NOT_EXIST", "交易不存在" },
	{ "ACQ.TRADE_HAS_SUCCESS", "交易已被支付" },
	{ "ACQ.TRADE_HAS_CLOSE", "交易已经关闭" },
	{ "ACQ.TRADE_HAS_FINISHED", "交易已经完结" },
	{ "ACQ.TRADE_STATUS_ERROR", "交易状态不合法" },
	{ "ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改" },
	{ "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR", "当前时间已超过允许支付的时间" },
	{ "ACQ.TOTAL_FEE_EXCEED", "订单总金额超过限额" },
	{ "ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效" },
	{ "ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足" },
	{ "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH", "用户银行卡余额不足" },
	{ "ACQ.ERROR_BALANCE_PAYMENT_DISABLE", "余额支付功能关闭" },
	{ "ACQ.BUYER_SELLER_EQUAL", "买卖家不能相同" },
	{ "ACQ.TRADE_BUYER_NOT_MATCH", "交易买家不匹配" },
	{ "ACQ.BUYER_ENABLE_STATUS_FORBID", "买家状态非法" },
	{ "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", "买家付款日限额超限" },
	{ "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", "买家付款月额度超限" },
	{ "ACQ.PAYMENT_FAIL", "支付失败" },
	{ "ACQ.PAYMENT_REQUEST_HAS_RISK", "支付有风险" },
	{ "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE", "没用可用的支付工具" },
	{ "ACQ.PULL_MOBILE_CASHIER_FAIL", "唤起移动收银台失败" },
	{ "ACQ.MOBILE_PAYMENT_SWITCH_OFF", "用户的无线支付开关关闭" },
	{ "ACQ.USER_FACE_PAYMENT_SWITCH_OFF", "用户当面付付款开关关闭" },
	{ "ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足" },
	{ "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "撤销或退款金额与订单金额不一致" },
	{ "ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额无效" },
	{ "ACQ.DISCORDANT_REPEAT_REQUEST", "不一致的请求" },
	{ "ACQ.TRADE_CANCEL_TIME_OUT", "交易超过撤销时间" },
};
/* clang-format on */

static const char *find(const struct sentence *table, size_t n, const char *code,
			const char *otherwise);

const char *code_text(const char *code)
{
	return find(CODES, sizeof(CODES) / sizeof(CODES[0]), code, "Business Failed");
}

const char *sub_code_text(const char *sub_code)
{
	return find(SUB_CODES, sizeof(SUB_CODES) / sizeof(SUB_CODES[0]), sub_code, "业务处理失败");
}

static const char *find(const struct sentence *table, size_t n, const char *code,
			const char *otherwise)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(table[i].code, code) == 0)
			return table[i].text;
	}
	return otherwise;
}
