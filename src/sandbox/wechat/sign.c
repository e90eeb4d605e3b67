#include "sandbox/wechat/sign.h"

#include "base/codec.h"
#include "sys/cleanup.h"
#include "sys/crypto.h"

#include <inttypes.h>
#include <string.h>

/* Older than the shop may accept. */
#define STALE_MS INT64_C(3600000)

static void letters(struct rand *self, void *out, size_t n);
static void add_line(struct text *out, struct str line);

/* Randomness that gives letters and digits: the nonce of an envelope is text. */
struct letters {
	struct rand rand;
	struct rand *from;
};

void wx_request_string(const struct wx_signed *r, struct text *out)
{
	add_line(out, r->method);
	text_add(out, r->path);
	if (r->query.n > 0) {
		text_put(out, "?");
		text_add(out, r->query);
	}
	text_put(out, "\n");
	add_line(out, r->timestamp);
	add_line(out, r->nonce);
	add_line(out, r->body);
}

void wx_answer_string(struct str timestamp, struct str nonce, struct str body, struct text *out)
{
	add_line(out, timestamp);
	add_line(out, nonce);
	add_line(out, body);
}

const struct wx_signer *wx_signer_for(const struct wechat *w, const struct wx_merchant *m,
				      struct str named)
{
	const struct wx_signer *newest = &w->certs[w->certs_n - 1].signer;

	if (str_is(named, w->public_signer.serial))
		return &w->public_signer;
	for (size_t i = wx_certs_first(w); i < w->certs_n; i++) {
		if (str_is(named, w->certs[i].signer.serial))
			return &w->certs[i].signer;
	}
	return m && m->certificates ? newest : &w->public_signer;
}

enum err wx_stamp_write(const struct wx_stamp *stamp, struct str body, struct arena *a,
			struct net_field fields[WX_SIGN_FIELDS], size_t *n)
{
	CLEANUP(text_free) struct text text = { 0 };
	bool stale = stamp->spoilt == FAULT_OLD_TIMESTAMP, probe = stamp->spoilt == FAULT_PROBE;
	const char *timestamp =
		arena_printf(a, "%" PRId64, (stamp->now_ms - (stale ? STALE_MS : 0)) / 1000);
	const char *serial = stamp->signer->serial;
	char nonce[WX_NONCE_CHARS + 1] = "", sign[RSA_SIGN_BASE64_MAX];

	*n = 0;
	if (stamp->spoilt == FAULT_UNSIGNED)
		return ERR_OK;
	rand_letters(stamp->rand, WX_NONCE_CHARS, nonce);
	wx_answer_string(str_of(timestamp), str_of(nonce), body, &text);
	/* The right key, other words. */
	if (stamp->spoilt == FAULT_FORGE)
		text_put(&text, " ");
	TRY(rsa_sha256_sign(stamp->signer->key, text_str(&text), sign));
	if (stamp->spoilt == FAULT_UNKNOWN_SERIAL)
		serial = "00000000000000000000000000000000000000FF";
	fields[(*n)++] = (struct net_field){ "Wechatpay-Timestamp", str_of(timestamp) };
	fields[(*n)++] =
		(struct net_field){ "Wechatpay-Nonce", str_of(arena_text(a, str_of(nonce))) };
	fields[(*n)++] = (struct net_field){
		"Wechatpay-Signature",
		str_of(arena_printf(a, "%s%s", probe ? "WECHATPAY/SIGNTEST/" : "", sign))
	};
	fields[(*n)++] = (struct net_field){ "Wechatpay-Serial", str_of(serial) };
	fields[(*n)++] =
		(struct net_field){ "Wechatpay-Signature-Type", STR("WECHATPAY2-SHA256-RSA2048") };
	return ERR_OK;
}

enum err wx_seal(const struct wx_merchant *m, struct rand *rand, const char *about, struct str text,
		 struct arena *a, struct wx_sealed *out)
{
	const uint8_t *key = (const uint8_t *)secret_reveal(&m->api_v3_key).p;
	size_t n = text.n + AES_GCM_EXTRA;
	uint8_t *sealed = arena_alloc(a, n);
	struct letters nonces = { { letters }, rand };
	char *base64 = arena_alloc(a, BASE64_TEXT(n));

	TRY(aes_gcm_seal(key, &nonces.rand, str_of(about), text, sealed));
	memcpy(out->nonce, sealed, WX_GCM_NONCE);
	out->nonce[WX_GCM_NONCE] = '\0';
	(void)base64_write(sealed + WX_GCM_NONCE, n - WX_GCM_NONCE, base64);
	out->ciphertext = base64;
	return ERR_OK;
}

void rand_letters(struct rand *rand, size_t n, char *out)
{
	static const char LETTERS[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	for (size_t i = 0; i < n; i++)
		out[i] = LETTERS[rand_below(rand, sizeof(LETTERS) - 1)];
}

static void letters(struct rand *self, void *out, size_t n)
{
	/* `rand` is its first member. */
	rand_letters(((struct letters *)(void *)self)->from, n, out);
}

static void add_line(struct text *out, struct str line)
{
	text_add(out, line);
	text_put(out, "\n");
}
