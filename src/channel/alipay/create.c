/* create.c - a payment: hands the ask to its method's file, and writes what all orders say. */
#include "channel/alipay/message.h"

#include "base/check.h"
#include "base/money.h"
#include "base/time.h"
#include "channel/alipay/request.h"
#include "channel/alipay/trade.h"

#include <string.h>

enum { SUBJECT_MAX = 256 };
static const int64_t FEN_MAX = INT64_C(10000000000); /* 100,000,000 yuan */

/* What each method's file offers: `make` where nothing is called, else `build` and `read`. */
static const struct {
	const char *name;
	enum err (*make)(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_env *env, struct channel_action *action);
	enum err (*build)(const struct channel_versions *versions, const struct channel_create *ask,
			  const struct channel_env *env, struct channel_call *call);
	void (*read)(const struct channel_versions *versions, const struct channel_create *ask,
		     const struct channel_reply *reply, const struct channel_env *env,
		     struct channel_answer *answer, struct channel_created *created);
} METHODS[] = {
	{ "alipay.page", alipay_page_build, NULL, NULL },
	{ "alipay.wap", alipay_wap_build, NULL, NULL },
	{ "alipay.app", alipay_app_build, NULL, NULL },
	{ "alipay.jsapi", NULL, alipay_jsapi_build, alipay_jsapi_read },
	{ "alipay.qr", NULL, alipay_qr_build, alipay_qr_read },
	{ "alipay.barcode", NULL, alipay_barcode_build, alipay_barcode_read },
};

static size_t method_of(const struct channel_create *ask);
static void subject_write(struct jout *w, const char *subject);

enum err alipay_create_build(const struct channel_versions *versions,
			     const struct channel_create *ask, const struct channel_env *env,
			     struct channel_call *call, struct channel_action *action)
{
	size_t i = method_of(ask);

	if (METHODS[i].make != NULL)
		return METHODS[i].make(versions, ask, env, action);
	return METHODS[i].build(versions, ask, env, call);
}

void alipay_create_read(const struct channel_versions *versions, const struct channel_create *ask,
			const struct channel_reply *reply, const struct channel_env *env,
			struct channel_answer *answer, struct channel_created *created)
{
	size_t i = method_of(ask);

	CHECK(METHODS[i].read != NULL);
	*created = (struct channel_created){ .trade = channel_trade_unknown() };
	METHODS[i].read(versions, ask, reply, env, answer, created);
}

enum err alipay_order_write(struct jout *w, const struct channel_create *ask, const char *product)
{
	char amount[YUAN_TEXT], end[LOCAL_TEXT];

	TRY(alipay_number_check("number", ask->number));
	if (ask->fen <= 0 || ask->fen > FEN_MAX)
		FAIL_AT(ERR_INVALID, "amount", "must be 0.01 to 100000000 yuan");
	if (str_trim(str_of(ask->subject)).n == 0 || !str_is_text(str_of(ask->subject)))
		FAIL_AT(ERR_INVALID, "subject", "must be a text");
	yuan_write(ask->fen, amount);
	china_write(ask->expires_at_ms, end);

	jout_object(w, NULL);
	jout_text(w, "out_trade_no", ask->number);
	jout_text(w, "total_amount", amount);
	subject_write(w, ask->subject);
	jout_text(w, "product_code", product);
	jout_text(w, "time_expire", end);
	return ERR_OK;
}

static size_t method_of(const struct channel_create *ask)
{
	for (size_t i = 0; i < sizeof(METHODS) / sizeof(METHODS[0]); i++)
		if (strcmp(ask->method->name, METHODS[i].name) == 0)
			return i;
	CHECK(!"a method of another channel");
	return 0;
}

/* Cut at a whole character.  '/', '=' and '&' are not allowed in a subject. */
static void subject_write(struct jout *w, const char *subject)
{
	char text[SUBJECT_MAX + 1];

	str_copy_cut(text, sizeof(text), str_of(subject));
	for (char *p = text; *p; p++)
		if (strchr("/=&\t\r\n", *p) != NULL)
			*p = ' ';
	jout_text(w, "subject", text);
}
