#include "sys/clock.h"

#include "base/check.h"
#include "base/time.h"
#include "sys/cleanup.h"
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { NOTICE_MS = 20 };

/* Offsets beyond fifty years are taken as fifty: ids hold the time until 2109. */
#define OFFSET_MAX_MS (50 * 366 * DAY_MS)

struct mapped {
	struct clock clock; /* first: the vtable's self */
	int fd;
	pthread_mutex_t lock;
	int64_t offset;  /* the last one read */
	int64_t forward; /* the sum of all its steps forward: what mono_ms adds */
};

static int64_t system_wall(struct clock *c);
static int64_t system_mono(struct clock *c);
static bool system_wait(struct clock *c, pthread_cond_t *cond, pthread_mutex_t *lock,
			int64_t until_ms);
static int64_t mapped_wall(struct clock *c);
static int64_t mapped_mono(struct clock *c);
static bool mapped_wait(struct clock *c, pthread_cond_t *cond, pthread_mutex_t *lock,
			int64_t until_ms);
static void offset_follow(struct mapped *m, int64_t *offset, int64_t *forward);
static bool offset_read(int fd, int64_t *offset);
static enum err offset_create(int fd, const char *file);
static int64_t read_ms(clockid_t id);

static struct clock SYSTEM = { system_wall, system_mono, system_wait };

struct clock *clock_system(void)
{
	return &SYSTEM;
}

enum err clock_mapped(const char *file, struct clock **out)
{
	CLEANUP(fd_closep) int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
	struct mapped *m;
	int64_t offset;

	if (fd < 0)
		FAIL(ERR_IO, "%s: %s", file, strerror(errno));
	TRY(offset_create(fd, file));
	if (!offset_read(fd, &offset))
		FAIL(ERR_IO, "%s: not a clock file of eight bytes", file);

	m = calloc(1, sizeof(*m));
	CHECK(m != NULL);
	m->clock = (struct clock){ mapped_wall, mapped_mono, mapped_wait };
	m->fd = fd;
	fd = -1;
	m->offset = offset;
	CHECK(pthread_mutex_init(&m->lock, NULL) == 0);
	*out = &m->clock;
	return ERR_OK;
}

void clock_free(struct clock *c)
{
	struct mapped *m = (struct mapped *)(void *)c;

	if (c == NULL || c == &SYSTEM)
		return;
	fd_closep(&m->fd);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

void clock_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	CHECK(pthread_condattr_init(&attr) == 0);
	CHECK(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	CHECK(pthread_cond_init(cond, &attr) == 0);
	CHECK(pthread_condattr_destroy(&attr) == 0);
}

int64_t clock_after(int64_t now_ms, int64_t delta_ms)
{
	int64_t then;

	return __builtin_add_overflow(now_ms, delta_ms, &then) ? INT64_MAX : then;
}

static int64_t system_wall(struct clock *c)
{
	(void)c;
	return read_ms(CLOCK_REALTIME);
}

static int64_t system_mono(struct clock *c)
{
	(void)c;
	return read_ms(CLOCK_MONOTONIC);
}

static bool system_wait(struct clock *c, pthread_cond_t *cond, pthread_mutex_t *lock,
			int64_t until_ms)
{
	/* A wait may end early; a day at a time keeps every timespec in range. */
	int64_t latest_ms = clock_after(system_mono(c), DAY_MS);
	bool whole = until_ms <= latest_ms;
	int64_t ms = whole ? until_ms : latest_ms;
	struct timespec at = { .tv_sec = ms < 0 ? 0 : ms / 1000,
			       .tv_nsec = ms < 0 ? 0 : ms % 1000 * 1000000 };
	int rc = pthread_cond_clockwait(cond, lock, CLOCK_MONOTONIC, &at);

	CHECK(rc == 0 || rc == ETIMEDOUT);
	return rc == 0 || !whole;
}

static int64_t mapped_wall(struct clock *c)
{
	int64_t offset, forward, ms;

	offset_follow((struct mapped *)(void *)c, &offset, &forward);
	ms = read_ms(CLOCK_REALTIME) + offset;
	return ms < 0 ? 0 : ms;
}

static int64_t mapped_mono(struct clock *c)
{
	int64_t offset, forward;

	offset_follow((struct mapped *)(void *)c, &offset, &forward);
	return clock_after(read_ms(CLOCK_MONOTONIC), forward);
}

static bool mapped_wait(struct clock *c, pthread_cond_t *cond, pthread_mutex_t *lock,
			int64_t until_ms)
{
	for (;;) {
		int64_t now_ms = mapped_mono(c), left = NOTICE_MS;

		if (until_ms <= now_ms)
			return false;
		if (until_ms - now_ms < left)
			left = until_ms - now_ms;
		if (system_wait(&SYSTEM, cond, lock, system_mono(&SYSTEM) + left))
			return true;
	}
}

/* A step back of the file moves wall_ms back and leaves mono_ms going at its pace; every step
 * forward moves both, so whatever waits for it sees the time pass. */
static void offset_follow(struct mapped *m, int64_t *offset, int64_t *forward)
{
	int64_t now;

	CHECK(pthread_mutex_lock(&m->lock) == 0);
	/* A file that is just being written anew may be short: the last offset stands. */
	if (offset_read(m->fd, &now)) {
		if (now > m->offset)
			m->forward = clock_after(m->forward, now - m->offset);
		m->offset = now;
	}
	*offset = m->offset;
	*forward = m->forward;
	CHECK(pthread_mutex_unlock(&m->lock) == 0);
}

static bool offset_read(int fd, int64_t *offset)
{
	uint8_t bytes[8];
	uint64_t value = 0;
	int64_t ms;

	if (pread(fd, bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = sizeof(bytes); i-- > 0;)
		value = value << 8 | bytes[i];
	ms = (int64_t)value;
	*offset = ms > OFFSET_MAX_MS ? OFFSET_MAX_MS : ms < -OFFSET_MAX_MS ? -OFFSET_MAX_MS : ms;
	return true;
}

static enum err offset_create(int fd, const char *file)
{
	static const uint8_t ZERO[8];
	off_t size = lseek(fd, 0, SEEK_END);

	if (size < 0)
		FAIL(ERR_IO, "%s: %s", file, strerror(errno));
	if (size == 0 && pwrite(fd, ZERO, sizeof(ZERO), 0) != (ssize_t)sizeof(ZERO))
		FAIL(ERR_IO, "%s: %s", file, strerror(errno));
	return ERR_OK;
}

static int64_t read_ms(clockid_t id)
{
	struct timespec now;

	CHECK(clock_gettime(id, &now) == 0);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
