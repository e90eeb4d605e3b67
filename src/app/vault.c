#include "app/vault.h"

#include "base/check.h"
#include "base/codec.h"
#include "sys/cleanup.h"
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct vault {
	uint8_t key[VAULT_KEY_BYTES];
	struct rand *rand;
};

enum { PLACE_TEXT = 160, KEY_FILE_MAX = 256 };

static enum err key_path(const char *dir, char *path, size_t cap, bool *credential);
static enum err key_file_check(const char *path, bool credential);
static enum err key_read(const char *path, uint8_t key[VAULT_KEY_BYTES]);
static struct str place_text(struct vault_place place, char out[PLACE_TEXT]);

enum err vault_open(const char *dir, struct rand *rand, struct vault **out)
{
	char path[PATH_MAX];
	uint8_t key[VAULT_KEY_BYTES];
	bool credential;

	TRY(key_path(dir, path, sizeof(path), &credential));
	TRY(key_file_check(path, credential));
	TRY(key_read(path, key));
	*out = vault_of_key(key, rand);
	wipe(key, sizeof(key));
	return ERR_OK;
}

enum err vault_create(const char *dir, struct rand *rand)
{
	char path[PATH_MAX], text[HEX_TEXT(VAULT_KEY_BYTES)];
	enum err e;

	if ((size_t)snprintf(path, sizeof(path), "%s/master.key", dir) >= sizeof(path))
		FAIL(ERR_CONFIG, "the path of the data folder is too long");
	rand_hex(rand, VAULT_KEY_BYTES, text);
	text[HEX_TEXT(VAULT_KEY_BYTES) - 1] = '\n';
	e = file_create(path, 0600, (struct str){ text, HEX_TEXT(VAULT_KEY_BYTES) });
	wipe(text, sizeof(text));
	return e;
}

struct vault *vault_of_key(const uint8_t key[VAULT_KEY_BYTES], struct rand *rand)
{
	struct vault *v = malloc(sizeof(*v));

	CHECK(v);
	memcpy(v->key, key, VAULT_KEY_BYTES);
	v->rand = rand;
	return v;
}

void vault_free(struct vault *v)
{
	if (!v)
		return;
	wipe(v, sizeof(*v));
	free(v);
}

enum err vault_seal(const struct vault *v, struct vault_place place, struct str text, uint8_t *out)
{
	char aad[PLACE_TEXT];

	return aes_gcm_seal(v->key, v->rand, place_text(place, aad), text, out);
}

enum err vault_reveal(const struct vault *v, struct vault_place place, struct str sealed,
		      struct secret *out)
{
	char aad[PLACE_TEXT];
	size_t n;
	uint8_t *text;
	enum err e;

	if (sealed.n < AES_GCM_EXTRA || sealed.n - AES_GCM_EXTRA > SECRET_MAX)
		FAIL(ERR_CORRUPT, "a sealed secret of %s has an impossible size", place.table);
	n = sealed.n - AES_GCM_EXTRA;
	text = malloc(n + 1);
	CHECK(text);
	e = aes_gcm_open(v->key, place_text(place, aad), sealed, text);
	if (e == ERR_OK)
		*out = secret_copy((struct str){ (const char *)text, n });
	wipe(text, n);
	free(text);
	if (e == ERR_SIGNATURE)
		FAIL(ERR_CORRUPT,
		     "a sealed secret of %s does not open: it was changed or moved, or the master "
		     "key "
		     "is another one",
		     place.table);
	return e;
}

/* A service manager's credential comes before the file in the data folder. */
static enum err key_path(const char *dir, char *path, size_t cap, bool *credential)
{
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");

	*credential = false;
	if (credentials && *credentials) {
		if ((size_t)snprintf(path, cap, "%s/tael.key", credentials) >= cap)
			FAIL(ERR_CONFIG, "CREDENTIALS_DIRECTORY is too long");
		if (access(path, F_OK) == 0) {
			*credential = true;
			return ERR_OK;
		}
	}
	if ((size_t)snprintf(path, cap, "%s/master.key", dir) >= cap)
		FAIL(ERR_CONFIG, "the path of the data folder is too long");
	return ERR_OK;
}

/* Whoever reads the file reads every channel's keys.  The owner of a credential is the service
 * manager's affair. */
static enum err key_file_check(const char *path, bool credential)
{
	struct stat st;
	mode_t others = credential ? S_IRWXO : S_IRWXG | S_IRWXO;

	if (stat(path, &st) != 0)
		FAIL(ERR_CONFIG,
		     "no master key at %s (%s): bring it back from where you keep it; without it "
		     "the "
		     "stored secrets cannot be read",
		     path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		FAIL(ERR_CONFIG, "the master key %s is not a regular file", path);
	if ((st.st_mode & others) != 0)
		FAIL(ERR_CONFIG, "others may read the master key %s: chmod 600 it", path);
	if (!credential && st.st_uid != geteuid())
		FAIL(ERR_CONFIG, "the master key %s belongs to user %u, not to %u: chown it", path,
		     (unsigned)st.st_uid, (unsigned)geteuid());
	return ERR_OK;
}

static enum err key_read(const char *path, uint8_t key[VAULT_KEY_BYTES])
{
	CLEANUP(secret_wipe) struct secret text = { 0 };

	TRY(file_read_secret(path, KEY_FILE_MAX, &text));
	if (hex_read(str_trim(secret_reveal(&text)), key, VAULT_KEY_BYTES) != ERR_OK)
		FAIL(ERR_CONFIG, "the master key %s is not %d hexadecimal digits", path,
		     2 * VAULT_KEY_BYTES);
	return ERR_OK;
}

static struct str place_text(struct vault_place place, char out[PLACE_TEXT])
{
	size_t n = 0;

	str_add(out, PLACE_TEXT, &n, "tael 1 %s %" PRId64 " %" PRId64 " %" PRId64, place.table,
		place.merchant, place.id, place.part);
	return (struct str){ out, n };
}
