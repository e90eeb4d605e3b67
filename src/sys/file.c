#include "sys/file.h"

#include "base/check.h"
#include "sys/cleanup.h"
#include "sys/rand.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_STEP = 16 * 1024 };

static enum err read_all(const char *path, size_t max, struct secret *out);
static void room_grow(struct secret *room, size_t used);
static enum err file_open(const char *path, int *fd);
static enum err create_at(const char *path, unsigned mode, struct str data);
static enum err write_all(int fd, const char *path, unsigned mode, struct str data);
static enum err folder_sync(const char *path);

enum err file_read(const char *path, size_t max, char **out, size_t *n)
{
	struct secret text = { NULL, 0 };

	TRY(read_all(path, max, &text));
	*out = text.p;
	*n = text.n;
	return ERR_OK;
}

enum err file_read_secret(const char *path, size_t max, struct secret *out)
{
	return read_all(path, max < SECRET_MAX ? max : SECRET_MAX, out);
}

enum err file_create(const char *path, unsigned mode, struct str data)
{
	TRY(create_at(path, mode, data));
	return folder_sync(path);
}

enum err file_replace(const char *path, unsigned mode, struct str data)
{
	char beside[PATH_MAX], token[2 * 8 + 1];
	int n;

	rand_hex(rand_system(), 8, token);
	n = snprintf(beside, sizeof(beside), "%s.%s", path, token);
	if (n < 0 || (size_t)n >= sizeof(beside))
		FAIL(ERR_IO, "%s: %s", path, strerror(ENAMETOOLONG));
	TRY(create_at(beside, mode, data));
	if (rename(beside, path) != 0) {
		int why = errno;

		(void)unlink(beside);
		FAIL(ERR_IO, "%s: %s", path, strerror(why));
	}
	return folder_sync(path);
}

void text_freep(char **p)
{
	free(*p);
	*p = NULL;
}

void fd_closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* Reads the file with a NUL after it.  Memory that is given up on the way is wiped, since it may be
 * a secret's. */
static enum err read_all(const char *path, size_t max, struct secret *out)
{
	CLEANUP(fd_closep) int opened = -1;
	CLEANUP(secret_wipe) struct secret room = { NULL, 0 };
	bool is_input = strcmp(path, "-") == 0;
	size_t n = 0;
	ssize_t got;

	if (!is_input)
		TRY(file_open(path, &opened));
	do {
		/* One byte beyond max tells a file that is too large; one is the NUL's. */
		if (room.n - n < 2)
			room_grow(&room, n);
		got = read(is_input ? STDIN_FILENO : opened, room.p + n, room.n - n - 1);
		if (got < 0 && errno != EINTR)
			FAIL(ERR_IO, "%s: %s", path, strerror(errno));
		n += got > 0 ? (size_t)got : 0;
		if (n > max)
			FAIL(ERR_TOO_LARGE, "%s: more than %zu bytes", path, max);
	} while (got != 0);

	room.p[n] = '\0';
	*out = (struct secret){ TAKE(room.p), n };
	return ERR_OK;
}

static void room_grow(struct secret *room, size_t used)
{
	struct secret more = { NULL, 2 * room->n + READ_STEP };

	more.p = malloc(more.n);
	CHECK(more.p != NULL);
	if (used > 0)
		memcpy(more.p, room->p, used);
	secret_wipe(room);
	*room = more;
}

static enum err file_open(const char *path, int *fd)
{
	struct stat st;

	/* A pipe that nobody writes to must not hold us up; it is refused below. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd < 0 || fstat(*fd, &st) != 0)
		FAIL(ERR_IO, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		FAIL(ERR_IO, "%s: not a regular file", path);
	return ERR_OK;
}

static enum err create_at(const char *path, unsigned mode, struct str data)
{
	CLEANUP(fd_closep) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	enum err e;

	if (fd < 0 && errno == EEXIST)
		FAIL(ERR_EXISTS, "%s is there already", path);
	if (fd < 0)
		FAIL(ERR_IO, "%s: %s", path, strerror(errno));
	e = write_all(fd, path, mode, data);
	if (e != ERR_OK)
		(void)unlink(path);
	return e;
}

static enum err write_all(int fd, const char *path, unsigned mode, struct str data)
{
	/* The mode is exact, whatever the umask. */
	if (fchmod(fd, mode) != 0)
		FAIL(ERR_IO, "%s: %s", path, strerror(errno));
	while (data.n > 0) {
		ssize_t wrote = write(fd, data.p, data.n);

		if (wrote < 0 && errno != EINTR)
			FAIL(ERR_IO, "%s: %s", path, strerror(errno));
		data = str_skip(data, wrote > 0 ? (size_t)wrote : 0);
	}
	if (fsync(fd) != 0)
		FAIL(ERR_IO, "%s: %s", path, strerror(errno));
	return ERR_OK;
}

/* Makes the name last: it is the folder's data. */
static enum err folder_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";

	if (slash != NULL) {
		size_t n = slash == path ? 1 : (size_t)(slash - path);

		if (str_copy(folder, sizeof(folder), (struct str){ path, n }) != ERR_OK)
			FAIL(ERR_IO, "%s: %s", path, strerror(ENAMETOOLONG));
	}
	CLEANUP(fd_closep) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0)
		FAIL(ERR_IO, "%s: %s", folder, strerror(errno));
	return ERR_OK;
}
