#include "channel/wechat/resource.h"

#include "base/codec.h"
#include "channel/wechat/config.h"

#include <string.h>

enum { NONCE_BYTES = 12 };

void wechat_resource_read(struct jin *r, size_t ciphertext_max, struct arena *a,
			  struct wechat_resource *out)
{
	char *ciphertext = arena_alloc(a, ciphertext_max + 1);

	*out = (struct wechat_resource){ .algorithm = "" };
	jin_text(r, "algorithm", JIN_NEEDED, out->algorithm, sizeof(out->algorithm));
	jin_text(r, "nonce", JIN_NEEDED, out->nonce, sizeof(out->nonce));
	jin_text(r, "associated_data", JIN_OPTIONAL, out->associated_data,
		 sizeof(out->associated_data));
	jin_text(r, "original_type", JIN_OPTIONAL, out->original_type, sizeof(out->original_type));
	jin_text(r, "ciphertext", JIN_NEEDED, ciphertext, ciphertext_max + 1);
	out->ciphertext = str_of(ciphertext);
}

enum err wechat_resource_open(const struct channel_versions *versions,
			      const struct wechat_resource *r, struct arena *a, struct str *plain,
			      int *version)
{
	size_t cap = r->ciphertext.n, n = 0;
	char *sealed = arena_alloc(a, NONCE_BYTES + cap + 1), *text = arena_alloc(a, cap + 1);

	if (strcmp(r->algorithm, "AEAD_AES_256_GCM") != 0)
		FAIL_AT(ERR_NOTICE, "algorithm", "it is encrypted by %s, not AEAD_AES_256_GCM",
			r->algorithm);
	if (strlen(r->nonce) != NONCE_BYTES)
		FAIL_AT(ERR_NOTICE, "nonce", "the nonce must have %d bytes", NONCE_BYTES);
	memcpy(sealed, r->nonce, NONCE_BYTES);
	if (base64_read(r->ciphertext, sealed + NONCE_BYTES, cap, &n) != ERR_OK ||
	    NONCE_BYTES + n < AES_GCM_EXTRA)
		FAIL_AT(ERR_NOTICE, "ciphertext", "the ciphertext cannot be decoded");
	for (size_t i = 0; i < versions->n; i++) {
		if (aes_gcm_open(versions->config[i]->api_v3_key, str_of(r->associated_data),
				 (struct str){ sealed, NONCE_BYTES + n },
				 (uint8_t *)text) != ERR_OK)
			continue;
		*plain = (struct str){ text, NONCE_BYTES + n - AES_GCM_EXTRA };
		text[plain->n] = '\0';
		*version = (int)i + 1;
		return ERR_OK;
	}
	FAIL(ERR_SIGNATURE, "api_v3_key does not open it: it is not the one set in the console");
}
