/* rand.h - injected randomness. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct rand {
	void (*bytes)(struct rand *r, void *out, size_t n);
};

/* getrandom(2).  Thread-safe.  Never freed. */
struct rand *rand_system(void);

/* A repeatable stream from `seed`, for tests and simulations.  Thread-safe.  Free with rand_free.
 */
struct rand *rand_seeded(uint64_t seed);
void rand_free(struct rand *r);

void rand_bytes(struct rand *r, void *out, size_t n);

/* 0 <= result < n (n > 0), without bias. */
uint64_t rand_below(struct rand *r, uint64_t n);

/* n random bytes as lower-case hex and a NUL into out[2 * n + 1]; n <= 64. */
void rand_hex(struct rand *r, size_t n, char *out);
