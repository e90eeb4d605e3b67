/* Digests, HMAC and AES-GCM.  Digests were made with `printf TEXT | openssl dgst -sha256` (-md5,
 * -hmac KEY). */
#include "sys/crypto.h"

#include "base/codec.h"
#include "sys/rand.h"
#include "tap.h"

#define ABC_SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const char *hex(const uint8_t *bytes, size_t n)
{
	static char text[HEX_TEXT(64)];

	hex_write(bytes, n, text);
	return text;
}

static void digests_are_the_standards(void)
{
	uint8_t out[SHA256_BYTES];

	crypto_start();
	crypto_start(); /* once is enough, twice does no harm */
	sha256(STR("abc"), out);
	EXPECT_STR(ABC_SHA256, hex(out, SHA256_BYTES));
	sha256((struct str){ NULL, 0 }, out);
	EXPECT_STR(EMPTY_SHA256, hex(out, SHA256_BYTES));
	md5(STR("abc"), out);
	EXPECT_STR("900150983cd24fb0d6963f7d28e17f72", hex(out, MD5_BYTES));
	sha1(STR("abc"), out);
	EXPECT_STR("a9993e364706816aba3e25717850c26c9cd0d89d", hex(out, SHA1_BYTES));
	sha1(STR(""), out);
	EXPECT_STR("da39a3ee5e6b4b0d3255bfef95601890afd80709", hex(out, SHA1_BYTES));
	md5(STR(""), out);
	EXPECT_STR("d41d8cd98f00b204e9800998ecf8427e", hex(out, MD5_BYTES));
}

static void a_digest_may_come_in_parts(void)
{
	uint8_t out[SHA256_BYTES];
	struct sha256_run *run;

	crypto_start();
	run = sha256_begin();
	sha256_add(run, "a", 1);
	sha256_add(run, "", 0);
	sha256_add(run, "bc", 2);
	sha256_end(run, out);
	EXPECT_STR(ABC_SHA256, hex(out, SHA256_BYTES));
	sha256_end(sha256_begin(), out);
	EXPECT_STR(EMPTY_SHA256, hex(out, SHA256_BYTES));
}

