/* doctor_machine.c - file modes, disk, limits, libraries. */
#include "cli/doctor.h"

#include "built_with.h"
#include "store/sqlite/sqlite.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <microhttpd.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Below the first, soon nothing can be written; below the second, it is time to look. */
enum { MIB = 1 << 20, DISK_BAD_MIB = 200, DISK_LOW_MIB = 2048, WAL_MIB = 256, FILES_LOW = 4096 };

static bool check_mode(struct doctor *d, const char *name, mode_t others, bool needed);
static void check_limit(struct doctor *d);

void doctor_files(struct doctor *d)
{
	static const char *const SECRET[] = { "master.key", "tael.db", "tael.db-wal", "lock",
					      "calls.log" };
	bool good = check_mode(d, "", S_IRWXO, true);

	for (size_t i = 0; i < sizeof(SECRET) / sizeof(SECRET[0]); i++)
		good = check_mode(d, SECRET[i], S_IRWXG | S_IRWXO, i == 1) && good;
	if (good)
		doctor_say(d, DOCTOR_OK, "modes", "only this user may read the data folder");
}

static bool check_mode(struct doctor *d, const char *name, mode_t others, bool needed)
{
	char path[PATH_MAX];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/%s", d->dir, name);
	if (stat(path, &st) != 0) {
		if (needed || errno != ENOENT)
			doctor_say(d, DOCTOR_BAD, "modes", "%s: %s", path, strerror(errno));
		return !needed;
	}
	if ((st.st_mode & others) != 0)
		doctor_say(d, DOCTOR_BAD, "modes", "other users may open %s: chmod %s it", path,
			   S_ISDIR(st.st_mode) ? "700" : "600");
	if (st.st_uid != geteuid())
		doctor_say(d, DOCTOR_WARN, "modes", "%s belongs to user %u, this is user %u", path,
			   (unsigned)st.st_uid, (unsigned)geteuid());
	return (st.st_mode & others) == 0 && st.st_uid == geteuid();
}

void doctor_disk(struct doctor *d)
{
	char path[PATH_MAX];
	struct statvfs fs;
	struct stat wal;
	int64_t free_mib;

	if (statvfs(d->dir, &fs) != 0) {
		doctor_say(d, DOCTOR_BAD, "disk", "%s: %s", d->dir, strerror(errno));
		return;
	}
	free_mib = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize / MIB;
	doctor_say(d,
		   free_mib < DISK_BAD_MIB   ? DOCTOR_BAD
		   : free_mib < DISK_LOW_MIB ? DOCTOR_WARN
					     : DOCTOR_OK,
		   "disk", "%" PRId64 " MiB are free", free_mib);
	(void)snprintf(path, sizeof(path), "%s/tael.db-wal", d->dir);
	if (stat(path, &wal) == 0 && wal.st_size / MIB > WAL_MIB)
		doctor_say(d, DOCTOR_WARN, "disk",
			   "tael.db-wal has grown to %" PRId64 " MiB: does something keep tael.db "
			   "open for reading?",
			   (int64_t)wal.st_size / MIB);
	check_limit(d);
}

static void check_limit(struct doctor *d)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_max >= FILES_LOW)
		return;
	doctor_say(d, DOCTOR_WARN, "limits",
		   "at most %" PRIu64 " open files: raise the hard limit (LimitNOFILE=)",
		   (uint64_t)files.rlim_max);
}

void doctor_libraries(struct doctor *d)
{
	const struct {
		const char *name, *built, *runs;
	} libraries[] = {
		{ "libmicrohttpd", BUILT_LIBMICROHTTPD, MHD_get_version() },
		{ "jansson", BUILT_JANSSON, jansson_version_str() },
		{ "sqlite", BUILT_SQLITE, sqlite_library_version() },
		{ "libcurl", BUILT_LIBCURL, curl_version_info(CURLVERSION_NOW)->version },
		{ "openssl", BUILT_OPENSSL, OpenSSL_version(OPENSSL_VERSION_STRING) },
	};
	bool same = true;

	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
		if (strcmp(libraries[i].built, libraries[i].runs) == 0)
			continue;
		same = false;
		doctor_say(d, DOCTOR_WARN, "libraries", "%s %s runs, %s was built against",
			   libraries[i].name, libraries[i].runs, libraries[i].built);
	}
	if (same)
		doctor_say(d, DOCTOR_OK, "libraries", "the ones that it was built against");
	if (sqlite_library_needs_one_writer())
		doctor_say(
			d, DOCTOR_WARN, "sqlite",
			"SQLite %s can lose pages when another program checkpoints tael.db during "
			"a commit: never open it with other tools that may write (Tael's own "
			"commands keep to one writer)",
			sqlite_library_version());
}
