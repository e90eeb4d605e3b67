/* create.c - a payment: hands the ask to its order's file, and adds what all orders say. */
#include "channel/qq/message.h"

#include "base/check.h"

#include <stdio.h>
#include <string.h>

/* Orders need an address for notices; this one reaches nobody, and payments are then found by
 * queries alone.  Amounts are an Int. */
#define NOWHERE "https://notify.invalid/qq"

enum { SUBJECT_MAX = 128, URL_MAX = 256, IP_MAX = 15, FEN_MAX = INT32_MAX };

static char *subject_text(const char *subject, struct arena *a);
static const char *address_text(const char *client_ip);
static enum err url_check(const char *member, const char *url);

enum err qq_create_build(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_env *env, struct channel_call *call,
			 struct channel_action *action)
{
	(void)action;
	CHECK(ask->method->calls);
	if (ask->method->at_once)
		return qq_barcode_build(versions, ask, env, call);
	return qq_order_build(versions, ask, env, call);
}

void qq_create_read(const struct channel_versions *versions, const struct channel_create *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_created *created)
{
	*created = (struct channel_created){ .trade = channel_trade_unknown() };
	if (ask->method->at_once)
		qq_barcode_read(versions, ask, reply, env, answer, created);
	else
		qq_order_read(versions, ask, reply, env, answer, created);
}

enum err qq_order_add(struct qq_request *r, const struct channel_create *ask, struct arena *a)
{
	TRY(qq_number_check("number", ask->number));
	if (ask->fen <= 0 || ask->fen > FEN_MAX)
		FAIL_AT(ERR_INVALID, "amount", "must be 0.01 to 21474836.47 yuan");
	if (str_trim(str_of(ask->subject)).n == 0 || !str_is_text(str_of(ask->subject)))
		FAIL_AT(ERR_INVALID, "subject", "must be a text");
	TRY(url_check("notify_url", ask->notify_url));

	qq_add_text(r, "body", subject_text(ask->subject, a));
	qq_add_text(r, "fee_type", "CNY");
	qq_add_text(r, "notify_url", ask->notify_url[0] ? ask->notify_url : NOWHERE);
	qq_add_text(r, "out_trade_no", ask->number);
	qq_add_text(r, "spbill_create_ip", address_text(ask->client_ip));
	qq_add_text(r, "total_fee", arena_printf(a, "%lld", (long long)ask->fen));
	return ERR_OK;
}

/* Cut at a whole character, one line. */
static char *subject_text(const char *subject, struct arena *a)
{
	char *text = arena_alloc(a, SUBJECT_MAX + 1);

	str_copy_cut(text, SUBJECT_MAX + 1, str_of(subject));
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	return text;
}

/* There is no room for an IPv6 address. */
static const char *address_text(const char *client_ip)
{
	return str_is_made_of(str_of(client_ip), "0123456789.", IP_MAX) ? client_ip : "127.0.0.1";
}

static enum err url_check(const char *member, const char *url)
{
	struct str s = str_of(url);

	if (s.n == 0)
		return ERR_OK;
	if (s.n > URL_MAX)
		FAIL_AT(ERR_INVALID, member, "longer than 256 bytes");
	if (!str_starts(s, "http://") && !str_starts(s, "https://"))
		FAIL_AT(ERR_INVALID, member, "must begin with https:// or http://");
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			FAIL_AT(ERR_INVALID, member, "must be a URL");
	return ERR_OK;
}
