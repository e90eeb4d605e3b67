#include "channel/channel.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>

const char *action_name(enum action_type type)
{
	switch (type) {
	case ACTION_NONE:
		return "none";
	case ACTION_REDIRECT:
		return "redirect";
	case ACTION_QRCODE:
		return "qrcode";
	case ACTION_JSAPI:
		return "jsapi";
	case ACTION_APP:
		return "app";
	}
	CHECK(!"an action type without a name");
	return "";
}

const struct channel_method *channel_method_find(const struct channel *ch, struct str name)
{
	for (size_t i = 0; i < ch->caps.methods_n; i++) {
		if (str_is(name, ch->caps.methods[i].name))
			return &ch->caps.methods[i];
	}
	return NULL;
}

void channel_doubt(struct channel_answer *answer, const char *fmt, ...)
{
	va_list ap;
	char text[512];

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	channel_says(answer, answer->code, text);
	answer->verdict = VERDICT_UNKNOWN;
}

/* One line, whatever came: it goes into logs. */
void channel_says(struct channel_answer *answer, const char *code, const char *text)
{
	if (code != answer->code)
		str_copy_cut(answer->code, sizeof(answer->code), str_of(code));
	str_copy_cut(answer->text, sizeof(answer->text), str_of(text));
	for (char *p = answer->text; *p; p++)
		if ((unsigned char)*p < 0x20)
			*p = ' ';
}

struct channel_trade channel_trade_unknown(void)
{
	return (struct channel_trade){
		.state = TRADE_ABSENT, .payer_fen = -1, .settle_fen = -1, .refunded_fen = -1
	};
}
