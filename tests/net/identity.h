/* identity.h - keys and certificates of any kind, good and bad, for tests of TLS. */
#pragma once

#include "base/check.h"
#include "base/str.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/* A key and its certificate. */
struct identity {
	EVP_PKEY *key;
	X509 *cert;
};

static inline void identity_extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *x;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	x = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	CHECK(x && X509_add_ext(cert, x, -1) == 1);
	X509_EXTENSION_free(x);
}

/* What a certificate says; 0 or NULL leaves a member out. */
struct identity_ask {
	const struct identity *issuer; /* NULL: a root */
	const char *cn;
	const char *name;  /* a subjectAltName such as "IP:127.0.0.1" */
	const char *usage; /* "serverAuth" or "clientAuth" */
	long from_s, to_s; /* from now */
};

static inline struct identity identity_make(const struct identity_ask *ask)
{
	struct identity id = { EVP_EC_gen("P-256"), X509_new() };
	const struct identity *by = ask->issuer ? ask->issuer : &id;
	X509_NAME *subject = X509_get_subject_name(id.cert);

	CHECK(id.key && id.cert);
	CHECK(X509_set_version(id.cert, 2) == 1);
	CHECK(ASN1_INTEGER_set(X509_get_serialNumber(id.cert), ask->issuer ? 2 : 1) == 1);
	CHECK(X509_gmtime_adj(X509_getm_notBefore(id.cert), ask->from_s));
	CHECK(X509_gmtime_adj(X509_getm_notAfter(id.cert), ask->to_s));
	CHECK(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
					 (const unsigned char *)ask->cn, -1, -1, 0) == 1);
	CHECK(X509_set_issuer_name(id.cert, X509_get_subject_name(by->cert)) == 1);
	CHECK(X509_set_pubkey(id.cert, id.key) == 1);
	identity_extend(id.cert, by->cert, NID_basic_constraints,
			ask->issuer ? "CA:FALSE" : "critical,CA:TRUE");
	if (ask->name)
		identity_extend(id.cert, by->cert, NID_subject_alt_name, ask->name);
	if (ask->usage)
		identity_extend(id.cert, by->cert, NID_ext_key_usage, ask->usage);
	CHECK(X509_sign(id.cert, by->key, EVP_sha256()) > 0);
	return id;
}

/* Called by its subjectAltName; a root has none. */
static inline struct identity identity_new(const struct identity *issuer, const char *name,
					   long from_s, long to_s)
{
	return identity_make(&(struct identity_ask){ .issuer = issuer,
						     .cn = name ? name : "root",
						     .name = name,
						     .from_s = from_s,
						     .to_s = to_s });
}

static inline void identity_free(struct identity *id)
{
	EVP_PKEY_free(id->key);
	X509_free(id->cert);
}

/* PEM of a certificate or, with `key`, of its key. */
struct pem {
	BIO *bio;
	struct str text;
};

static inline struct pem pem_of(const struct identity *id, bool key)
{
	struct pem p = { .bio = BIO_new(BIO_s_mem()) };
	char *data;

	CHECK(p.bio);
	if (key)
		CHECK(PEM_write_bio_PrivateKey(p.bio, id->key, NULL, NULL, 0, NULL, NULL) == 1);
	else
		CHECK(PEM_write_bio_X509(p.bio, id->cert) == 1);
	p.text.n = (size_t)BIO_get_mem_data(p.bio, &data);
	p.text.p = data;
	return p;
}

static inline void pem_free(struct pem *p)
{
	BIO_free(p->bio);
}
