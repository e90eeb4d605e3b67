#include "sandbox/keys.h"

#include "sys/cleanup.h"
#include "sys/crypto.h"
#include "sys/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RSA_BITS = 2048, FILE_MAX = 65536, PATH_MAX_LEN = 4096, SERIAL_BYTES = 16, NAME_TEXT = 64 };

#define CERT_LIFE_MS (INT64_C(3650) * 86400000)

static enum err load(const struct keys_kind *kind, void *keys, const char *path);
static enum err path_of(const char *dir, const char *file, char out[PATH_MAX_LEN]);
static const char *member(const char *name, const char *what, char out[NAME_TEXT]);

enum err keys_open(const struct keys_kind *kind, void *keys, const char *dir, struct rand *rand,
		   int64_t now_ms)
{
	char path[PATH_MAX_LEN];

	TRY(path_of(dir, kind->file, path));
	if (access(path, F_OK) == 0)
		return load(kind, keys, path);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		FAIL(ERR_IO, "%s cannot be made: %s", dir, strerror(errno));
	TRY(kind->make(keys, rand, now_ms));
	return keys_store(kind, keys, dir);
}

enum err keys_store(const struct keys_kind *kind, const void *keys, const char *dir)
{
	CLEANUP(jout_wipe) struct jout w;

	jout_open(&w);
	jout_object(&w, NULL);
	kind->write(keys, &w);
	jout_object_end(&w);
	return keys_write_file(dir, kind->file, &w);
}

enum err keys_write_file(const char *dir, const char *file, const struct jout *w)
{
	char path[PATH_MAX_LEN];

	TRY(path_of(dir, file, path));
	return file_replace(path, 0600, (struct str){ w->p, w->n });
}

void jout_wipe(struct jout *w)
{
	if (w->p)
		wipe(w->p, w->cap);
	jout_free(w);
}

enum err key_pair_make(struct key_pair *pair)
{
	return rsa_generate(RSA_BITS, &pair->private_pem, pair->public_pem, PEM_MAX);
}

void key_pair_wipe(struct key_pair *pair)
{
	secret_wipe(&pair->private_pem);
}

void key_pair_write(struct jout *w, const char *name, const struct key_pair *pair)
{
	char key[NAME_TEXT];

	jout_str(w, member(name, "private_key", key), secret_reveal(&pair->private_pem));
	jout_text(w, member(name, "public_key", key), pair->public_pem);
}

void key_pair_read(struct jin *r, const char *name, struct key_pair *pair)
{
	char key[NAME_TEXT];

	keys_secret_read(r, member(name, "private_key", key), &pair->private_pem);
	jin_text(r, member(name, "public_key", key), JIN_NEEDED, pair->public_pem, PEM_MAX);
}

enum err keys_cert_make(const struct keys_cert_ask *ask, char out[PEM_MAX])
{
	uint8_t serial[SERIAL_BYTES];
	struct cert_ask cert = {
		.name = ask->name,
		.hosts = ask->hosts,
		.usage = ask->usage,
		.subject_private_pem = secret_reveal(ask->subject),
		.serial = serial,
		.from_ms = ask->now_ms - 86400000,
		.to_ms = ask->now_ms + CERT_LIFE_MS,
	};

	rand_bytes(ask->rand, serial, sizeof(serial));
	serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40); /* positive, and of full length */
	if (ask->issuer_key) {
		cert.issuer_private_pem = secret_reveal(ask->issuer_key);
		cert.issuer_pem = str_of(ask->issuer_cert);
	}
	return cert_make(&cert, out, PEM_MAX);
}

void keys_secret_read(struct jin *r, const char *key, struct secret *out)
{
	char text[PEM_MAX] = "";

	jin_text(r, key, JIN_NEEDED, text, sizeof(text));
	secret_wipe(out);
	*out = secret_copy(str_of(text));
	wipe(text, sizeof(text));
}

static enum err load(const struct keys_kind *kind, void *keys, const char *path)
{
	CLEANUP(secret_wipe) struct secret text = { 0 };
	struct jin r;

	TRY(file_read_secret(path, FILE_MAX, &text));
	jin_open(&r, secret_reveal(&text));
	kind->read(keys, &r);
	if (jin_done(&r) != ERR_OK)
		FAIL(ERR_CONFIG, "%s is not what the sandbox wrote: remove it to make new keys",
		     path);
	return ERR_OK;
}

static enum err path_of(const char *dir, const char *file, char out[PATH_MAX_LEN])
{
	int n = snprintf(out, PATH_MAX_LEN, "%s/%s", dir, file);

	if (n < 0 || n >= PATH_MAX_LEN)
		FAIL(ERR_IO, "the path of %s is too long", file);
	return ERR_OK;
}

static const char *member(const char *name, const char *what, char out[NAME_TEXT])
{
	size_t n = 0;

	str_add(out, NAME_TEXT, &n, "%s%s", name, what);
	return out;
}
