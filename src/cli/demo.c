/* demo.c - `tael demo`: an order paid through each platform's protocol, one with points deducted,
 * the shop told, a refund to both legs, the books verified; all on this machine, in a folder that
 * is removed again.
 */
#include "cli/demo.h"

#include "base/check.h"

#include "cli/options.h"
#include "cli/parts.h"
#include "sys/cleanup.h"
#include "sys/crypto.h"
#include "sys/file.h"

#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run(int argc, char **argv);

const struct command CMD_DEMO = {
	.noun = "demo",
	.summary = "take a payment with points in a sandbox, refund it, verify the books",
	.help = "usage: tael demo [--keep]\n"
		"\n"
		"Starts a sandbox of the platforms and a server with a fresh store on free\n"
		"ports, takes a payment by each platform's QR code and one combined with points,\n"
		"refunds one, verifies the books, tells the story and removes everything.\n"
		"\n"
		"  --keep   keep serving afterwards, with addresses, a test key and a QR code to\n"
		"           pay; Ctrl-C ends it\n"
		"\n"
		"  tael demo\n",
	.run = run,
};

static enum err story(struct demo *d);
static enum err open_world(struct demo *d);
static enum err set_up(struct demo *d);
static enum err add_channels(struct demo *d);
static enum err plain_payment(struct demo *d, const struct channel *ch);
static enum err combined_payment(struct demo *d, char order[32]);
static enum err give_back(struct demo *d, const char *order);
static enum err verify(struct demo *d);
static enum err keep_serving(struct demo *d);
static enum err begin_payment(struct demo *d, const char *order_body, const char *pay_body,
			      char order[32], char number[65]);
static enum err paid_by_payer(struct demo *d, const char *channel, const char *order,
			      const char *number);
static bool is_imitated(const struct demo *d, const struct channel *ch);
static void config_path(const struct demo *d, const struct channel *ch, char out[320]);
static void close_world(struct demo *d);

static int run(int argc, char **argv)
{
	struct demo *d;
	bool keep;
	const struct cli_option options[] = { OPT_FLAG("keep", &keep) };
	enum err e;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	d = calloc(1, sizeof(*d));
	CHECK(d);
	d->keep = keep;
	e = story(d);
	if (e != ERR_OK) {
		(void)cli_failed(argv[0], e);
		fprintf(stderr, "what the server and the sandbox said: %s\n", d->log);
		d->keep = true; /* the log is worth reading */
	}
	close_world(d);
	free(d);
	return e == ERR_OK ? CLI_OK : CLI_FAILED;
}

static enum err story(struct demo *d)
{
	char order[32];

	TRY(open_world(d));
	TRY(set_up(d));
	for (size_t i = 0; CHANNELS[i]; i++)
		if (is_imitated(d, CHANNELS[i]))
			TRY(plain_payment(d, CHANNELS[i]));
	TRY(combined_payment(d, order));
	TRY(give_back(d, order));
	TRY(verify(d));
	return d->keep ? keep_serving(d) : ERR_OK;
}

static enum err open_world(struct demo *d)
{
	const char *base = getenv("TMPDIR");
	char out[2048];

