#include "api/order_schemas.h"

#include "base/money.h"

/* clang-format off */
static const struct member LEG_MEMBERS[] = {
	{ "kind", MEMBER_TEXT, .words = "wallet|channel", .example = "\"wallet\"",
	  .doc = "who pays this part" },
	{ "account", MEMBER_TEXT, .example = "\"user:7/gold\"",
	  .doc = "the ledger account it comes from" },
	{ "asset", MEMBER_TEXT, .example = "\"gold\"", .doc = "what is paid with" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "200",
	  .doc = "the asset's smallest units" },
	{ "worth", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "200", .doc = "fen" },
	{ "refunded_amount", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "0",
	  .doc = "units given back" },
	{ "refunded_worth", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "0",
	  .doc = "fen given back" },
	{ 0 }
};
static const struct schema LEG = { "leg", LEG_MEMBERS };

static const struct member FAULT_MEMBERS[] = {
	{ "code", MEMBER_TEXT, .example = "\"ACQ.BUYER_BALANCE_NOT_ENOUGH\"",
	  .doc = "the channel's own code" },
	{ "text", MEMBER_TEXT, .example = "\"买家余额不足\"", .doc = "its words" },
	{ 0 }
};
static const struct schema FAULT = { "channel_fault", FAULT_MEMBERS };

static const struct member ATTEMPT_MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"att_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "attempt", .example = "\"attempt\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "order", MEMBER_TEXT, .example = "\"ord_0HZX3K9F2M7QA\"", .doc = "what it pays" },
	{ "method", MEMBER_TEXT, .example = "\"alipay.qr\"", .doc = "how" },
	{ "status", MEMBER_TEXT, .words = "created|pending|paid|failed|closed|superseded|unknown",
	  .example = "\"pending\"",
	  .doc = "unknown: the channel has not answered; it is being found out" },
	{ "channel_amount", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "8600",
	  .doc = "the channel's part, fen" },
	{ "number", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"att0HZX3K9F2M7QA\"",
	  .doc = "its number at the channel" },
	{ "legs", MEMBER_ARRAY, .of = &LEG, .doc = "who pays what" },
	{ "action", MEMBER_OBJECT, MEMBER_OPTIONAL,
	  .doc = "what the payer needs: {\"type\":\"qrcode\",\"qrcode\":…}, redirect with form, "
		 "jsapi, app" },
	{ "error", MEMBER_OBJECT, MEMBER_OPTIONAL, .of = &FAULT,
	  .doc = "why the channel refused" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"", .doc = "when" },
	{ "expires_at", MEMBER_TIME, .example = "\"2026-11-22T10:00:00.000Z\"",
	  .doc = "the channel takes no money after this" },
	{ "ended_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "null",
	  .doc = "when it was paid, failed or closed" },
	{ 0 }
};
const struct schema API_ATTEMPT = { "attempt", ATTEMPT_MEMBERS };

static const struct member ORDER_MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"ord_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "order", .example = "\"order\"", .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "out_order_no", MEMBER_TEXT, .example = "\"T-1001\"", .doc = "your number" },
	{ "status", MEMBER_TEXT, .words = "open|paid|closing|closed", .example = "\"open\"",
	  .doc = "closing: a channel has not confirmed yet" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "8800", .doc = "fen" },
	{ "amount_paid", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "0",
	  .doc = "fen, all legs by worth" },
	{ "amount_refunding", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "0",
	  .doc = "fen of refunds that are pending" },
	{ "amount_refunded", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "0",
	  .doc = "fen given back" },
	{ "flags", MEMBER_ARRAY, .example = "[]",
	  .doc = "late, twice, over, under: money that could not be applied" },
	{ "fulfilment", MEMBER_TEXT, .words = "none|pending|done|failed", .example = "\"none\"",
	  .doc = "of the action" },
	{ "version", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "1",
	  .doc = "grows with every change: what is older may be discarded" },
	{ "subject", MEMBER_TEXT, .example = "\"Tea\"", .doc = "what the payer sees" },
	{ "user", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"7\"", .doc = "holder user:7" },
	{ "action", MEMBER_OBJECT, MEMBER_OPTIONAL,
	  .doc = "what being paid sets in motion: {\"name\",\"args\"}" },
	{ "attach", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "null", .doc = "yours" },
	{ "metadata", MEMBER_OBJECT, .doc = "yours" },
	{ "notify_url", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "null",
	  .doc = "gets this order's events" },
	{ "return_url", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "null",
	  .doc = "where the payer's browser goes afterwards" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"", .doc = "when" },
	{ "expires_at", MEMBER_TIME, .example = "\"2026-11-22T10:00:00.000Z\"",
	  .doc = "closed when not paid by then" },
	{ "paid_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "null", .doc = "when" },
	{ "closed_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "null", .doc = "when" },
	{ "attempt", MEMBER_OBJECT, MEMBER_OPTIONAL, .of = &API_ATTEMPT,
	  .doc = "the live or paying one" },
	{ 0 }
};
const struct schema API_ORDER = { "order", ORDER_MEMBERS };

static const struct member REFUND_MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"ref_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "refund", .example = "\"refund\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "kind", MEMBER_TEXT, .words = "order|exception", .example = "\"order\"",
	  .doc = "exception: money nobody expected, given back by itself" },
	{ "order", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"ord_0HZX3K9F2M7QA\"",
	  .doc = "of which" },
	{ "out_refund_no", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"R-1\"",
	  .doc = "your number" },
	{ "status", MEMBER_TEXT, .words = "pending|succeeded|failed|abnormal",
	  .example = "\"succeeded\"", .doc = "pending: it is sent and asked for until final" },
	{ "version", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "2",
	  .doc = "grows with every change" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "100",
	  .doc = "fen, all legs by worth" },
	{ "channel_amount", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "98",
	  .doc = "the channel's part, fen" },
	{ "note", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "null", .doc = "why" },
	{ "error", MEMBER_OBJECT, MEMBER_OPTIONAL, .of = &FAULT,
	  .doc = "what the channel said last" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"", .doc = "when" },
	{ "ended_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "null", .doc = "when" },
	{ 0 }
};
const struct schema API_REFUND = { "refund", REFUND_MEMBERS };
/* clang-format on */