static void hmac_is_the_standards(void)
{
	uint8_t out[SHA256_BYTES];
	char key[100];

	crypto_start();
	/* RFC 4231, test case 2. */
	hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
	EXPECT_STR("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		   hex(out, SHA256_BYTES));
	hmac_sha256(STR(""), (struct str){ NULL, 0 }, out);
	EXPECT_STR("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
		   hex(out, SHA256_BYTES));
	memset(key, 'k', sizeof(key));
	hmac_sha256((struct str){ key, sizeof(key) }, STR("积分"), out);
	EXPECT_STR("316dbabbcf4e8a7d4875901cb4c5c0f3b4fd1716a021e20d21f5f8f91fccf5ee",
		   hex(out, SHA256_BYTES));
}

static void hmac_sha1_is_the_standards(void)
{
	uint8_t out[SHA1_BYTES];

	crypto_start();
	/* RFC 2202, test cases 2 and 1. */
	hmac_sha1(STR("Jefe"), STR("what do ya want for nothing?"), out);
	EXPECT_STR("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", hex(out, SHA1_BYTES));
	hmac_sha1(STR("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
		      "\x0b\x0b"),
		  STR("Hi There"), out);
	EXPECT_STR("b617318655057264e28bc0b6fb378c8ef146be00", hex(out, SHA1_BYTES));
}

static void bytes_are_compared_whole(void)
{
	EXPECT(same_bytes("abc", "abc", 3));
	EXPECT(!same_bytes("abc", "abd", 3));
	EXPECT(!same_bytes("abc", "bbc", 3));
	EXPECT(same_bytes("abc", "abd", 2));
	EXPECT(same_bytes("", "", 0));
}

static void zero_bytes(struct rand *r, void *out, size_t n)
{
	(void)r;
	memset(out, 0, n);
}

/* Test cases 13 and 14 of "The Galois/Counter Mode of Operation" (McGrew, Viega): key, nonce and
 * text are all zero. */
static void aes_gcm_is_the_standards(void)
{
	static const uint8_t KEY[AES256_KEY_BYTES], TEXT[16];
	struct rand zero = { zero_bytes };
	uint8_t out[AES_GCM_EXTRA + 16];

	crypto_start();
	EXPECT_ERR(ERR_OK, aes_gcm_seal(KEY, &zero, STR(""), STR(""), out));
	EXPECT_STR("530f8afbc74536b9a963b4f1c4cb738b", hex(out + 12, 16));
	EXPECT_ERR(ERR_OK, aes_gcm_seal(KEY, &zero, STR(""),
					(struct str){ (const char *)TEXT, sizeof(TEXT) }, out));
	EXPECT_STR("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
		   hex(out + 12, 32));
}

static void what_is_sealed_opens_with_the_same_key_and_label_only(void)
{
	struct str text = STR("whsec_积分"), label = STR("app 7, webhook");
	uint8_t key[AES256_KEY_BYTES], sealed[AES_GCM_EXTRA + 32], again[AES_GCM_EXTRA + 32];
	char opened[32] = "";
	struct str in = { (const char *)sealed, AES_GCM_EXTRA + text.n };

	crypto_start();
	rand_bytes(rand_system(), key, sizeof(key));
	EXPECT_ERR(ERR_OK, aes_gcm_seal(key, rand_system(), label, text, sealed));
	EXPECT_ERR(ERR_OK, aes_gcm_seal(key, rand_system(), label, text, again));
	EXPECT(memcmp(sealed, again, 12) != 0);
	EXPECT_ERR(ERR_OK, aes_gcm_open(key, label, in, (uint8_t *)opened));
	EXPECT(memcmp(opened, text.p, text.n) == 0);

	EXPECT_ERR(ERR_SIGNATURE, aes_gcm_open(key, STR("app 8, webhook"), in, (uint8_t *)opened));
	EXPECT_ERR(ERR_SIGNATURE, aes_gcm_open(key, STR(""), in, (uint8_t *)opened));
	/* What was opened before the fault was found is wiped. */
	EXPECT(opened[0] == '\0' && opened[text.n - 1] == '\0');
	key[31] ^= 1;
	EXPECT_ERR(ERR_SIGNATURE, aes_gcm_open(key, label, in, (uint8_t *)opened));
	key[31] ^= 1;
	for (size_t i = 0; i < in.n; i++) {
		sealed[i] ^= 1;
		EXPECT_ERR(ERR_SIGNATURE, aes_gcm_open(key, label, in, (uint8_t *)opened));
		sealed[i] ^= 1;
	}
	EXPECT_ERR(ERR_OK, aes_gcm_open(key, label, in, (uint8_t *)opened));
	for (size_t n = 0; n < in.n; n++)
		EXPECT_ERR(ERR_SIGNATURE,
			   aes_gcm_open(key, label, (struct str){ in.p, n }, (uint8_t *)opened));
}

static void an_empty_text_is_sealed_too(void)
{
	static const uint8_t KEY[AES256_KEY_BYTES];
	uint8_t sealed[AES_GCM_EXTRA], opened[1];
	struct str in = { (const char *)sealed, sizeof(sealed) };

	crypto_start();
	EXPECT_ERR(ERR_OK, aes_gcm_seal(KEY, rand_system(), STR("a"), STR(""), sealed));
	EXPECT_ERR(ERR_OK, aes_gcm_open(KEY, STR("a"), in, opened));
	EXPECT_ERR(ERR_SIGNATURE, aes_gcm_open(KEY, STR("b"), in, opened));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(digests_are_the_standards),
	TEST(a_digest_may_come_in_parts),
	TEST(hmac_is_the_standards),
	TEST(hmac_sha1_is_the_standards),
	TEST(bytes_are_compared_whole),
	TEST(aes_gcm_is_the_standards),
	TEST(what_is_sealed_opens_with_the_same_key_and_label_only),
	TEST(an_empty_text_is_sealed_too),
};
/* clang-format on */

TAP_MAIN(TESTS)
