#include "channel/alipay/codes.h"

#include <string.h>

/* Code 40004: the business itself failed. */
static const struct {
	const char *sub_code;
	enum verdict verdict;
	bool query_now;
} BUSINESS[] = {
	/* clang-format off */
	/* The state at the channel is not what we think: only a query tells. */
	{ "TRADE_HAS_SUCCESS",                     VERDICT_UNKNOWN, true },
	{ "TRADE_HAS_CLOSE",                       VERDICT_UNKNOWN, true },
	{ "TRADE_STATUS_ERROR",                    VERDICT_UNKNOWN, true },
	{ "REASON_TRADE_STATUS_INVALID",           VERDICT_UNKNOWN, true },
	{ "REASON_ILLEGAL_STATUS",                 VERDICT_UNKNOWN, true },
	{ "CONTEXT_INCONSISTENT",                  VERDICT_UNKNOWN, true },
	{ "DISCORDANT_REPEAT_REQUEST",             VERDICT_UNKNOWN, true },
	{ "TRADE_NOT_EXIST",                       VERDICT_UNKNOWN, true },
	{ "SYSTEM_ERROR",                          VERDICT_UNKNOWN, false },

	/* Not now. */
	{ "SELLER_BALANCE_NOT_ENOUGH",             VERDICT_LATER, false },
	{ "SYSTEM_RATE_LIMIT",                     VERDICT_LATER, false },
	{ "USER_RATE_LIMIT",                       VERDICT_LATER, false },

	/* Every method: our request, our contract. */
	{ "INVALID_PARAMETER",                     VERDICT_REFUSED, false },
	{ "ILLEGAL_ARGUMENT",                      VERDICT_REFUSED, false },
	{ "ACCESS_FORBIDDEN",                      VERDICT_REFUSED, false },
	{ "PARTNER_ERROR",                         VERDICT_REFUSED, false },
	{ "EXIST_FORBIDDEN_WORD",                  VERDICT_REFUSED, false },
	{ "TOTAL_FEE_EXCEED",                      VERDICT_REFUSED, false },
	{ "INVALID_STORE_ID",                      VERDICT_REFUSED, false },
	{ "SUB_GOODS_SIZE_MAX_COUNT",              VERDICT_REFUSED, false },
	{ "NOW_TIME_AFTER_EXPIRE_TIME_ERROR",      VERDICT_REFUSED, false },
	{ "APPLY_PC_MERCHANT_CODE_ERROR",          VERDICT_REFUSED, false },
	{ "SELLER_NOT_EXIST",                      VERDICT_REFUSED, false },
	{ "SELLER_BEEN_BLOCKED",                   VERDICT_REFUSED, false },
	{ "CUSTOMER_VALIDATE_ERROR",               VERDICT_REFUSED, false },
	{ "OPEN_ID_NOT_TINY_APP",                  VERDICT_REFUSED, false },
	{ "UNBOUND_APPLICATION",                   VERDICT_REFUSED, false },
	{ "MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT",   VERDICT_REFUSED, false },
	{ "MERCHANT_PERM_RECEIPT_SINGLE_LIMIT",    VERDICT_REFUSED, false },
	{ "MERCHANT_PERM_RECEIPT_DAY_LIMIT",       VERDICT_REFUSED, false },

	/* Paying: the payer. */
	{ "PAYMENT_AUTH_CODE_INVALID",             VERDICT_REFUSED, false },
	{ "BUYER_BALANCE_NOT_ENOUGH",              VERDICT_REFUSED, false },
	{ "BUYER_BANKCARD_BALANCE_NOT_ENOUGH",     VERDICT_REFUSED, false },
	{ "ERROR_BALANCE_PAYMENT_DISABLE",         VERDICT_REFUSED, false },
	{ "BUYER_SELLER_EQUAL",                    VERDICT_REFUSED, false },
	{ "TRADE_BUYER_NOT_MATCH",                 VERDICT_REFUSED, false },
	{ "BUYER_NOT_EXIST",                       VERDICT_REFUSED, false },
	{ "BUYER_ERROR",                           VERDICT_REFUSED, false },
	{ "BUYER_ENABLE_STATUS_FORBID",            VERDICT_REFUSED, false },
	{ "BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR",  VERDICT_REFUSED, false },
	{ "BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", VERDICT_REFUSED, false },
	{ "BEYOND_PAY_RESTRICTION",                VERDICT_REFUSED, false },
	{ "BEYOND_PER_RECEIPT_RESTRICTION",        VERDICT_REFUSED, false },
	{ "PAYMENT_FAIL",                          VERDICT_REFUSED, false },
	{ "PAYMENT_REQUEST_HAS_RISK",              VERDICT_REFUSED, false },
	{ "NO_PAYMENT_INSTRUMENTS_AVAILABLE",      VERDICT_REFUSED, false },
	{ "PULL_MOBILE_CASHIER_FAIL",              VERDICT_REFUSED, false },
	{ "MOBILE_PAYMENT_SWITCH_OFF",             VERDICT_REFUSED, false },
	{ "USER_FACE_PAYMENT_SWITCH_OFF",          VERDICT_REFUSED, false },
	{ "ERROR_BUYER_CERTIFY_LEVEL_LIMIT",       VERDICT_REFUSED, false },

	/* Cancelling and refunding. */
	{ "TRADE_HAS_FINISHED",                    VERDICT_REFUSED, false },
	{ "TRADE_CANCEL_TIME_OUT",                 VERDICT_REFUSED, false },
	{ "CANCEL_NOT_ALLOWED",                    VERDICT_REFUSED, false },
	{ "TRADE_NOT_ALLOW_REFUND",                VERDICT_REFUSED, false },
	{ "NOT_ALLOW_PARTIAL_REFUND",              VERDICT_REFUSED, false },
	{ "ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND", VERDICT_REFUSED, false },
	{ "REFUND_AMT_NOT_EQUAL_TOTAL",            VERDICT_REFUSED, false },
	{ "REFUND_FEE_ERROR",                      VERDICT_REFUSED, false },
	{ "REASON_TRADE_REFUND_FEE_ERR",           VERDICT_REFUSED, false },
	{ "REASON_TRADE_BEEN_FREEZEN",             VERDICT_REFUSED, false },
	/* clang-format on */
};

