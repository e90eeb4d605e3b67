/* The address guard: what REACH_PUBLIC may call, judged on the address and not on the name. */
#include "net/client.h"

#include "raw.h"
#include "served.h"
#include "sys/cleanup.h"
#include "tap.h"

/* clang-format off */
static const char *const CLOSED[] = {
	"127.0.0.1", "127.255.255.255", "10.0.0.0", "10.255.255.255", "172.16.0.1",
	"172.31.255.255", "192.168.0.1", "192.168.255.255", "169.254.169.254", "169.254.0.0",
	"100.64.0.0", "100.127.255.255", "0.0.0.0", "0.255.255.255", "192.0.0.1", "192.0.2.1",
	"192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.255",
	"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
	/* IPv6 */
	"::", "::1", "::2", "fe80::", "fe80::1", "febf::1", "fec0::1", "fc00::", "fc00::1",
	"fdff:ffff::1", "ff00::", "ff02::1", "100::1", "2001::1", "2001:1ff::1", "2001:db8::1",
	"2001:db8:ffff::", "2002:7f00:1::", "2002:808:808::", "3fff::1", "3fff:fff::1", "4000::1",
	"64:ff9b:1::1", "5f00::1",
	/* IPv4 inside IPv6 */
	"::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.1.2.3", "::ffff:169.254.169.254",
	"::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe",
	/* no address at all */
	"", "localhost", "127.1", "2130706433", "0x7f000001", "8.8.8.8 ", "8.8.8.8:80", "[::1]",
	"fe80::1%lo", "2606:4700::1111%eth0",
};
/* clang-format on */

static void g6_private_addresses_are_not_public(void)
{
	for (size_t i = 0; i < sizeof(CLOSED) / sizeof(CLOSED[0]); i++) {
		printf("# %s\n", CLOSED[i]);
		EXPECT(!net_address_is_public(CLOSED[i]));
	}
}

/* clang-format off */
static const char *const OPEN[] = {
	"1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
	"126.255.255.255", "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255",
	"172.32.0.0", "191.255.255.255", "192.0.1.1", "192.0.3.1", "192.167.255.255",
	"192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.112.1", "203.0.114.1",
	"223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2003::1", "240e::1",
	"2606:4700::1111", "3fff:1000::1", "3ffe::1", "2001:db7::1", "2001:db9::1",
	"::ffff:8.8.8.8", "64:ff9b::808:808",
};
/* clang-format on */

static void g6_other_addresses_are_public(void)
{
	for (size_t i = 0; i < sizeof(OPEN) / sizeof(OPEN[0]); i++) {
		printf("# %s\n", OPEN[i]);
		EXPECT(net_address_is_public(OPEN[i]));
	}
}

static void client_stop(struct net_client **c)
{
	net_client_stop(*c);
}

static struct net_ask get(const char *url)
{
	return (struct net_ask){ .method = "GET",
				 .url = url,
				 .body = STR(""),
				 .reach = REACH_PUBLIC,
				 .connect_ms = 30000,
				 .total_ms = 30000,
				 .answer_max = 1000 };
}

static void is_blocked(struct net_client *c, const char *url)
{
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask = get(url);

	printf("# %s\n", url);
	EXPECT_ERR(ERR_ADDRESS_BLOCKED, net_call(c, &ask, &got));
	EXPECT(!got.sent);
	EXPECT_INT(0, got.status);
}

/* Our own server, by every name that leads to it: it must not even see a connection. */
static void g6_loopback_is_blocked_in_every_notation(void)
{
	static const char *const HOSTS[] = {
		"127.0.0.1",    "2130706433", "0x7f000001",      "0x7F.0.0.1", "0177.0.0.1",
		"017700000001", "127.1",      "127.0.1",         "0",          "0.0.0.0",
		"localhost",    "LOCALHOST",  "%31%32%37.0.0.1",
	};
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	CLEANUP(client_stop) struct net_client *c = NULL;
	struct net_counts n;

	EXPECT_ERR(ERR_OK, net_client_start(clock_system(), &c));
	for (size_t i = 0; i < sizeof(HOSTS) / sizeof(HOSTS[0]); i++) {
		char url[128];

		(void)snprintf(url, sizeof(url), "http://%s%s/now", HOSTS[i],
			       strrchr(served_url(s), ':'));
		CALL(is_blocked(c, url));
	}
	net_server_counts(s->server, &n);
	EXPECT_INT(0, n.connections);
	EXPECT_INT(0, n.requests);
}

