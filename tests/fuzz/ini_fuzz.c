/* A configuration that is read, written down again and read again is the same configuration. */
#include "cli/settings.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[SETTING_N * (SETTING_MAX + 64)];
	struct settings first, second;
	size_t n = 0;

	settings_init(&first);
	if (settings_read(&first, (struct str){ (const char *)data, len }) != ERR_OK)
		return 0;
	for (int i = 0; i < SETTING_N; i++) {
		enum setting_id id = (enum setting_id)i;

		if (first.all[i].origin == ORIGIN_FILE)
			str_add(text, sizeof(text), &n, "%s=%s\n", setting_name(id),
				setting_text(&first, id));
	}
	settings_init(&second);
	if (settings_read(&second, (struct str){ text, n }) != ERR_OK)
		abort();
	for (int i = 0; i < SETTING_N; i++)
		if (strcmp(first.all[i].value, second.all[i].value) != 0 ||
		    first.all[i].origin != second.all[i].origin)
			abort();
	(void)setting_level(&first);
	(void)setting_integer(&first, SETTING_NODE);
	(void)setting_integer(&first, SETTING_ACCOUNT_CACHE);
	(void)setting_bool(&first, SETTING_ALLOW_PRIVATE_WEBHOOKS);
	return 0;
}
