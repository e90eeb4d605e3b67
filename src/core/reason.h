/* reason.h - why money and points move: Tael's own numbers.  100000 and up are the merchant's. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TAEL_REASONS(X)                                                    \
	X(ISSUE, 1001, "发行", "issue")                                    \
	X(CONVERSION, 1002, "兑换", "conversion")                          \
	X(EXPIRED, 1003, "积分过期", "points expired")                     \
	X(PAID_CHANNEL, 1101, "订单渠道收款", "order paid by channel")     \
	X(PAID_WALLET, 1102, "订单钱包支付", "order paid by wallet")       \
	X(TOPUP, 1103, "充值", "top-up")                                   \
	X(REFUND_CHANNEL, 1201, "退款到渠道", "refund to channel")         \
	X(REFUND_WALLET, 1202, "退款到钱包", "refund to wallet")           \
	X(REFUND_TOPUP, 1203, "充值退款", "refund of a top-up")            \
	X(UNEXPECTED, 1301, "意外收款", "unexpected money in")             \
	X(GIVEN_BACK, 1302, "意外收款退回", "unexpected money given back") \
	X(ACCEPTED, 1303, "意外收款入账", "unexpected money accepted")     \
	X(FEE, 1401, "手续费", "fee")                                      \
	X(FEE_RETURNED, 1402, "手续费退回", "fee returned")                \
	X(CHANNEL_FEE, 1403, "渠道手续费", "channel's fee")                \
	X(PAYOUT, 1501, "出款", "payout")                                  \
	X(PAYOUT_FEE, 1502, "出款手续费", "payout fee")                    \
	X(PAYOUT_RETURNED, 1503, "出款退回", "payout returned")            \
	X(CHANNEL_TO_BANK, 1504, "渠道到银行", "channel to bank")          \
	X(CLEARING, 1601, "清算", "clearing")

enum tael_reason {
#define X(name, code, zh, en) REASON_##name = (code),
	TAEL_REASONS(X)
#undef X
};

enum { REASON_MERCHANT_MIN = 100000, REASON_MAX = 999999999 };

struct reason_text {
	int64_t code;
	const char *name, *name_en;
};

/* Tael's reasons in the order of their codes. */
extern const struct reason_text TAEL_REASON_TEXTS[];
extern const size_t TAEL_REASON_TEXTS_N;
