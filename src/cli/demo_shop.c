/* demo_shop.c - the shop's end of the webhooks, and the calls that the demo makes. */
#include "cli/demo.h"

#include "base/codec.h"
#include "sys/cleanup.h"
#include "sys/crypto.h"
#include "sys/file.h"
#include "sys/json.h"

#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD_MS = 10000, EVENT_MAX = 65536, ANSWER_MAX = 1 << 20 };

static void begin(void *self, struct net_request *r);
static void handle(void *self, struct net_request *r);
static void end(void *self, struct net_request *r);
static bool signature_fits(const struct demo_shop *shop, const struct net_request *r);

enum err demo_shop_open(struct demo_shop *shop)
{
	struct net_handler handler = { begin, handle, end, shop };

	if (pthread_mutex_init(&shop->lock, NULL) != 0)
		FAIL(ERR_INTERNAL, "no lock");
	clock_cond_init(&shop->told);
	return net_server_start("127.0.0.1:0", NULL, &handler, &shop->server);
}

void demo_shop_close(struct demo_shop *shop)
{
	if (!shop->server)
		return;
	net_server_stop(shop->server);
	pthread_cond_destroy(&shop->told);
	pthread_mutex_destroy(&shop->lock);
}

static void begin(void *self, struct net_request *r)
{
	(void)self;
	if (net_take(r, EVENT_MAX) != ERR_OK)
		net_reply(r, &(struct net_answer){ .status = 413 });
}

static void handle(void *self, struct net_request *r)
{
	struct demo_shop *shop = self;
	char type[48] = "";
	struct jin in;

	jin_open(&in, net_body(r));
	jin_text(&in, "type", JIN_NEEDED, type, sizeof(type));
	jin_allow_unknown(&in);
	if (jin_done(&in) != ERR_OK || !signature_fits(shop, r)) {
		net_reply(r, &(struct net_answer){ .status = 400 });
		return;
	}
	pthread_mutex_lock(&shop->lock);
	if (shop->n < DEMO_EVENTS_MAX)
		memcpy(shop->types[shop->n++], type, sizeof(type));
	pthread_cond_broadcast(&shop->told);
	pthread_mutex_unlock(&shop->lock);
	net_reply(r, &(struct net_answer){ .status = 204 });
}

static void end(void *self, struct net_request *r)
{
	(void)self;
	(void)r;
}

/* Standard Webhooks: base64(HMAC-SHA256(secret, id.timestamp.body)). */
static bool signature_fits(const struct demo_shop *shop, const struct net_request *r)
{
	struct str id = net_header(r, "webhook-id"), at = net_header(r, "webhook-timestamp");
	struct str body = net_body(r), given = net_header(r, "webhook-signature");
	uint8_t key[64], mac[SHA256_BYTES];
	char want[BASE64_TEXT(SHA256_BYTES) + 3] = "v1,";
	CLEANUP(text_freep) char *text = NULL;
	size_t key_n, n = id.n + at.n + body.n + 3;

	if (base64_read(str_skip(str_of(shop->secret), strlen("whsec_")), key, sizeof(key),
			&key_n) != ERR_OK)
		return false;
	text = malloc(n);
	if (!text)
		return false;
	(void)snprintf(text, n, "%.*s.%.*s.", (int)id.n, id.p, (int)at.n, at.p);
	memcpy(text + id.n + at.n + 2, body.p, body.n);
	hmac_sha256((struct str){ (const char *)key, key_n },
		    (struct str){ text, id.n + at.n + 2 + body.n }, mac);
	(void)base64_write(mac, sizeof(mac), want + 3);
	return given.n >= strlen(want) && memcmp(given.p, want, strlen(want)) == 0;
}

bool demo_shop_told(struct demo_shop *shop, const char *type)
{
	struct clock *clock = clock_system();
	int64_t until = clock->mono_ms(clock) + TOLD_MS;
	bool told = false;

	pthread_mutex_lock(&shop->lock);
	for (;;) {
		for (size_t i = 0; i < shop->n && !told; i++)
			told = strcmp(shop->types[i], type) == 0;
		if (told || clock->mono_ms(clock) >= until)
			break;
		(void)clock->wait(clock, &shop->told, &shop->lock, until);
	}
	pthread_mutex_unlock(&shop->lock);
	return told;
}

