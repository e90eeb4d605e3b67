#include "app/number.h"

#include <string.h>

void number_write(enum id_kind kind, int64_t id, char out[REQUEST_KEY_MAX + 1])
{
	char text[ID_TEXT];
	size_t n = strlen(id_prefix(kind));

	id_write(kind, id, text);
	memcpy(out, text, n);
	memcpy(out + n, text + n + 1, strlen(text) - n);
}
