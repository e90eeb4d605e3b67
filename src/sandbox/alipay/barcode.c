#include "sandbox/alipay/barcode.h"

enum { FACE_TEXT = 37 };

/* clang-format off */
static const struct barcode_outcome PAID = { .ending = "", .trade = true, .paid = true };

static const struct barcode_outcome TABLE[] = {
	/* The payer is asked for a password (10003). */
	{ .ending = "9001", .trade = true, .confirms_ms = 2000 },
	{ .ending = "9002", .trade = true },
	/* Nobody can tell: 20000, then no answer, then a business code that means the same. */
	{ .ending = "9003", .trade = true, .paid = true, .unknown = true },
	{ .ending = "9004", .unknown = true },
	{ .ending = "9005", .trade = true, .paid = true, .silent = true },
	{ .ending = "9006", .silent = true },
	{ .ending = "9007", .trade = true, .paid = true, .sub_code = "ACQ.SYSTEM_ERROR" },
	{ .ending = "9008", .sub_code = "ACQ.SYSTEM_ERROR" },
	/* Refused for good; no trade. */
	{ .ending = "9011", .sub_code = "ACQ.PAYMENT_AUTH_CODE_INVALID" },
	{ .ending = "9012", .sub_code = "ACQ.BUYER_BALANCE_NOT_ENOUGH" },
	{ .ending = "9013", .sub_code = "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH" },
	{ .ending = "9014", .sub_code = "ACQ.ERROR_BALANCE_PAYMENT_DISABLE" },
	{ .ending = "9015", .sub_code = "ACQ.BUYER_SELLER_EQUAL" },
	{ .ending = "9016", .sub_code = "ACQ.TRADE_BUYER_NOT_MATCH" },
	{ .ending = "9017", .sub_code = "ACQ.BUYER_ENABLE_STATUS_FORBID" },
	{ .ending = "9018", .sub_code = "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR" },
	{ .ending = "9019", .sub_code = "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR" },
	{ .ending = "9020", .sub_code = "ACQ.TOTAL_FEE_EXCEED" },
	{ .ending = "9021", .sub_code = "ACQ.PAYMENT_FAIL" },
	{ .ending = "9022", .sub_code = "ACQ.PAYMENT_REQUEST_HAS_RISK" },
	{ .ending = "9023", .sub_code = "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE" },
	{ .ending = "9024", .sub_code = "ACQ.PULL_MOBILE_CASHIER_FAIL" },
	{ .ending = "9025", .sub_code = "ACQ.MOBILE_PAYMENT_SWITCH_OFF" },
	{ .ending = "9026", .sub_code = "ACQ.USER_FACE_PAYMENT_SWITCH_OFF" },
	{ .ending = "9027", .sub_code = "ACQ.ACCESS_FORBIDDEN" },
};
/* clang-format on */

const struct barcode_outcome *barcode_outcome(struct str auth_code)
{
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		if (str_ends(auth_code, TABLE[i].ending))
			return &TABLE[i];
	}
	return &PAID;
}

bool barcode_is_valid(struct str auth_code)
{
	int64_t first;

	if (str_starts(auth_code, "fp"))
		return auth_code.n == FACE_TEXT;
	if (auth_code.n < 16 || !str_is_made_of(auth_code, "0123456789", 24))
		return false;
	return str_integer((struct str){ auth_code.p, 2 }, 25, 30, &first) == ERR_OK;
}

const struct barcode_outcome *barcode_outcomes(size_t *n)
{
	*n = sizeof(TABLE) / sizeof(TABLE[0]);
	return TABLE;
}
