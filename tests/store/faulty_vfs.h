/* faulty_vfs.h - a file system below SQLite that fails, dies or loses power on demand.
 *
 * faulty_register() once; it stands in for the real one, which does the work.  Then, from any
 * thread:
 *
 *   faulty_fail(FAULT_SYNC, SQLITE_IOERR_FSYNC, 1)    the next sync of the log fails
 *   faulty_fail(FAULT_WRITE, SQLITE_FULL, -1)         every write fails until faulty_heal()
 *   faulty_die_at(n, loss)                            the process is killed before the n-th write,
 *                                                     sync or truncation from now
 *
 * As kernels do it, what a failed sync should have written is not written by the next one either,
 * unless it is written anew: only a power cut shows.
 *
 * With a loss, dying is a power cut: what was written after a file's last sync is taken back, all
 * of it or a part chosen by `loss` as seed, and the shared memory is gone.
 */
#pragma once

#include "base/check.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum fault { FAULT_NONE, FAULT_SYNC, FAULT_WRITE, FAULT_READ };
enum { LOSE_NOTHING = 0, LOSE_ALL = -1 };

/* How to take one write or truncation back. */
struct faulty_step {
	struct faulty_step *before;
	sqlite3_int64 size; /* of the file before it */
	sqlite3_int64 at;
	int n;
	char bytes[];
};

/* A file by its path, whoever has it open. */
struct faulty_disk {
	struct faulty_disk *next;
	char path[300];
	struct faulty_step *unsynced, *dropped; /* dropped: by a sync that failed */
};

struct faulty_file {
	sqlite3_file base; /* first: SQLite sees this */
	bool log;
	struct faulty_disk *disk;
	sqlite3_file *real; /* behind this struct */
};

static struct {
	sqlite3_vfs vfs, *real;
	pthread_mutex_t lock;
	atomic_int kind, code;
	atomic_int spared, left; /* calls that go well first; failures then, < 0: without end */
	atomic_int die_in, loss; /* die_in 0: not at all */
	atomic_int steps;        /* writes, syncs and truncations so far */
	struct faulty_disk *disks;
} faulty = { .lock = PTHREAD_MUTEX_INITIALIZER };

static inline void faulty_fail(enum fault kind, int code, int times)
{
	atomic_store(&faulty.kind, FAULT_NONE);
	atomic_store(&faulty.code, code);
	atomic_store(&faulty.left, times);
	atomic_store(&faulty.spared, 0);
	atomic_store(&faulty.kind, (int)kind);
}

/* The same once, after `spared` calls that go well. */
__attribute__((unused)) static void faulty_fail_after(int spared, enum fault kind, int code)
{
	faulty_fail(FAULT_NONE, code, 1);
	atomic_store(&faulty.spared, spared);
	atomic_store(&faulty.kind, (int)kind);
}

__attribute__((unused)) static void faulty_heal(void)
{
	faulty_fail(FAULT_NONE, SQLITE_OK, 0);
}

__attribute__((unused)) static void faulty_die_at(int step, int loss)
{
	atomic_store(&faulty.loss, loss);
	atomic_store(&faulty.die_in, step);
}

/* --- dying --- */

/* Takes one step back: all of it, or by chance nothing, or all but the first few sectors. */
static inline void faulty_take_back(int fd, const struct faulty_step *s, unsigned *seed)
{
	int kept = 0;

	*seed = *seed * 1103515245u + 12345u;
	if (atomic_load(&faulty.loss) != LOSE_ALL)
		kept = *seed >> 16 & 1 ? s->n : (int)(*seed >> 17) % (s->n / 512 + 1) * 512;
	if (kept < s->n)
		CHECK(pwrite(fd, s->bytes + kept, (size_t)(s->n - kept), s->at + kept) ==
		      s->n - kept);
	if (atomic_load(&faulty.loss) == LOSE_ALL)
		CHECK(ftruncate(fd, s->size) == 0);
}

/* Takes back, newest first, what no sync has made sure of. */
static inline void faulty_power_cut(void)
{
	unsigned seed = (unsigned)atomic_load(&faulty.loss);

	for (struct faulty_disk *d = faulty.disks; d; d = d->next) {
		int fd = open(d->path, O_RDWR | O_CLOEXEC);
		char shm[320];

		if (fd < 0)
			continue;
		for (struct faulty_step *s = d->unsynced; s; s = s->before)
			faulty_take_back(fd, s, &seed);
		for (struct faulty_step *s = d->dropped; s; s = s->before)
			CHECK(pwrite(fd, s->bytes, (size_t)s->n, s->at) == s->n);
		(void)close(fd);
		(void)snprintf(shm, sizeof(shm), "%s-shm", d->path);
		(void)unlink(shm);
	}
}

