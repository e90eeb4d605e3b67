#include "core/order.h"

#include "base/check.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND };

const char *order_status_name(enum order_status s)
{
	switch (s) {
	case ORDER_OPEN:
		return "open";
	case ORDER_PAID:
		return "paid";
	case ORDER_CLOSING:
		return "closing";
	case ORDER_CLOSED:
		return "closed";
	}
	CHECK(!"an order status without a name");
	return "";
}

const char *attempt_status_name(enum attempt_status s)
{
	switch (s) {
	case ATTEMPT_CREATED:
		return "created";
	case ATTEMPT_PENDING:
		return "pending";
	case ATTEMPT_PAID:
		return "paid";
	case ATTEMPT_FAILED:
		return "failed";
	case ATTEMPT_CLOSED:
		return "closed";
	case ATTEMPT_SUPERSEDED:
		return "superseded";
	case ATTEMPT_UNKNOWN:
		return "unknown";
	}
	CHECK(!"an attempt status without a name");
	return "";
}

const char *refund_status_name(enum refund_status s)
{
	switch (s) {
	case REFUND_PENDING:
		return "pending";
	case REFUND_SUCCEEDED:
		return "succeeded";
	case REFUND_FAILED:
		return "failed";
	case REFUND_ABNORMAL:
		return "abnormal";
	}
	CHECK(!"a refund status without a name");
	return "";
}

const char *fulfilment_name(enum fulfilment f)
{
	switch (f) {
	case FULFIL_NONE:
		return "none";
	case FULFIL_PENDING:
		return "pending";
	case FULFIL_DONE:
		return "done";
	case FULFIL_FAILED:
		return "failed";
	}
	CHECK(!"a fulfilment without a name");
	return "";
}

enum err order_payable(const struct order *o, int64_t now_ms)
{
	switch (o->status) {
	case ORDER_PAID:
		FAIL(ERR_ORDER_PAID, "the order is paid");
	case ORDER_CLOSING:
	case ORDER_CLOSED:
		FAIL(ERR_ORDER_CLOSED, "the order is closed");
	case ORDER_OPEN:
		break;
	}
	if (now_ms >= o->expires_at)
		FAIL(ERR_ORDER_CLOSED, "the order's time is over");
	return ERR_OK;
}

bool attempt_live(const struct attempt *a)
{
	switch (a->status) {
	case ATTEMPT_CREATED:
	case ATTEMPT_PENDING:
	case ATTEMPT_UNKNOWN:
		return true;
	case ATTEMPT_PAID:
	case ATTEMPT_FAILED:
	case ATTEMPT_CLOSED:
	case ATTEMPT_SUPERSEDED:
		return false;
	}
	CHECK(!"an attempt in no state");
	return false;
}

bool attempt_open(const struct attempt *a)
{
	return attempt_live(a) || a->status == ATTEMPT_SUPERSEDED;
}

int64_t attempt_next_query(int64_t created_at, int64_t expires_at, int64_t now_ms)
{
	static const int64_t AFTER_START[] = { 5 * SECOND, 10 * SECOND, 20 * SECOND, 30 * SECOND };
	static const int64_t AFTER_END[] = { 5 * SECOND, MINUTE, 10 * MINUTE };
	int64_t next = 0;

	for (size_t i = 0; i < sizeof(AFTER_START) / sizeof(AFTER_START[0]) && next == 0; i++) {
		if (created_at + AFTER_START[i] > now_ms)
			next = created_at + AFTER_START[i];
	}
	if (next == 0 && now_ms < expires_at)
		next = created_at + ((now_ms - created_at) / MINUTE + 1) * MINUTE;
	if (next != 0 && next < expires_at)
		return next;
	for (size_t i = 0; i < sizeof(AFTER_END) / sizeof(AFTER_END[0]); i++) {
		if (expires_at + AFTER_END[i] > now_ms)
			return expires_at + AFTER_END[i];
	}
	return -1;
}

int64_t barcode_next_query(int64_t created_at, int64_t every_ms, int64_t until_ms, int64_t now_ms)
{
	int64_t next = created_at + ((now_ms - created_at) / every_ms + 1) * every_ms;

	if (now_ms >= until_ms)
		return -1;
	return next < until_ms ? next : until_ms;
}

int64_t refund_next_query(int64_t first_sent_at, int64_t now_ms)
{
	static const int64_t AFTER[] = { 10 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE,
					 10 * MINUTE };

	for (size_t i = 0; i < sizeof(AFTER) / sizeof(AFTER[0]); i++) {
		if (first_sent_at + AFTER[i] > now_ms)
			return first_sent_at + AFTER[i];
	}
	return now_ms + 30 * MINUTE;
}