	(void)snprintf(d->dir, sizeof(d->dir), "%.200s/tael-demo-XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(d->dir))
		FAIL(ERR_IO, "no folder like %s can be made", d->dir);
	(void)snprintf(d->data, sizeof(d->data), "%s/data", d->dir);
	(void)snprintf(d->log, sizeof(d->log), "%s/log", d->dir);
	TRY(net_client_start(clock_system(), &d->client));
	TRY(demo_shop_open(&d->shop));
	TRY(demo_start(d->log,
		       (const char *const[]){ "sandbox", "--listen", "127.0.0.1:0", "--out", d->dir,
					      "--json", NULL },
		       &d->sandbox));
	printf("  沙箱 sandbox    %s imitates the platforms\n", d->sandbox.url);
	TRY(demo_run(d->log, (const char *const[]){ "init", "--data", d->data, "--json", NULL },
		     out, sizeof(out)));
	TRY(demo_text(out, "merchant", d->merchant, sizeof(d->merchant)));
	TRY(demo_text(out, "key", d->key, sizeof(d->key)));
	TRY(add_channels(d));
	TRY(demo_start(d->log,
		       (const char *const[]){ "serve", "--data", d->data, "--listen", "127.0.0.1:0",
					      "--allow-private-webhooks", "--json", NULL },
		       &d->server));
	printf("  服务 server     %s with a fresh store\n", d->server.url);
	return ERR_OK;
}

static enum err add_channels(struct demo *d)
{
	for (size_t i = 0; CHANNELS[i]; i++) {
		const char *name = CHANNELS[i]->caps.name;
		char config[320], out[2048];

		if (!is_imitated(d, CHANNELS[i]))
			continue;
		config_path(d, CHANNELS[i], config);
		TRY(demo_run(d->log,
			     (const char *const[]){ "channel", "add", "--data", d->data,
						    "--merchant", d->merchant, "--channel", name,
						    "--name", name, "--config", config, NULL },
			     out, sizeof(out)));
	}
	return ERR_OK;
}

/* The sandbox has written a configuration for it. */
static bool is_imitated(const struct demo *d, const struct channel *ch)
{
	char config[320];

	config_path(d, ch, config);
	return access(config, R_OK) == 0;
}

static void config_path(const struct demo *d, const struct channel *ch, char out[320])
{
	(void)snprintf(out, 320, "%s/%s.json", d->dir, ch->caps.name);
}

/* Points worth one fen each, some of them for user 7, and the shop's webhook. */
static enum err set_up(struct demo *d)
{
	static const char *const CALLS[][2] = {
		{ "/v1/assets",
		  "{\"code\":\"gold\",\"name\":\"金币\",\"kind\":\"points\",\"scale\":0,"
		  "\"pay\":{\"units\":1,\"fen\":1,\"max_percent\":50}}" },
		{ "/v1/reasons", "{\"code\":300002,\"name\":\"红包\",\"name_en\":\"red packet\","
				 "\"from\":\"system\",\"to\":\"user\"}" },
		{ "/v1/assets/gold/issue", "{\"request_id\":\"demo-issue\",\"amount\":100000}" },
		{ "/v1/transfers", "{\"request_id\":\"demo-gift\",\"from\":\"system/gold\","
				   "\"to\":\"user:7/gold\",\"amount\":500,\"reason\":300002}" },
	};
	CLEANUP(text_freep) char *hook = NULL;
	char body[400];

	for (size_t i = 0; i < sizeof(CALLS) / sizeof(CALLS[0]); i++) {
		CLEANUP(text_freep) char *answer = NULL;

		TRY(demo_api(d, "POST", CALLS[i][0], CALLS[i][1], &answer));
	}
	(void)snprintf(body, sizeof(body), "{\"url\":\"%s/hook\",\"events\":[\"*\"]}",
		       net_server_url(d->shop.server));
	TRY(demo_api(d, "POST", "/v1/webhook_endpoints", body, &hook));
	TRY(demo_text(hook, "secret", d->shop.secret, sizeof(d->shop.secret)));
	printf("  积分 points     100000 gold issued, 500 of them given to user:7\n");
	return ERR_OK;
}

static enum err plain_payment(struct demo *d, const struct channel *ch)
{
	char order[32], number[65], order_body[160], pay_body[64];

	(void)snprintf(order_body, sizeof(order_body),
		       "{\"out_order_no\":\"demo-%s\",\"amount\":2500,\"subject\":\"龙井 tea\"}",
		       ch->caps.name);
	(void)snprintf(pay_body, sizeof(pay_body), "{\"method\":\"%s.qr\"}", ch->caps.name);
	TRY(begin_payment(d, order_body, pay_body, order, number));
	TRY(paid_by_payer(d, ch->caps.name, order, number));
	printf("  订单 order      25.00 yuan paid by the QR code of %s %s\n", ch->caps.title,
	       ch->caps.title_en);
	return ERR_OK;
}

static enum err combined_payment(struct demo *d, char order[32])
{
	CLEANUP(text_freep) char *account = NULL;
	char number[65];
	int64_t gold;