static struct alipay_meaning business(const char *sub_code);

struct alipay_meaning alipay_meaning_of(int code, const char *sub_code, bool verified)
{
	static const struct alipay_meaning UNKNOWN = { VERDICT_UNKNOWN, false };

	switch (code) {
	case 10000:
		return verified ? (struct alipay_meaning){ VERDICT_DONE, false } : UNKNOWN;
	case 20001: /* token */
	case 40001: /* something missing */
	case 40002: /* something invalid */
	case 40003: /* keys not set up */
	case 40006: /* no permission */
		/* The gateway turned the request away before it looked at the payment. */
		return (struct alipay_meaning){ VERDICT_REFUSED, false };
	case 40004:
		return verified ? business(sub_code) : UNKNOWN;
	case 40005: /* too many calls */
		return (struct alipay_meaning){ VERDICT_LATER, false };
	default:
		/* 20000 "Service Currently Unavailable", 10003 "waiting for the payer", news. */
		return UNKNOWN;
	}
}

static struct alipay_meaning business(const char *sub_code)
{
	for (size_t i = 0; i < sizeof(BUSINESS) / sizeof(BUSINESS[0]); i++)
		if (strcmp(sub_code, BUSINESS[i].sub_code) == 0)
			return (struct alipay_meaning){ BUSINESS[i].verdict,
							BUSINESS[i].query_now };
	return (struct alipay_meaning){ VERDICT_UNKNOWN, false };
}
