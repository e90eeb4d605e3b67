#include "app/services.h"

const struct channel *services_channel(const struct services *s, struct str name)
{
	for (const struct channel *const *c = s->channels; c && *c; c++)
		if (str_is(name, (*c)->caps.name))
			return *c;
	return NULL;
}