	TRY(begin_payment(
		d,
		"{\"out_order_no\":\"demo-2\",\"amount\":8800,\"subject\":\"茶具 tea set\","
		"\"user\":\"7\"}",
		"{\"method\":\"alipay.qr\",\"wallets\":[{\"asset\":\"gold\","
		"\"amount\":200}]}",
		order, number));
	printf("  订单 order      88.00 yuan: 200 gold set aside, 86.00 asked of Alipay\n");
	TRY(paid_by_payer(d, "alipay", order, number));
	TRY(demo_api(d, "GET", "/v1/accounts/user:7/gold", NULL, &account));
	TRY(demo_integer(account, "balance", &gold));
	printf("  扣减 captured   the payer paid; user:7 has %" PRId64 " gold left\n", gold);
	if (!demo_shop_told(&d->shop, "order.paid"))
		FAIL(ERR_INTERNAL, "the shop's webhook was not told order.paid");
	printf("  通知 webhook    the shop was told order.paid, signature right\n");
	return ERR_OK;
}

static enum err begin_payment(struct demo *d, const char *order_body, const char *pay_body,
			      char order[32], char number[65])
{
	CLEANUP(text_freep) char *made = NULL, *attempt = NULL;
	char path[80];

	TRY(demo_api(d, "POST", "/v1/orders", order_body, &made));
	TRY(demo_text(made, "id", order, 32));
	(void)snprintf(path, sizeof(path), "/v1/orders/%s/pay", order);
	TRY(demo_api(d, "POST", path, pay_body, &attempt));
	return demo_text(attempt, "number", number, 65);
}

/* The payer scans and pays in the sandbox.  This server has no public address, so no notice reaches
 * it: the order is synced, as a shop behind a router would have its jobs do. */
static enum err paid_by_payer(struct demo *d, const char *channel, const char *order,
			      const char *number)
{
	CLEANUP(text_freep) char *paid = NULL, *synced = NULL;
	char body[160], path[80], status[16];

	(void)snprintf(body, sizeof(body), "{\"channel\":\"%s\",\"out_trade_no\":\"%s\"}", channel,
		       number);
	TRY(demo_sandbox(d, "/sandbox/pay", body, &paid));
	(void)snprintf(path, sizeof(path), "/v1/orders/%s/sync", order);
	TRY(demo_api(d, "POST", path, NULL, &synced));
	TRY(demo_text(synced, "status", status, sizeof(status)));
	if (strcmp(status, "paid") != 0)
		FAIL(ERR_INTERNAL, "the order is %s, not paid", status);
	return ERR_OK;
}

static enum err give_back(struct demo *d, const char *order)
{
	CLEANUP(text_freep) char *refund = NULL, *account = NULL;
	char path[80], status[16];
	int64_t gold;

	(void)snprintf(path, sizeof(path), "/v1/orders/%s/refunds", order);
	TRY(demo_api(d, "POST", path,
		     "{\"out_refund_no\":\"demo-r1\",\"amount\":4400,\"note\":\"half\"}", &refund));
	TRY(demo_text(refund, "status", status, sizeof(status)));
	if (strcmp(status, "succeeded") != 0)
		FAIL(ERR_INTERNAL, "the refund is %s", status);
	TRY(demo_api(d, "GET", "/v1/accounts/user:7/gold", NULL, &account));
	TRY(demo_integer(account, "balance", &gold));
	printf("  退款 refund     44.00 yuan back over both legs: 43.00 by Alipay, %" PRId64
	       " gold now with user:7\n",
	       gold);
	if (!demo_shop_told(&d->shop, "refund.succeeded"))
		FAIL(ERR_INTERNAL, "the shop's webhook was not told refund.succeeded");
	printf("  通知 webhook    the shop was told refund.succeeded\n");
	return ERR_OK;
}

static enum err verify(struct demo *d)
{
	char out[4096];

	TRY(demo_run(d->log, (const char *const[]){ "verify", "--data", d->data, NULL }, out,
		     sizeof(out)));
	printf("  对账 verify     every balance, hold and hash recomputed: the books agree\n");
	return ERR_OK;
}

static enum err keep_serving(struct demo *d)
{
	CLEANUP(text_freep) char *made = NULL, *attempt = NULL;
	char order[32], code[256], path[80];
	sigset_t signals;
	int got;

	TRY(demo_api(d, "POST", "/v1/orders",
		     "{\"out_order_no\":\"demo-3\",\"amount\":100,\"subject\":\"try it\"}", &made));
	TRY(demo_text(made, "id", order, sizeof(order)));
	(void)snprintf(path, sizeof(path), "/v1/orders/%s/pay", order);
	TRY(demo_api(d, "POST", path, "{\"method\":\"alipay.qr\"}", &attempt));
	TRY(demo_text(attempt, "action.qrcode", code, sizeof(code)));
	printf("\n  An order of 1.00 yuan waits to be paid:\n\n");
	demo_qr(code);
	printf("\n  API       %s   (docs: %s/openapi.json)\n  key       %s\n  sandbox   %s   "
	       "(pay %s there)\n  Ctrl-C ends it.\n",
	       d->server.url, d->server.url, d->key, d->sandbox.url, order);
	(void)fflush(stdout);
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	(void)sigwait(&signals, &got);
	d->keep = false;
	return ERR_OK;
}

static void remove_tree(const char *path)
{
	DIR *dir = opendir(path);

	for (struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
		char inner[1024];

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name) >= (int)sizeof(inner))
			continue;
		if (unlink(inner) != 0)
			remove_tree(inner);
	}
	if (dir)
		(void)closedir(dir);
	(void)rmdir(path);
}

static void close_world(struct demo *d)
{
	demo_stop(&d->server);
	demo_stop(&d->sandbox);
	demo_shop_close(&d->shop);
	if (d->client)
		net_client_stop(d->client);
	if (d->dir[0] != '\0' && !d->keep)
		remove_tree(d->dir);
}
