/* delivery_send.c - one webhook: signed, sent, judged.
 *
 * Source: Standard Webhooks 1.0.0, https://github.com/standard-webhooks/standard-webhooks:
 * webhook-id, webhook-timestamp in seconds, webhook-signature "v1,<base64 HMAC-SHA256 of
 * id.timestamp.body>", several with a space between; the key is what "whsec_" is followed by, in
 * base64.
 */
#include "app/delivery.h"

#include "base/check.h"
#include "base/codec.h"
#include "net/client.h"
#include "sys/cleanup.h"
#include "sys/file.h"
#include "sys/crypto.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SIGNATURE_TEXT = 2 * (3 + BASE64_TEXT(SHA256_BYTES)), NUMBER_TEXT = 24, DELIVERY_BYTES = 8 };

/* What is kept while the call is out. */
struct pending {
	delivery_done *done;
	void *arg;
	bool compat;
};

/* The texts of the header fields. */
struct headers {
	char id[ID_TEXT], timestamp[NUMBER_TEXT], signature[SIGNATURE_TEXT];
	char delivery[2 * DELIVERY_BYTES + 1];
};

static enum err headers_make(const struct services *s, const struct delivery_letter *l,
			     struct headers *h);
static enum err signature_add(const struct secret *key, struct str signed_text, char *out,
			      size_t *n);
static void came(void *arg, enum err e, struct net_got *got);
static void judge(enum err e, const struct net_got *got, bool compat, struct delivery_result *r);
static bool body_says(struct str body, const char *word);

enum err delivery_send(const struct services *s, const struct delivery_letter *l,
		       delivery_done *done, void *arg)
{
	struct headers h;
	struct pending *p;
	enum err e;

	TRY(headers_make(s, l, &h));
	p = malloc(sizeof(*p));
	CHECK(p != NULL);
	*p = (struct pending){ done, arg, l->compat };

	const struct net_field fields[] = {
		{ "webhook-id", str_of(h.id) },
		{ "webhook-timestamp", str_of(h.timestamp) },
		{ "webhook-signature", str_of(h.signature) },
		{ "tael-delivery", str_of(h.delivery) },
		{ "User-Agent", STR("Tael") },
	};

	e = net_call_async(
		s->client,
		&(struct net_ask){ .method = "POST",
				   .url = l->url,
				   .type = "application/json",
				   .body = l->item->body,
				   .fields = fields,
				   .fields_n = sizeof(fields) / sizeof(fields[0]),
				   .reach = s->allow_private_webhooks ? REACH_ANY : REACH_PUBLIC,
				   .connect_ms = DELIVERY_CONNECT_MS,
				   .total_ms = DELIVERY_TOTAL_MS,
				   .answer_max = DELIVERY_ANSWER_MAX },
		came, p);
	if (e)
		free(p);
	return e;
}

/* webhook-id is the event's on every try, so a receiver knows it again; tael-delivery is new each
 * time. */
static enum err headers_make(const struct services *s, const struct delivery_letter *l,
			     struct headers *h)
{
	CLEANUP(text_freep) char *text = NULL;
	size_t n = 0, cap = l->item->body.n + ID_TEXT + NUMBER_TEXT + 3;

	if (l->keys_n == 0)
		FAIL(ERR_CORRUPT, "the signing secret cannot be opened");
	id_write(ID_EVENT, l->item->event, h->id);
	str_add(h->timestamp, sizeof(h->timestamp), &n, "%" PRId64,
		s->clock->wall_ms(s->clock) / 1000);
	rand_hex(s->rand, DELIVERY_BYTES, h->delivery);

	text = malloc(cap);
	CHECK(text != NULL);
	n = 0;
	str_add(text, cap, &n, "%s.%s.", h->id, h->timestamp);
	memcpy(text + n, l->item->body.p, l->item->body.n);

	struct str signed_text = { text, n + l->item->body.n };

	n = 0;
	for (size_t i = 0; i < l->keys_n; i++)
		TRY(signature_add(&l->keys[i], signed_text, h->signature, &n));
	return ERR_OK;
}

static enum err signature_add(const struct secret *key, struct str signed_text, char *out,
			      size_t *n)
{
	struct str text = secret_reveal(key);
	uint8_t bytes[SIGNING_SECRET_TEXT], mac[SHA256_BYTES];
	char encoded[BASE64_TEXT(SHA256_BYTES)];
	size_t bytes_n;
	enum err e;

	if (!str_starts(text, "whsec_"))
		FAIL(ERR_CORRUPT, "a signing secret does not begin with whsec_");
	e = base64_read(str_skip(text, 6), bytes, sizeof(bytes), &bytes_n);
	if (!e)
		hmac_sha256((struct str){ (const char *)bytes, bytes_n }, signed_text, mac);
	wipe(bytes, sizeof(bytes));
	if (e)
		FAIL(ERR_CORRUPT, "a signing secret is not base64");
	(void)base64_write(mac, sizeof(mac), encoded);
	str_add(out, SIGNATURE_TEXT, n, "%sv1,%s", *n > 0 ? " " : "", encoded);
	return ERR_OK;
}

static void came(void *arg, enum err e, struct net_got *got)
{
	struct pending p = *(struct pending *)arg;
	struct delivery_result r = { .took_ms = got->took_ms };

	free(arg);
	judge(e, got, p.compat, &r);
	if (got->body_n > CALL_BODY_MAX)
		got->body[CALL_BODY_MAX] = '\0';
	r.answer = TAKE(got->body);
	net_got_free(got);
	p.done(p.arg, &r);
}

static void judge(enum err e, const struct net_got *got, bool compat, struct delivery_result *r)
{
	struct str body = { got->body ? got->body : "", got->body ? got->body_n : 0 };

	r->status = got->status;
	r->stopped = e == ERR_STOPPING;
	if (e) {
		str_copy_cut(r->error, sizeof(r->error), str_of(err_text()));
		return;
	}
	r->ok = got->status >= 200 && got->status <= 299;
	/* Receivers made for the platforms say so in the body, and may say no with 200. */
	if (compat && body_says(body, "success"))
		r->ok = true;
	if (compat && (body_says(body, "fail") || body_says(body, "failure")))
		r->ok = false;
	if (!r->ok) {
		size_t n = 0;

		str_add(r->error, sizeof(r->error), &n, "answered %d", got->status);
	}
}

/* In any letter case, after a byte order mark, with white space around it. */
static bool body_says(struct str body, const char *word)
{
	if (str_starts(body, "\xef\xbb\xbf"))
		body = str_skip(body, 3);
	body = str_trim(body);
	return body.n == strlen(word) && strncasecmp(body.p, word, body.n) == 0;
}

void delivery_log(const struct services *s, const struct delivery_letter *l,
		  const struct delivery_result *r)
{
	call_log_write(s->calls, &(struct call_line){ .merchant = l->merchant,
						      .app = l->app,
						      .direction = "out",
						      .kind = "webhook",
						      .operation = l->item->type,
						      .url = l->url,
						      .status = r->status,
						      .error = r->error,
						      .took_ms = r->took_ms,
						      .order = l->item->order,
						      .event = l->item->event,
						      .endpoint = l->lane > 0 ? l->lane : 0,
						      .ask = l->item->body,
						      .answer = str_of(r->answer) });
}
