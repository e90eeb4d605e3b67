#include "app/webhook_url.h"

#include "app/event_put.h"
#include "net/client.h"

#include <arpa/inet.h>

enum { HOST_TEXT = 256 };

static bool is_plain(struct str url);
static bool is_private(const char *host);
static bool is_loopback(const char *host);

enum err webhook_url_check(const struct services *s, bool livemode, struct str url,
			   const char *param)
{
	char host[HOST_TEXT];
	bool tls;

	if (url.n == 0 || url.n > NOTIFY_URL_MAX || !is_plain(url))
		FAIL_AT(ERR_INVALID, param,
			"a URL is 1 to %d bytes of ASCII without spaces and without a fragment",
			NOTIFY_URL_MAX);
	if (net_url_host(url, host, sizeof(host), &tls) != ERR_OK)
		FAIL_AT(ERR_INVALID, param,
			"this is not an absolute http or https URL without user and password");
	if (is_private(host) && !s->allow_private_webhooks)
		FAIL_AT(ERR_ADDRESS_BLOCKED, param,
			"private and loopback addresses are not called; the installation may allow "
			"it");
	if (!tls && livemode && !is_loopback(host))
		FAIL_AT(ERR_INVALID, param, "a live merchant's webhooks go to https URLs");
	return ERR_OK;
}

static bool is_plain(struct str url)
{
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || url.p[i] == '#')
			return false;
	return true;
}

/* Only what is written as an address, or as localhost. */
static bool is_private(const char *host)
{
	uint8_t address[16];

	if (is_loopback(host))
		return true;
	if (inet_pton(AF_INET, host, address) != 1 && inet_pton(AF_INET6, host, address) != 1)
		return false;
	return !net_address_is_public(host);
}

static bool is_loopback(const char *host)
{
	struct str h = str_of(host);
	uint8_t address[16];

	if (inet_pton(AF_INET, host, address) == 1)
		return address[0] == 127;
	return str_is(h, "localhost") || str_ends(h, ".localhost") || str_is(h, "::1");
}