static void g6_private_networks_are_blocked_at_connect_time(void)
{
	static const char *const URLS[] = {
		"http://10.0.0.1/",    "https://10.0.0.1/",
		"http://172.16.0.1/",  "http://172.31.9.9/",
		"http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
		"http://2852039166/",  "http://100.64.0.1/",
		"http://0xa.1/",       "http://224.0.0.1/",
	};
	CLEANUP(client_stop) struct net_client *c = NULL;

	EXPECT_ERR(ERR_OK, net_client_start(clock_system(), &c));
	for (size_t i = 0; i < sizeof(URLS) / sizeof(URLS[0]); i++)
		CALL(is_blocked(c, URLS[i]));
}

static void g6_ipv6_forms_are_blocked(void)
{
	static const char *const URLS[] = {
		"http://[::1]/",
		"http://[0:0:0:0:0:0:0:1]/",
		"http://[::]/",
		"http://[::ffff:127.0.0.1]/",
		"http://[::ffff:7f00:1]/",
		"http://[fe80::1]/",
		"http://[fc00::1]/",
		"http://[64:ff9b::7f00:1]/",
		"http://[::127.0.0.1]/",
	};
	CLEANUP(client_stop) struct net_client *c = NULL;
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (fd < 0)
		SKIP("no IPv6 here");
	(void)close(fd);
	EXPECT_ERR(ERR_OK, net_client_start(clock_system(), &c));
	for (size_t i = 0; i < sizeof(URLS) / sizeof(URLS[0]); i++)
		CALL(is_blocked(c, URLS[i]));
}

/* As after a name was bound anew: the connection is there already, opened by a call that may. */
static void g6_a_kept_connection_is_guarded_too(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	CLEANUP(client_stop) struct net_client *c = NULL;
	struct net_counts n;
	char url[128];

	(void)snprintf(url, sizeof(url), "%s/now", served_url(s));
	EXPECT_ERR(ERR_OK, net_client_start(clock_system(), &c));
	for (int i = 0; i < 3; i++) {
		CLEANUP(net_got_free) struct net_got got = { 0 };
		struct net_ask ask = get(url);

		ask.reach = REACH_ANY;
		EXPECT_ERR(ERR_OK, net_call(c, &ask, &got));
		CALL(is_blocked(c, url));
	}
	net_server_counts(s->server, &n);
	EXPECT_INT(3, n.requests);
}

static void g6_the_host_is_read_as_it_is_called(void)
{
	static const struct {
		const char *url, *host;
		bool tls;
	} CASES[] = {
		{ "http://Example.COM/x", "example.com", false },
		{ "HTTPS://example.com:8443", "example.com", true },
		{ "http://2130706433/", "127.0.0.1", false },
		{ "http://0x7f.1:80/", "127.0.0.1", false },
		{ "http://[::1]:8080/", "::1", false },
		{ "http://[FE80::1]/", "fe80::1", false },
		{ "http://a.b/?u=http://c.d@e/", "a.b", false },
		{ "http://a.b#@c.d/", "a.b", false },
		{ "http://user@a.b/", NULL, false },
		{ "http://a:b@c.d/", NULL, false },
		{ "ftp://a.b/", NULL, false },
		{ "a.b", NULL, false },
		{ "http://a b/", NULL, false },
		{ "http://", NULL, false },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char host[64] = "untouched";
		bool tls = false;
		enum err e = net_url_host(str_of(CASES[i].url), host, sizeof(host), &tls);

		printf("# %s\n", CASES[i].url);
		EXPECT_ERR(CASES[i].host ? ERR_OK : ERR_INVALID, e);
		EXPECT_STR(CASES[i].host ? CASES[i].host : "untouched", host);
		EXPECT(tls == CASES[i].tls);
	}
	char small[4];
	bool tls;

	EXPECT_ERR(ERR_INVALID,
		   net_url_host(STR("http://long.example/"), small, sizeof(small), &tls));
}

static const struct tap_test TESTS[] = {
	TEST(g6_private_addresses_are_not_public),
	TEST(g6_other_addresses_are_public),
	TEST(g6_loopback_is_blocked_in_every_notation),
	TEST(g6_private_networks_are_blocked_at_connect_time),
	TEST(g6_ipv6_forms_are_blocked),
	TEST(g6_a_kept_connection_is_guarded_too),
	TEST(g6_the_host_is_read_as_it_is_called),
};

TAP_MAIN(TESTS)
