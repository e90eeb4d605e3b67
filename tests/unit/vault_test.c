/* Secrets at rest: what is sealed for one place opens only there, under one key. */
#include "app/vault.h"
#include "sys/cleanup.h"
#include "sys/file.h"

#include "tap.h"
#include "temp_dir.h"

#include <stdlib.h>
#include <sys/stat.h>

static const uint8_t KEY[VAULT_KEY_BYTES] = { 1, 2, 3 };
static const uint8_t OTHER_KEY[VAULT_KEY_BYTES] = { 1, 2, 4 };
static const struct vault_place PLACE = { "channel_version", 7, 8, 9 };

enum { TEXT = 6, SEALED = TEXT + AES_GCM_EXTRA };

static void a_secret_comes_back(void)
{
	struct vault *v = vault_of_key(KEY, rand_system());
	struct secret out = { 0 };
	uint8_t sealed[SEALED], again[SEALED];

	EXPECT_ERR(ERR_OK, vault_seal(v, PLACE, STR("canary"), sealed));
	EXPECT_ERR(ERR_OK, vault_seal(v, PLACE, STR("canary"), again));
	EXPECT(memcmp(sealed, again, SEALED) != 0);
	EXPECT(!memmem(sealed, SEALED, "canary", TEXT));
	EXPECT_ERR(ERR_OK,
		   vault_reveal(v, PLACE, (struct str){ (const char *)sealed, SEALED }, &out));
	EXPECT(str_is(secret_reveal(&out), "canary"));
	secret_wipe(&out);
	vault_free(v);
}

static void i7_a_secret_that_was_moved_does_not_open(void)
{
	static const struct vault_place OTHERS[] = {
		{ "app", 7, 8, 9 },
		{ "channel_version", 6, 8, 9 },
		{ "channel_version", 7, 9, 9 },
		{ "channel_version", 7, 8, 1 },
	};
	struct vault *v = vault_of_key(KEY, rand_system());
	struct secret out = { 0 };
	uint8_t sealed[SEALED];

	EXPECT_ERR(ERR_OK, vault_seal(v, PLACE, STR("canary"), sealed));
	for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
		struct str text = { (const char *)sealed, SEALED };

		EXPECT_ERR(ERR_CORRUPT, vault_reveal(v, OTHERS[i], text, &out));
		EXPECT(out.p == NULL);
	}
	vault_free(v);
}

static void i7_a_secret_that_was_changed_does_not_open(void)
{
	struct vault *v = vault_of_key(KEY, rand_system());
	struct vault *other = vault_of_key(OTHER_KEY, rand_system());
	struct secret out = { 0 };
	uint8_t sealed[SEALED];
	struct str text = { (const char *)sealed, SEALED };

	EXPECT_ERR(ERR_OK, vault_seal(v, PLACE, STR("canary"), sealed));
	for (size_t i = 0; i < SEALED; i++) {
		sealed[i] ^= 1;
		EXPECT_ERR(ERR_CORRUPT, vault_reveal(v, PLACE, text, &out));
		sealed[i] ^= 1;
	}
	for (text.n = 0; text.n < SEALED; text.n++)
		EXPECT_ERR(ERR_CORRUPT, vault_reveal(v, PLACE, text, &out));
	EXPECT_ERR(ERR_CORRUPT, vault_reveal(other, PLACE, text, &out));
	EXPECT(!strstr(err_text(), "canary"));
	vault_free(v);
	vault_free(other);
}

static void the_master_key_is_its_owners_alone(void)
{
	struct temp_dir dir = temp_dir_make();
	struct vault *v = NULL;
	char path[300];
	struct stat st;

	EXPECT_ERR(ERR_CONFIG, vault_open(dir.path, rand_system(), &v));
	EXPECT_ERR(ERR_OK, vault_create(dir.path, rand_system()));
	EXPECT_ERR(ERR_EXISTS, vault_create(dir.path, rand_system()));
	(void)snprintf(path, sizeof(path), "%s/master.key", dir.path);
	EXPECT(stat(path, &st) == 0);
	EXPECT_INT(0600, st.st_mode & 0777);
	EXPECT_ERR(ERR_OK, vault_open(dir.path, rand_system(), &v));
	vault_free(v);
	EXPECT(chmod(path, 0400) == 0);
	EXPECT_ERR(ERR_OK, vault_open(dir.path, rand_system(), &v));
	vault_free(v);
	EXPECT(chmod(path, 0640) == 0);
	EXPECT_ERR(ERR_CONFIG, vault_open(dir.path, rand_system(), &v));
	EXPECT(strstr(err_text(), "chmod 600"));
	temp_dir_remove(&dir);
}

static void a_broken_master_key_is_named(void)
{
	static const char *const BAD[] = {
		"",
		"00",
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1",
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g",
	};

	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		struct temp_dir dir = temp_dir_make();
		struct vault *v = NULL;
		char path[300];

		(void)snprintf(path, sizeof(path), "%s/master.key", dir.path);
		EXPECT_ERR(ERR_OK, file_create(path, 0600, str_of(BAD[i])));
		EXPECT_ERR(ERR_CONFIG, vault_open(dir.path, rand_system(), &v));
		EXPECT(strstr(err_text(), "64 hexadecimal digits"));
		temp_dir_remove(&dir);
	}
}

static void a_service_managers_credential_comes_first(void)
{
	struct temp_dir dir = temp_dir_make(), credentials = temp_dir_make();
	struct vault *own = NULL, *given = NULL;
	struct secret out = { 0 };
	uint8_t sealed[SEALED];
	char path[300];

	EXPECT_ERR(ERR_OK, vault_create(dir.path, rand_system()));
	EXPECT_ERR(ERR_OK, vault_open(dir.path, rand_system(), &own));
	EXPECT(setenv("CREDENTIALS_DIRECTORY", credentials.path, 1) == 0);
	(void)snprintf(path, sizeof(path), "%s/tael.key", credentials.path);
	EXPECT_ERR(ERR_OK,
		   file_create(path, 0440,
			       STR("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d"
				   "1e1f")));
	EXPECT_ERR(ERR_OK, vault_open(dir.path, rand_system(), &given));
	EXPECT(unsetenv("CREDENTIALS_DIRECTORY") == 0);
	EXPECT_ERR(ERR_OK, vault_seal(given, PLACE, STR("canary"), sealed));
	EXPECT_ERR(ERR_CORRUPT,
		   vault_reveal(own, PLACE, (struct str){ (const char *)sealed, SEALED }, &out));
	vault_free(own);
	vault_free(given);
	temp_dir_remove(&dir);
	temp_dir_remove(&credentials);
}

static const struct tap_test TESTS[] = {
	TEST(a_secret_comes_back),
	TEST(i7_a_secret_that_was_moved_does_not_open),
	TEST(i7_a_secret_that_was_changed_does_not_open),
	TEST(the_master_key_is_its_owners_alone),
	TEST(a_broken_master_key_is_named),
	TEST(a_service_managers_credential_comes_first),
};

int main(int argc, char **argv)
{
	crypto_start();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