static inline void faulty_step(void)
{
	atomic_fetch_add(&faulty.steps, 1);
	if (atomic_load(&faulty.die_in) == 0 || atomic_fetch_sub(&faulty.die_in, 1) != 1)
		return;
	if (atomic_load(&faulty.loss) != LOSE_NOTHING)
		faulty_power_cut();
	(void)kill(getpid(), SIGKILL);
}

static inline void faulty_remember(struct faulty_file *f, sqlite3_int64 at, int n)
{
	struct faulty_step *s = calloc(1, sizeof(*s) + (size_t)n);

	CHECK(s != NULL);
	(void)f->real->pMethods->xFileSize(f->real, &s->size);
	(void)f->real->pMethods->xRead(f->real, s->bytes, n, at);
	s->at = at;
	s->n = n;
	s->before = f->disk->unsynced;
	f->disk->unsynced = s;
}

/* Forgets the steps that begin in the `n` bytes at `at`. */
static inline void faulty_forget(struct faulty_step **at_step, sqlite3_int64 at, sqlite3_int64 n)
{
	while (*at_step) {
		struct faulty_step *s = *at_step;

		if (s->at < at || s->at >= at + n) {
			at_step = &s->before;
			continue;
		}
		*at_step = s->before;
		free(s);
	}
}

static inline void faulty_drop(struct faulty_disk *d)
{
	struct faulty_step **last = &d->unsynced;

	while (*last)
		last = &(*last)->before;
	*last = d->dropped;
	d->dropped = d->unsynced;
	d->unsynced = NULL;
}

static inline struct faulty_disk *faulty_disk_of(const char *path)
{
	struct faulty_disk *d;

	CHECK(pthread_mutex_lock(&faulty.lock) == 0);
	for (d = faulty.disks; d && strcmp(d->path, path) != 0;)
		d = d->next;
	if (!d) {
		d = calloc(1, sizeof(*d));
		CHECK(d != NULL);
		(void)snprintf(d->path, sizeof(d->path), "%s", path);
		d->next = faulty.disks;
		faulty.disks = d;
	}
	CHECK(pthread_mutex_unlock(&faulty.lock) == 0);
	return d;
}

/* --- the file's functions --- */

static inline struct faulty_file *faulty_of(sqlite3_file *f)
{
	return (struct faulty_file *)(void *)f;
}

/* The code to fail with, or SQLITE_OK. */
static inline int faulty_now(enum fault kind)
{
	if (atomic_load(&faulty.kind) != (int)kind || atomic_load(&faulty.left) == 0)
		return SQLITE_OK;
	if (atomic_load(&faulty.spared) > 0) {
		atomic_fetch_sub(&faulty.spared, 1);
		return SQLITE_OK;
	}
	if (atomic_load(&faulty.left) > 0)
		atomic_fetch_sub(&faulty.left, 1);
	return atomic_load(&faulty.code);
}

static inline int faulty_close(sqlite3_file *file)
{
	return faulty_of(file)->real->pMethods->xClose(faulty_of(file)->real);
}

static inline int faulty_read(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
	int code = faulty_now(FAULT_READ);
	sqlite3_file *real = faulty_of(file)->real;

	return code != SQLITE_OK ? code : real->pMethods->xRead(real, p, n, at);
}

static inline int faulty_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
	struct faulty_file *f = faulty_of(file);
	int code = faulty_now(FAULT_WRITE);

	if (code != SQLITE_OK)
		return code;
	faulty_step();
	faulty_forget(&f->disk->dropped, at, n);
	if (atomic_load(&faulty.die_in) > 0 && atomic_load(&faulty.loss) != LOSE_NOTHING)
		faulty_remember(f, at, n);
	return f->real->pMethods->xWrite(f->real, p, n, at);
}

static inline int faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct faulty_file *f = faulty_of(file);
	sqlite3_int64 now = 0;

	faulty_step();
	faulty_forget(&f->disk->dropped, size, INT64_MAX - size);
	(void)f->real->pMethods->xFileSize(f->real, &now);
	if (atomic_load(&faulty.die_in) > 0 && atomic_load(&faulty.loss) != LOSE_NOTHING &&
	    now > size)
		faulty_remember(f, size, (int)(now - size));
	return f->real->pMethods->xTruncate(f->real, size);
}

