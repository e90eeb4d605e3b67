#include "channel/host.h"

#include <string.h>

#define HOST_BYTES "abcdefghijklmnopqrstuvwxyz0123456789.-"
#define PATH_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-~"

struct gateway {
	const char *member; /* of the configuration */
	bool tls;
	struct str host, port, path; /* port "" when it is not given */
};

static enum err gateway_split(struct str url, struct gateway *out);
static enum err authority_split(struct str authority, struct gateway *out);
static bool is_loopback(struct str host);
static bool is_dotted_quad(struct str host);

enum err channel_host_allow(const char *member, struct str url, const struct channel_hosts *hosts,
			    bool livemode)
{
	struct gateway g = { .member = member };

	TRY(gateway_split(url, &g));
	if (livemode) {
		for (size_t i = 0; i < CHANNEL_HOSTS_MAX && hosts->live[i]; i++) {
			if (g.tls && str_is(g.host, hosts->live[i]) && g.port.n == 0)
				return ERR_OK;
		}
		FAIL_AT(ERR_CONFIG, member, "a live merchant calls https://%s and nothing else",
			hosts->live[0]);
	}
	if (str_is(g.host, hosts->domain) ||
	    (str_ends(g.host, hosts->domain) &&
	     g.host.p[g.host.n - strlen(hosts->domain) - 1] == '.'))
		FAIL_AT(ERR_CONFIG, member, "a test merchant never calls a host of %s",
			hosts->domain);
	if (!g.tls && !is_loopback(g.host))
		FAIL_AT(ERR_CONFIG, member, "plain http is for loopback addresses only");
	return ERR_OK;
}

static enum err gateway_split(struct str url, struct gateway *out)
{
	struct str rest;

	if (str_starts(url, "https://"))
		out->tls = true;
	else if (str_starts(url, "http://"))
		out->tls = false;
	else
		FAIL_AT(ERR_CONFIG, out->member, "must begin with https://");
	rest = str_skip(url, out->tls ? 8 : 7);

	size_t slash = str_find(rest, '/');

	out->path = str_skip(rest, slash);
	if (!str_is_made_of(out->path, PATH_BYTES, url.n))
		FAIL_AT(ERR_CONFIG, out->member, "must end in a path without query or fragment");
	return authority_split((struct str){ rest.p, slash }, out);
}

/* Lower case only, so that one host has one spelling here; no dot at the end, which would name the
 * same host in another way. */
static enum err authority_split(struct str authority, struct gateway *out)
{
	bool v6 = str_starts(authority, "[::1]");
	size_t host_n = v6 ? strlen("[::1]") : str_find(authority, ':');
	struct str tail = str_skip(authority, host_n);
	int64_t port;

	out->host = (struct str){ authority.p, host_n };
	out->port = STR("");
	if (!v6 && (!str_is_made_of(out->host, HOST_BYTES, 253) || str_ends(out->host, ".")))
		FAIL_AT(ERR_CONFIG, out->member, "needs a host in lower-case letters");
	if (tail.n == 0)
		return ERR_OK;
	out->port = str_skip(tail, 1);
	if (tail.p[0] != ':' || str_integer(out->port, 1, 65535, &port) != ERR_OK)
		FAIL_AT(ERR_CONFIG, out->member, "has a port that is not 1 to 65535");
	return ERR_OK;
}

static bool is_loopback(struct str host)
{
	return str_is(host, "localhost") || str_is(host, "[::1]") ||
	       (str_starts(host, "127.") && is_dotted_quad(host));
}

static bool is_dotted_quad(struct str host)
{
	int parts = 0;
	int64_t n;

	for (struct str part; host.n > 0; parts++) {
		bool last = str_find(host, '.') == host.n;

		part = str_cut(host, '.', &host);
		if (str_integer(part, 0, 255, &n) != ERR_OK)
			return false;
		if (last)
			return parts == 3;
	}
	return false;
}
