/* sandbox.c - `tael sandbox`: the platforms' side of the wire, on this machine. */
#include "sandbox/sandbox.h"

#include "base/str.h"
#include "cli/options.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

struct asked {
	struct sandbox_options options;
	const char *test_clock;
	bool json;
};

static int sandbox_run(int argc, char **argv);
static int read_options(int argc, char **argv, struct asked *asked);
static int serve(const char *name, const struct asked *asked);
static int failed(const char *name);
static void announce(const struct asked *asked, const struct sandbox *s);

const struct command CMD_SANDBOX = {
	.noun = "sandbox",
	.summary = "imitate the payment platforms on this machine",
	.help = "usage: tael sandbox [--listen ADDRESS] [--out DIR] [--notice-scale N]\n"
		"                    [--test-clock FILE] [--tls] [--json]\n"
		"\n"
		"Serves Alipay's gateway, WeChat Pay's APIv3 and QQ Wallet's addresses with keys\n"
		"of its own and plays the payer: open its address in a browser, or use its\n"
		"control API (docs/sandbox.md). All trades are in memory and gone when it stops;\n"
		"the keys in DIR are used again.\n"
		"\n"
		"  --listen ADDRESS    where to listen (127.0.0.1:8090); port 0: any free one\n"
		"  --out DIR           where keys and ready configurations go (tael-sandbox)\n"
		"  --notice-scale N    how fast notices are repeated, in thousandths of the\n"
		"                      platform's schedule, 0 to 1000 (1: 240 ms for 4 minutes)\n"
		"  --test-clock FILE   add the offset that FILE holds to the clock\n"
		"  --tls               serve https, by an authority of its own (DIR/ca.pem), and\n"
		"                      want the client's certificate where the platform does\n"
		"  --json              print {\"listening\":\"http://...\"} once it answers\n"
		"\n"
		"  tael sandbox --out /tmp/sandbox\n"
		"  tael channel add --channel alipay --config /tmp/sandbox/alipay.json ...\n",
	.run = sandbox_run,
};

static int sandbox_run(int argc, char **argv)
{
	struct asked asked = {
		.options = { .listen = "127.0.0.1:8090", .out = "tael-sandbox", .notice_scale = 1 },
	};
	int code = read_options(argc, argv, &asked);

	return code == CLI_OK ? serve(argv[0], &asked) : code;
}

static int read_options(int argc, char **argv, struct asked *asked)
{
	struct sandbox_options *o = &asked->options;
	const char *listen = NULL, *out = NULL, *scale = NULL;
	const struct cli_option options[] = {
		OPT_TEXT("listen", &listen),      OPT_TEXT("out", &out),
		OPT_TEXT("notice-scale", &scale), OPT_TEXT("test-clock", &asked->test_clock),
		OPT_FLAG("tls", &o->tls),         OPT_JSON(&asked->json),
	};

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	o->listen = listen ? listen : o->listen;
	o->out = out ? out : o->out;
	if (scale && str_integer(str_of(scale), 0, 1000, &o->notice_scale) != ERR_OK)
		return cli_usage(argv[0], "--notice-scale is 0 to 1000, not '%s'", scale);
	return CLI_OK;
}

static int serve(const char *name, const struct asked *asked)
{
	struct sandbox_options options = asked->options;
	struct clock *mapped = NULL;
	struct sandbox *s;
	sigset_t stops;
	int got;

	/* Blocked before any thread starts, so that only sigwait takes them. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &stops, NULL);

	options.rand = rand_system();
	options.clock = clock_system();
	if (asked->test_clock) {
		if (clock_mapped(asked->test_clock, &mapped) != ERR_OK)
			return failed(name);
		options.clock = mapped;
	}
	if (sandbox_start(&options, &s) != ERR_OK) {
		clock_free(mapped);
		return failed(name);
	}
	announce(asked, s);
	(void)sigwait(&stops, &got);
	sandbox_stop(s);
	clock_free(mapped);
	return CLI_OK;
}

static int failed(const char *name)
{
	fprintf(stderr, "%s: %s\n", name, err_text());
	return CLI_FAILED;
}

static void announce(const struct asked *asked, const struct sandbox *s)
{
	if (asked->json)
		printf("{\"listening\":\"%s\"}\n", sandbox_url(s));
	else
		printf("The sandbox is at %s/ (open it in a browser; stop with Ctrl-C).\n"
		       "Configurations for `tael channel add --config`:\n"
		       "  %s/alipay.json       key mode\n"
		       "  %s/alipay-cert.json  certificate mode\n"
		       "  %s/wechat.json       public key mode\n"
		       "  %s/wechat-cert.json  certificate mode\n"
		       "  %s/qq.json           QQ Wallet\n"
		       "%s",
		       sandbox_url(s), asked->options.out, asked->options.out, asked->options.out,
		       asked->options.out, asked->options.out,
		       asked->options.tls
			       ? ""
			       : "Without --tls nobody is asked for a client's certificate.\n");
	(void)fflush(stdout);
}
