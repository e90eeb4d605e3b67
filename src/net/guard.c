/* guard.c - which addresses are public. */
#include "net/call.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* The first `bits` of `net`. */
struct range4 {
	uint32_t net;
	int bits;
};

struct range6 {
	uint8_t net[6];
	int bits;
};

#define IP4(a, b, c) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8)

/* Source: IANA IPv4 Special-Purpose Address Registry (RFC 6890), RFC 5771 and RFC 1112. */
static const struct range4 CLOSED4[] = {
	{ IP4(0, 0, 0), 8 },       /* this host */
	{ IP4(10, 0, 0), 8 },      /* private */
	{ IP4(100, 64, 0), 10 },   /* carrier-grade NAT */
	{ IP4(127, 0, 0), 8 },     /* loopback */
	{ IP4(169, 254, 0), 16 },  /* link-local, clouds' metadata */
	{ IP4(172, 16, 0), 12 },   /* private */
	{ IP4(192, 0, 0), 24 },    /* protocol assignments */
	{ IP4(192, 0, 2), 24 },    /* documentation */
	{ IP4(192, 88, 99), 24 },  /* 6to4 relays, deprecated */
	{ IP4(192, 168, 0), 16 },  /* private */
	{ IP4(198, 18, 0), 15 },   /* benchmarking */
	{ IP4(198, 51, 100), 24 }, /* documentation */
	{ IP4(203, 0, 113), 24 },  /* documentation */
	{ IP4(224, 0, 0), 4 },     /* multicast */
	{ IP4(240, 0, 0), 4 },     /* reserved, broadcast */
};

/* Of 2000::/3, outside of which nothing is public.  Source: IANA IPv6 Special-Purpose Address
 * Registry, RFC 4291. */
static const struct range6 CLOSED6[] = {
	{ { 0x20, 0x01, 0x00, 0x00 }, 23 }, /* protocol assignments, Teredo, ORCHID */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x20, 0x02 }, 16 },             /* 6to4: carries any IPv4 address */
	{ { 0x3f, 0xff, 0x00 }, 20 },       /* documentation */
};

/* Prefixes of 96 bits that are followed by an IPv4 address. */
static const uint8_t MAPPED[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
static const uint8_t NAT64[12] = { 0x00, 0x64, 0xff, 0x9b };

static bool public4(const uint8_t a[4]);
static bool public6(const uint8_t a[16]);
static bool same_bits(const uint8_t *a, const uint8_t *b, int bits);

bool guard_is_public(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET) {
		struct sockaddr_in v4;
		uint8_t bytes[4];

		memcpy(&v4, a, sizeof(v4));
		memcpy(bytes, &v4.sin_addr, sizeof(bytes));
		return public4(bytes);
	}
	if (a->sa_family == AF_INET6) {
		struct sockaddr_in6 v6;

		memcpy(&v6, a, sizeof(v6));
		return public6(v6.sin6_addr.s6_addr);
	}
	return false;
}

bool net_address_is_public(const char *address)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, address, bytes) == 1)
		return public4(bytes);
	if (inet_pton(AF_INET6, address, bytes) == 1)
		return public6(bytes);
	return false;
}

static bool public4(const uint8_t a[4])
{
	uint32_t n = IP4(a[0], a[1], a[2]) | a[3];

	for (size_t i = 0; i < sizeof(CLOSED4) / sizeof(CLOSED4[0]); i++) {
		if ((n ^ CLOSED4[i].net) >> (32 - CLOSED4[i].bits) == 0)
			return false;
	}
	return true;
}

static bool public6(const uint8_t a[16])
{
	if (memcmp(a, MAPPED, sizeof(MAPPED)) == 0 || memcmp(a, NAT64, sizeof(NAT64)) == 0)
		return public4(a + 12);
	if ((a[0] & 0xe0) != 0x20)
		return false;
	for (size_t i = 0; i < sizeof(CLOSED6) / sizeof(CLOSED6[0]); i++) {
		if (same_bits(a, CLOSED6[i].net, CLOSED6[i].bits))
			return false;
	}
	return true;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, int bits)
{
	int whole = bits / 8, rest = bits % 8;

	return memcmp(a, b, (size_t)whole) == 0 &&
	       (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}
