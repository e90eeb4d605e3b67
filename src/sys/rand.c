#include "sys/rand.h"

#include "base/check.h"
#include "base/codec.h"
#include "sys/secret.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { HEX_BYTES_MAX = 64 };

struct seeded {
	struct rand rand; /* first: the vtable's self */
	pthread_mutex_t lock;
	uint64_t state;
};

static void system_bytes(struct rand *r, void *out, size_t n);
static void seeded_bytes(struct rand *r, void *out, size_t n);
static uint64_t splitmix64(uint64_t *state);

static struct rand SYSTEM = { system_bytes };

struct rand *rand_system(void)
{
	return &SYSTEM;
}

struct rand *rand_seeded(uint64_t seed)
{
	struct seeded *s = malloc(sizeof(*s));

	CHECK(s != NULL);
	s->rand.bytes = seeded_bytes;
	s->state = seed;
	CHECK(pthread_mutex_init(&s->lock, NULL) == 0);
	return &s->rand;
}

void rand_free(struct rand *r)
{
	struct seeded *s = (struct seeded *)(void *)r;

	if (r == NULL || r == &SYSTEM)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void rand_bytes(struct rand *r, void *out, size_t n)
{
	r->bytes(r, out, n);
}

uint64_t rand_below(struct rand *r, uint64_t n)
{
	uint64_t value, uneven;

	CHECK(n > 0);
	/* The first 2^64 mod n values would make some results likelier: they are drawn again. */
	uneven = (0 - n) % n;
	do {
		rand_bytes(r, &value, sizeof(value));
	} while (value < uneven);
	return value % n;
}

void rand_hex(struct rand *r, size_t n, char *out)
{
	uint8_t bytes[HEX_BYTES_MAX];

	CHECK(n <= sizeof(bytes));
	rand_bytes(r, bytes, n);
	hex_write(bytes, n, out);
	wipe(bytes, sizeof(bytes));
}

static void system_bytes(struct rand *r, void *out, size_t n)
{
	char *p = out;

	(void)r;
	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		CHECK(got > 0 || (got < 0 && errno == EINTR));
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
}

static void seeded_bytes(struct rand *r, void *out, size_t n)
{
	struct seeded *s = (struct seeded *)(void *)r;
	uint8_t *p = out;

	CHECK(pthread_mutex_lock(&s->lock) == 0);
	while (n > 0) {
		uint64_t word = splitmix64(&s->state);

		for (size_t i = 0; i < sizeof(word) && n > 0; i++, n--, word >>= 8)
			*p++ = (uint8_t)word;
	}
	CHECK(pthread_mutex_unlock(&s->lock) == 0);
}

/* Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014. */
static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}
