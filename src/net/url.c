/* url.c - which URLs may be called. */
#include "net/call.h"

#include "sys/cleanup.h"

#include <ctype.h>
#include <string.h>

static enum err parse(struct str url, CURLU **out);
static bool has_two_slashes(struct str url);
static enum err part(CURLU *u, CURLUPart what, char **out);
static void url_free(CURLU **u);
static void part_free(char **p);

enum err net_url_host(struct str url, char *host, size_t cap, bool *tls)
{
	CLEANUP(url_free) CURLU *u = NULL;
	CLEANUP(part_free) char *scheme = NULL;
	CLEANUP(part_free) char *name = NULL;
	struct str h;

	TRY(parse(url, &u));
	TRY(part(u, CURLUPART_SCHEME, &scheme));
	TRY(part(u, CURLUPART_HOST, &name));
	h = str_of(name);
	if (str_starts(h, "[") && str_ends(h, "]"))
		h = (struct str){ h.p + 1, h.n - 2 };
	TRY(str_copy(host, cap, h));
	for (char *p = host; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	*tls = strcmp(scheme, "https") == 0;
	return ERR_OK;
}

enum err url_check(struct str url)
{
	CLEANUP(url_free) CURLU *u = NULL;

	return parse(url, &u);
}

/* The parser that will make the call also judges the URL, so the two cannot disagree. */
static enum err parse(struct str url, CURLU **out)
{
	CLEANUP(url_free) CURLU *u = curl_url();
	CLEANUP(part_free) char *scheme = NULL;
	CLEANUP(part_free) char *host = NULL;
	char text[NET_URL_MAX + 1];

	if (!u)
		FAIL(ERR_INTERNAL, "no memory for a URL");
	if (url.n > NET_URL_MAX)
		FAIL(ERR_INVALID, "a URL is at most %d bytes long", NET_URL_MAX);
	if (!str_is_text(url) || str_find(url, ' ') < url.n)
		FAIL(ERR_INVALID, "a URL has no spaces and no control characters");
	TRY(str_copy(text, sizeof(text), url));
	if (!has_two_slashes(url))
		FAIL(ERR_INVALID, "a URL begins with http:// or https:// and a host");
	if (curl_url_set(u, CURLUPART_URL, text, CURLU_DISALLOW_USER) != CURLUE_OK)
		FAIL(ERR_INVALID, "this is not an http or https URL without user and password");
	TRY(part(u, CURLUPART_SCHEME, &scheme));
	if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
		FAIL(ERR_INVALID, "only http and https URLs are called");
	TRY(part(u, CURLUPART_HOST, &host));
	*out = TAKE(u);
	return ERR_OK;
}

/* curl forgives one or three; others would see another host there. */
static bool has_two_slashes(struct str url)
{
	struct str rest;

	(void)str_cut(url, ':', &rest);
	return str_starts(rest, "//") && !str_starts(rest, "///");
}

static enum err part(CURLU *u, CURLUPart what, char **out)
{
	if (curl_url_get(u, what, out, 0) != CURLUE_OK)
		FAIL(ERR_INVALID, "a URL needs a scheme and a host");
	return ERR_OK;
}

static void url_free(CURLU **u)
{
	curl_url_cleanup(*u);
}

static void part_free(char **p)
{
	curl_free(*p);
}