/* --- calls --- */

static enum err call(struct demo *d, const char *base, const char *method, const char *path,
		     const char *body, char **answer)
{
	CLEANUP(net_got_free) struct net_got got = { 0 };
	char url[600], bearer[160];
	struct net_field field = { "Authorization", { bearer, 0 } };
	struct net_ask ask = { .method = method,
			       .url = url,
			       .type = body ? "application/json" : NULL,
			       .body = str_of(body),
			       .fields = &field,
			       .fields_n = base == d->server.url, /* the key is the server's */
			       .reach = REACH_ANY,
			       .connect_ms = 3000,
			       .total_ms = 20000,
			       .answer_max = ANSWER_MAX };

	(void)snprintf(url, sizeof(url), "%s%s", base, path);
	(void)snprintf(bearer, sizeof(bearer), "Bearer %s", d->key);
	field.value = str_of(bearer);
	TRY(net_call(d->client, &ask, &got));
	if (got.status < 200 || got.status > 299)
		FAIL(ERR_INTERNAL, "%s %s: %d %.120s", method, path, got.status,
		     got.body ? got.body : "");
	*answer = TAKE(got.body);
	return ERR_OK;
}

enum err demo_api(struct demo *d, const char *method, const char *path, const char *body,
		  char **answer)
{
	return call(d, d->server.url, method, path, body, answer);
}

enum err demo_sandbox(struct demo *d, const char *path, const char *body, char **answer)
{
	return call(d, d->sandbox.url, "POST", path, body, answer);
}

/* Enters "action" for "action.qrcode". */
static bool enter(struct jin *root, const char *path, struct jin *in, const char **key)
{
	const char *dot = strchr(path, '.');
	char outer[32];

	*key = path;
	if (!dot)
		return false;
	(void)snprintf(outer, sizeof(outer), "%.*s", (int)(dot - path), path);
	*key = dot + 1;
	return jin_enter(root, outer, JIN_NEEDED, in);
}

enum err demo_text(const char *json, const char *path, char *out, size_t cap)
{
	struct jin root, in;
	const char *key;

	jin_open(&root, str_of(json));
	jin_allow_unknown(&root);
	if (enter(&root, path, &in, &key)) {
		jin_text(&in, key, JIN_NEEDED, out, cap);
		jin_leave(&in);
	} else {
		jin_text(&root, key, JIN_NEEDED, out, cap);
	}
	return jin_done(&root);
}

enum err demo_integer(const char *json, const char *path, int64_t *out)
{
	struct jin root, in;
	const char *key;

	jin_open(&root, str_of(json));
	jin_allow_unknown(&root);
	if (enter(&root, path, &in, &key)) {
		jin_integer(&in, key, JIN_NEEDED, INT64_MIN, INT64_MAX, out);
		jin_leave(&in);
	} else {
		jin_integer(&root, key, JIN_NEEDED, INT64_MIN, INT64_MAX, out);
	}
	return jin_done(&root);
}

void demo_qr(const char *text)
{
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);

	if (!code)
		return;
	for (int y = -2; y < code->width + 2; y += 2) {
		fputs("    ", stdout);
		for (int x = -2; x < code->width + 2; x++) {
			bool dark[2];

			for (int k = 0; k < 2; k++) {
				bool inside = x >= 0 && y + k >= 0 && x < code->width &&
					      y + k < code->width;

				dark[k] = inside && code->data[(y + k) * code->width + x] & 1;
			}
			/* Light modules are drawn: a terminal's ground is dark. */
			fputs(dark[0] ? (dark[1] ? " " : "▄") : (dark[1] ? "▀" : "█"), stdout);
		}
		fputc('\n', stdout);
	}
	QRcode_free(code);
}
