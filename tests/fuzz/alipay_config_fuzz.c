/* Configurations: what is accepted can be called and signed with, and obeys the rule about hosts.
 */
#include "channel/alipay/config.h"
#include "channel/alipay_kit.h"
#include "fuzz.h"

static void must(bool right)
{
	if (!right)
		__builtin_trap();
}

static void read_as(struct str json, bool livemode)
{
	struct channel_config *c = NULL;
	char identity[33] = "";
	struct channel_call call;

	if (ALIPAY.config_read(json, livemode, NOW_MS, identity, &c) != ERR_OK) {
		must(c == NULL);
		return;
	}
	must(str_is_made_of(str_of(identity), "0123456789", 32));
	must(!livemode || strcmp(c->gateway, ALIPAY_GATEWAY_LIVE) == 0 ||
	     str_starts(str_of(c->gateway), "https://openapi.alipay.com/"));
	must(livemode || strstr(c->gateway, ".alipay.com/") == NULL);
	must((c->app_sn[0] != '\0') == (ALIPAY.config_expires_ms(c) > 0));
	must(ALIPAY.query_build(&(struct channel_versions){ .config = { c }, .n = 1 }, NUMBER,
				kit_env(), &call) == ERR_OK);
	ALIPAY.config_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str json = { (const char *)data, len };

	crypto_start();
	read_as(json, false);
	read_as(json, true);
	return 0;
}
