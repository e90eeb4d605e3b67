#include "channel/wechat/codes.h"

#include <string.h>

/* Turned away before anything was looked at, so it need not be signed. */
enum where { AT_THE_DOOR, INSIDE };

static const struct {
	const char *code;
	enum verdict payment, refund;
	enum where where;
	bool query_now;
} CODES[] = {
	/* clang-format off */
	/* The state at the channel is not what we think: only a query tells. */
	{ "OUTTRADENOUSED",       VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, true },
	{ "ORDERPAID",            VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, true },
	{ "ORDERCLOSED",          VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, true },
	{ "ORDERREVERSED",        VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, true },
	{ "ORDERNOTEXIST",        VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, true },
	{ "RESOURCENOTEXISTS",    VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, true },
	{ "REFUNDNOTEXIST",       VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, true },
	{ "BUYERMISMATCH",        VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, true },
	{ "TRADEERROR",           VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, true },
	/* For a payment it also says "number used" and "paid already"; for a refund "more than is
	 * left". */
	{ "INVALIDREQUEST",       VERDICT_UNKNOWN, VERDICT_REFUSED, INSIDE, true },
	{ "SYSTEMERROR",          VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, false },
	{ "BANKERROR",            VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, false },
	{ "USERPAYING",           VERDICT_UNKNOWN, VERDICT_UNKNOWN, INSIDE, false },

	/* Not now. */
	{ "FREQUENCYLIMITED",     VERDICT_LATER,   VERDICT_LATER,   INSIDE, false },
	{ "FREQUENCYLIMITEXCEED", VERDICT_LATER,   VERDICT_LATER,   INSIDE, false },
	{ "RATELIMITEXCEEDED",    VERDICT_LATER,   VERDICT_LATER,   INSIDE, false },
	{ "INVALIDREQTOOMUCH",    VERDICT_LATER,   VERDICT_LATER,   INSIDE, false },
	{ "BIZERRNEEDRETRY",      VERDICT_LATER,   VERDICT_LATER,   INSIDE, false },

	/* Our request, our contract. */
	{ "SIGNERROR",            VERDICT_REFUSED, VERDICT_REFUSED, AT_THE_DOOR, false },
	{ "PARAMERROR",           VERDICT_REFUSED, VERDICT_REFUSED, AT_THE_DOOR, false },
	{ "NOAUTH",               VERDICT_REFUSED, VERDICT_REFUSED, AT_THE_DOOR, false },
	{ "APPIDMCHIDNOTMATCH",   VERDICT_REFUSED, VERDICT_REFUSED, AT_THE_DOOR, false },
	{ "APPIDNOTEXIST",        VERDICT_REFUSED, VERDICT_REFUSED, AT_THE_DOOR, false },
	{ "MCHIDNOTEXIST",        VERDICT_REFUSED, VERDICT_REFUSED, AT_THE_DOOR, false },
	{ "MCHNOTEXISTS",         VERDICT_REFUSED, VERDICT_REFUSED, AT_THE_DOOR, false },
	{ "RULELIMIT",            VERDICT_REFUSED, VERDICT_REFUSED, INSIDE, false },
	{ "ACCOUNTERROR",         VERDICT_REFUSED, VERDICT_REFUSED, INSIDE, false },

	/* The payer, and what is left to give back. */
	{ "AUTHCODEEXPIRE",       VERDICT_REFUSED, VERDICT_UNKNOWN, INSIDE, false },
	{ "AUTHCODEERROR",        VERDICT_REFUSED, VERDICT_UNKNOWN, INSIDE, false },
	{ "AUTHCODEINVALID",      VERDICT_REFUSED, VERDICT_UNKNOWN, INSIDE, false },
	{ "NOTSUPORTCARD",        VERDICT_REFUSED, VERDICT_UNKNOWN, INSIDE, false },
	{ "NOTENOUGH",            VERDICT_REFUSED, VERDICT_LATER,   INSIDE, false },
	{ "USERACCOUNTABNORMAL",  VERDICT_REFUSED, VERDICT_REFUSED, INSIDE, false },
	{ "TRADEOVERDUE",         VERDICT_REFUSED, VERDICT_REFUSED, INSIDE, false },
	/* clang-format on */
};

struct wechat_meaning wechat_meaning_of(enum wechat_kind kind, int status, const char *code,
					bool verified)
{
	struct wechat_meaning out = { VERDICT_UNKNOWN, false };

	if (status == 429)
		return (struct wechat_meaning){ VERDICT_LATER, false };
	/* 5xx: the same call again may find it done.  Below 400 no code is a failure. */
	if (status < 400 || status > 499)
		return out;
	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		if (strcmp(code, CODES[i].code) != 0)
			continue;
		out.verdict = kind == WECHAT_REFUND ? CODES[i].refund : CODES[i].payment;
		out.query_now = CODES[i].query_now;
		if (out.verdict == VERDICT_REFUSED && !verified && CODES[i].where != AT_THE_DOOR)
			out.verdict = VERDICT_UNKNOWN;
		if (out.verdict != VERDICT_UNKNOWN)
			out.query_now = false;
		return out;
	}
	return out;
}
