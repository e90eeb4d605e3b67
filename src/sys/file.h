/* file.h - whole small files, read and written safely. */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sys/secret.h"

#include <stddef.h>

/* Reads at most `max` bytes of a regular file ("-" is standard input) into a new text with a NUL
 * after it; the caller frees *out.  ERR_IO with the path and the reason; ERR_TOO_LARGE. */
MUST_USE enum err file_read(const char *path, size_t max, char **out, size_t *n);

/* The same into memory that is wiped. */
MUST_USE enum err file_read_secret(const char *path, size_t max, struct secret *out);

/* Writes a new file with `mode` and fsyncs it and its folder; ERR_EXISTS when it is there already.
 */
MUST_USE enum err file_create(const char *path, unsigned mode, struct str data);

/* Writes beside the file, fsyncs, renames over it. */
MUST_USE enum err file_replace(const char *path, unsigned mode, struct str data);

void text_freep(char **p); /* free(*p), for CLEANUP */
void fd_closep(int *fd);   /* close if >= 0, for CLEANUP */