static inline int faulty_sync(sqlite3_file *file, int flags)
{
	struct faulty_file *f = faulty_of(file);
	int code = f->log ? faulty_now(FAULT_SYNC) : SQLITE_OK;

	if (code != SQLITE_OK) {
		faulty_drop(f->disk);
		return code;
	}
	faulty_step();
	faulty_forget(&f->disk->unsynced, 0, INT64_MAX);
	return f->real->pMethods->xSync(f->real, flags);
}

static inline int faulty_file_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return faulty_of(f)->real->pMethods->xFileSize(faulty_of(f)->real, size);
}

static inline int faulty_lock(sqlite3_file *f, int level)
{
	return faulty_of(f)->real->pMethods->xLock(faulty_of(f)->real, level);
}

static inline int faulty_unlock(sqlite3_file *f, int level)
{
	return faulty_of(f)->real->pMethods->xUnlock(faulty_of(f)->real, level);
}

static inline int faulty_check(sqlite3_file *f, int *out)
{
	return faulty_of(f)->real->pMethods->xCheckReservedLock(faulty_of(f)->real, out);
}

static inline int faulty_control(sqlite3_file *f, int op, void *arg)
{
	return faulty_of(f)->real->pMethods->xFileControl(faulty_of(f)->real, op, arg);
}

static inline int faulty_sector(sqlite3_file *f)
{
	return faulty_of(f)->real->pMethods->xSectorSize(faulty_of(f)->real);
}

static inline int faulty_device(sqlite3_file *f)
{
	return faulty_of(f)->real->pMethods->xDeviceCharacteristics(faulty_of(f)->real);
}

static inline int faulty_shm_map(sqlite3_file *f, int page, int size, int extend,
				 void volatile **out)
{
	return faulty_of(f)->real->pMethods->xShmMap(faulty_of(f)->real, page, size, extend, out);
}

static inline int faulty_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return faulty_of(f)->real->pMethods->xShmLock(faulty_of(f)->real, at, n, flags);
}

static inline void faulty_shm_barrier(sqlite3_file *f)
{
	faulty_of(f)->real->pMethods->xShmBarrier(faulty_of(f)->real);
}

static inline int faulty_shm_unmap(sqlite3_file *f, int remove)
{
	return faulty_of(f)->real->pMethods->xShmUnmap(faulty_of(f)->real, remove);
}

static const sqlite3_io_methods FAULTY_METHODS = {
	.iVersion = 2,
	.xClose = faulty_close,
	.xRead = faulty_read,
	.xWrite = faulty_write,
	.xTruncate = faulty_truncate,
	.xSync = faulty_sync,
	.xFileSize = faulty_file_size,
	.xLock = faulty_lock,
	.xUnlock = faulty_unlock,
	.xCheckReservedLock = faulty_check,
	.xFileControl = faulty_control,
	.xSectorSize = faulty_sector,
	.xDeviceCharacteristics = faulty_device,
	.xShmMap = faulty_shm_map,
	.xShmLock = faulty_shm_lock,
	.xShmBarrier = faulty_shm_barrier,
	.xShmUnmap = faulty_shm_unmap,
};

static inline int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
			      int *out)
{
	struct faulty_file *f = faulty_of(file);
	int code;

	(void)vfs;
	memset(f, 0, sizeof(*f));
	f->real = (sqlite3_file *)(void *)(f + 1);
	code = faulty.real->xOpen(faulty.real, name, f->real, flags, out);
	if (code != SQLITE_OK)
		return code;
	f->log = (flags & SQLITE_OPEN_WAL) != 0;
	f->disk = faulty_disk_of(name ? name : "");
	f->base.pMethods = &FAULTY_METHODS;
	return SQLITE_OK;
}

static inline int faulty_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	struct faulty_disk *d = faulty_disk_of(path);

	(void)vfs;
	faulty_forget(&d->unsynced, 0, INT64_MAX);
	faulty_forget(&d->dropped, 0, INT64_MAX);
	return faulty.real->xDelete(faulty.real, path, sync);
}

static inline void faulty_register(void)
{
	faulty.real = sqlite3_vfs_find(NULL);
	CHECK(faulty.real != NULL);
	faulty.vfs = *faulty.real;
	faulty.vfs.zName = "faulty";
	faulty.vfs.pNext = NULL;
	faulty.vfs.szOsFile = (int)sizeof(struct faulty_file) + faulty.real->szOsFile;
	faulty.vfs.xOpen = faulty_open;
	faulty.vfs.xDelete = faulty_delete;
	CHECK(sqlite3_vfs_register(&faulty.vfs, 1) == SQLITE_OK);
}
