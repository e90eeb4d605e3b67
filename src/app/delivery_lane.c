#include "app/delivery_lane.h"

#include "sys/crypto.h"

#include <stdio.h>

enum { ORIGIN_MAX = 300 };

/* "https://shop.example:8443" of "https://shop.example:8443/paid?no=1". */
static struct str origin_of(struct str url)
{
	size_t n = str_find(url, ':');

	n = n + 3 < url.n ? n + 3 : url.n;
	while (n < url.n && n < ORIGIN_MAX && url.p[n] != '/' && url.p[n] != '?' && url.p[n] != '#')
		n++;
	return (struct str){ url.p, n };
}

int64_t delivery_lane(int64_t app, struct str url)
{
	struct str origin = origin_of(url);
	uint8_t hash[SHA256_BYTES];
	char text[ORIGIN_MAX + 32];
	uint64_t number = 0;
	size_t n = 0;

	str_add(text, sizeof(text), &n, "%lld %.*s", (long long)app, (int)origin.n, origin.p);
	sha256((struct str){ text, n }, hash);
	for (size_t i = 0; i < sizeof(number); i++)
		number = number << 8 | hash[i];
	return -(int64_t)(number >> 2) - 1;
}
