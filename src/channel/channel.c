#include "channel/channel.h"

#include "base/check.h"

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
