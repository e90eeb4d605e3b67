/* field.h - one header field of a request or an answer. */
#pragma once

#include "base/str.h"

/* Name and value without CR, LF and NUL. */
struct net_field {
	const char *name;
	struct str value;
};
