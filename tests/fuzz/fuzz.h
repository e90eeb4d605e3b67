/* fuzz.h - the one function that a fuzz target defines; libFuzzer and replay.c call it.
 *
 * It returns 0 and calls abort() on an answer that cannot be right.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
