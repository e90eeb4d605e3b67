#include "channel/alipay/form.h"

#include "channel/alipay/config.h"
#include "channel/alipay/sign.h"

static bool keeps_sign_type(const struct alipay_form *form);

enum err alipay_form_open(struct str text, struct arena *a, struct alipay_form *out)
{
	if (text.n == 0)
		FAIL(ERR_INVALID, "there is no form");
	if (text.n > ALIPAY_FORM_MAX)
		FAIL(ERR_INVALID, "the form is longer than %d bytes", ALIPAY_FORM_MAX);
	*out = (struct alipay_form){
		.field = arena_alloc(a, ALIPAY_FORM_FIELDS_MAX * sizeof(struct field)),
		.text = STR(""),
	};
	return form_read(text, arena_alloc(a, text.n + 1), out->field, ALIPAY_FORM_FIELDS_MAX,
			 &out->n);
}

struct str alipay_form_value(const struct alipay_form *form, const char *name)
{
	const struct field *f = form_find(form->field, form->n, name);

	return f ? f->value : STR("");
}

enum err alipay_form_verify(const struct channel_versions *versions, struct arena *a,
			    struct alipay_form *form)
{
	static const char *const BOTH[] = { "sign", "sign_type", NULL };
	static const char *const SIGN_ONLY[] = { "sign", NULL };
	struct str sign = alipay_form_value(form, "sign");

	form->text = alipay_text_to_sign(a, form->field, form->n,
					 keeps_sign_type(form) ? SIGN_ONLY : BOTH, EMPTY_KEPT);
	if (sign.n == 0)
		FAIL(ERR_SIGNATURE, "it is not signed");
	if (!str_is(alipay_form_value(form, "sign_type"), "RSA2"))
		FAIL(ERR_SIGNATURE, "its sign_type is not RSA2");
	form->version = alipay_fits(versions, STR(""), form->text, sign);
	if (form->version == 0)
		FAIL(ERR_SIGNATURE, "its signature does not fit");
	return ERR_OK;
}

void alipay_form_keep_return_fields(struct alipay_form *form)
{
	static const char *const NAMES[] = { "app_id",       "auth_app_id",  "charset",
					     "method",       "out_trade_no", "seller_id",
					     "sign",         "sign_type",    "timestamp",
					     "total_amount", "trade_no",     "version" };
	size_t kept = 0;

	for (size_t i = 0; i < form->n; i++)
		for (size_t k = 0; k < sizeof(NAMES) / sizeof(NAMES[0]); k++)
			if (str_is(form->field[i].name, NAMES[k]))
				form->field[kept++] = form->field[i];
	form->n = kept;
}

enum err alipay_form_is_ours(const struct channel_versions *versions,
			     const struct alipay_form *form)
{
	const struct channel_config *c = versions->config[form->version - 1];

	if (!str_is(alipay_form_value(form, "app_id"), c->app_id))
		FAIL_AT(ERR_NOTICE, "app_id", "it is of another application");
	if (c->seller_id[0] && !str_is(alipay_form_value(form, "seller_id"), c->seller_id))
		FAIL_AT(ERR_NOTICE, "seller_id", "it is of another seller");
	return ERR_OK;
}

/* Messages of the open platform do; notices of trades and returns do not. */
static bool keeps_sign_type(const struct alipay_form *form)
{
	const struct field *type = form_find(form->field, form->n, "notify_type");

	if (type != NULL)
		return !str_is(type->value, "trade_status_sync");
	return form_find(form->field, form->n, "msg_method") != NULL;
}
