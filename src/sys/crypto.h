/* crypto.h - the few operations that payments need, over OpenSSL 3, algorithms fetched once.
 *
 * All functions are thread-safe.  Failures are ERR_CRYPTO (library trouble), ERR_CONFIG (a key or
 * certificate that cannot be used) or ERR_SIGNATURE (it does not verify).
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sys/secret.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SHA256_BYTES = 32,
	SHA1_BYTES = 20,
	MD5_BYTES = 16,
	AES256_KEY_BYTES = 32,
	AES_GCM_EXTRA = 12 + 16,
	RSA_SIGN_BASE64_MAX = 1025,
	CERT_SN_TEXT = 33,
	CERT_SERIAL_TEXT = 65,
	CERT_SNS_TEXT = 33 * 16
};

/* Fetches the algorithms; call once before threads start.  CHECKs that OpenSSL offers them. */
void crypto_start(void);

void sha256(struct str data, uint8_t out[SHA256_BYTES]);
void md5(struct str data, uint8_t out[MD5_BYTES]);
void sha1(struct str data, uint8_t out[SHA1_BYTES]); /* only where a platform asks for it */

/* A running SHA-256, for data that comes in parts. */
struct sha256_run;
struct sha256_run *sha256_begin(void);
void sha256_add(struct sha256_run *run, const void *data, size_t n);
void sha256_end(struct sha256_run *run, uint8_t out[SHA256_BYTES]); /* frees run */

void hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_BYTES]);
void hmac_sha1(struct str key, struct str data, uint8_t out[SHA1_BYTES]);

/* In constant time for equal lengths. */
bool same_bytes(const void *a, const void *b, size_t n);

/* AES-256-GCM with a fresh nonce: out = nonce(12) text tag(16), out_n = text.n + AES_GCM_EXTRA.
 * `aad` is authenticated, not encrypted: it names what the text belongs to. */
struct rand;
MUST_USE enum err aes_gcm_seal(const uint8_t key[AES256_KEY_BYTES], struct rand *rand,
			       struct str aad, struct str text, uint8_t *out);
/* The reverse, into out[in.n - AES_GCM_EXTRA].  ERR_SIGNATURE when anything was changed. */
MUST_USE enum err aes_gcm_open(const uint8_t key[AES256_KEY_BYTES], struct str aad, struct str in,
			       uint8_t *out);

/* --- RSA --- */

struct rsa_key; /* private or public; immutable; freed once */

/* A private key: PEM (PKCS#1 or PKCS#8) or the bare base64 of its DER, line breaks and spaces
 * allowed.  2048 to 6144 bits.  ERR_CONFIG says what it is instead: a public key, a certificate, an
 * encrypted key, not RSA. */
MUST_USE enum err rsa_private_read(struct str text, struct rsa_key **out);

/* A public key: PEM (SubjectPublicKeyInfo or PKCS#1), bare base64 DER, likewise. */
MUST_USE enum err rsa_public_read(struct str text, struct rsa_key **out);

/* The public key inside a PEM certificate: the first one of the text. */
MUST_USE enum err rsa_from_certificate(struct str pem, struct rsa_key **out);

void rsa_key_free(struct rsa_key *k);   /* NULL-safe */
void rsa_key_freep(struct rsa_key **k); /* for CLEANUP */

/* True when the two halves belong together. */
bool rsa_same_key(const struct rsa_key *a, const struct rsa_key *b);

/* SHA256withRSA, PKCS#1 v1.5 (Alipay's RSA2, WeChat's RSA-SHA256), base64 without line breaks and a
 * NUL into out[RSA_SIGN_BASE64_MAX].  Signing contexts are kept with the key, one for each thread
 * that signs at the same time. */
MUST_USE enum err rsa_sha256_sign(const struct rsa_key *k, struct str data, char *out);

/* ERR_SIGNATURE when the base64 or the signature does not fit. */
MUST_USE enum err rsa_sha256_verify(const struct rsa_key *k, struct str data, struct str signature);

/* True when this key's other half made the signature, over whatever content.  Only to explain a
 * refusal ("another key" or "other content"), never to accept anything. */
bool rsa_sha256_made_by(const struct rsa_key *k, struct str signature);

/* A new key pair as PEM (PKCS#8 / SubjectPublicKeyInfo), for the sandbox and tests. */
MUST_USE enum err rsa_generate(int bits, struct secret *private_pem, char *public_pem, size_t cap);

/* --- certificates --- */

/* Alipay's "SN" of a PEM text's first certificate: lower-case hex MD5(issuer DN + decimal
 * serial).
 * Source: protocols of Alipay's certificate mode, "app_cert_sn". */
MUST_USE enum err cert_sn(struct str pem, char out[CERT_SN_TEXT]);

/* The SNs of every certificate of the bundle signed with an RSA algorithm
 * (OID 1.2.840.113549.1.1.*), joined by '_' in file order; others (SM2, ECDSA) are skipped. */
MUST_USE enum err cert_root_sns(struct str pem, char out[CERT_SNS_TEXT]);

/* The serial number of a PEM text's first certificate: upper-case hex, two digits a byte. */
MUST_USE enum err cert_serial_hex(struct str pem, char out[CERT_SERIAL_TEXT]);

/* When the first certificate of the text ends, ms since 1970. */
MUST_USE enum err cert_not_after(struct str pem, int64_t *ms);

/* ERR_SIGNATURE unless `pem`'s first certificate chains to one of `roots` at now_ms. */
MUST_USE enum err cert_verify(struct str pem, struct str roots, int64_t now_ms);

/* A self-signed root, or a certificate signed by one, as PEM; for the sandbox and tests.
 * issuer_key/issuer_pem NULL makes a root.  `name` is the CN. */
struct cert_ask {
	const char *name;
	const char *hosts; /* of a TLS server: "DNS:localhost,IP:127.0.0.1"; NULL: none */
	const char *usage; /* "serverAuth" or "clientAuth"; NULL: for anything */
	struct str subject_private_pem;
	struct str issuer_private_pem; /* empty: self-signed */
	struct str issuer_pem;
	const uint8_t *serial; /* 16 bytes */
	int64_t from_ms, to_ms;
};
MUST_USE enum err cert_make(const struct cert_ask *ask, char *pem, size_t cap);
