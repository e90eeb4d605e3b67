#include "sys/file.h"

#include "scratch.h"
#include "sys/cleanup.h"
#include "tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static size_t files_in(const char *folder)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, NULL, NULL);

	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return n < 2 ? 0 : (size_t)n - 2;
}

static void a_file_is_read_whole(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	static char large[100000];
	CLEANUP(text_freep) char *text = NULL;
	size_t n = 0;

	memset(large, 'x', sizeof(large));
	EXPECT_ERR(ERR_OK, file_create(scratch_file(&dir, "f"), 0600,
				       (struct str){ large, sizeof(large) }));
	EXPECT_ERR(ERR_OK, file_read(dir.file, sizeof(large), &text, &n));
	EXPECT_INT(sizeof(large), n);
	EXPECT(memcmp(large, text, n) == 0 && text[n] == '\0');
	text_freep(&text);
	EXPECT_ERR(ERR_OK, file_create(scratch_file(&dir, "empty"), 0600, STR("")));
	EXPECT_ERR(ERR_OK, file_read(dir.file, 0, &text, &n));
	EXPECT_INT(0, n);
	EXPECT_STR("", text);
}

static void a_file_over_its_limit_is_refused(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	char *text = NULL;
	size_t n = 99;

	EXPECT_ERR(ERR_OK, file_create(scratch_file(&dir, "f"), 0600, STR("12345")));
	EXPECT_ERR(ERR_TOO_LARGE, file_read(dir.file, 4, &text, &n));
	EXPECT(text == NULL && n == 99);
	EXPECT(strstr(err_text(), dir.file) != NULL);
	EXPECT_ERR(ERR_OK, file_read(dir.file, 5, &text, &n));
	EXPECT_INT(5, n);
	text_freep(&text);
	EXPECT(text == NULL);
}

static void what_is_no_regular_file_is_refused(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	char *text = NULL;
	size_t n;

	EXPECT_ERR(ERR_IO, file_read(dir.path, 100, &text, &n));
	EXPECT_ERR(ERR_IO, file_read("/dev/zero", 100, &text, &n));
	EXPECT_ERR(ERR_IO, file_read(scratch_file(&dir, "none"), 100, &text, &n));
	EXPECT(strstr(err_text(), "No such file") != NULL);
	EXPECT(mkfifo(scratch_file(&dir, "pipe"), 0600) == 0);
	EXPECT_ERR(ERR_IO, file_read(dir.file, 100, &text, &n));
	EXPECT(text == NULL);
}

static void a_dash_is_standard_input(void)
{
	CLEANUP(fd_closep) int saved = dup(STDIN_FILENO);
	CLEANUP(text_freep) char *text = NULL;
	CLEANUP(secret_wipe) struct secret s = { NULL, 0 };
	int ends[2];
	size_t n = 0;

	for (int i = 0; i < 2; i++) {
		EXPECT(pipe(ends) == 0);
		EXPECT(write(ends[1], "from a pipe", 11) == 11);
		EXPECT(close(ends[1]) == 0);
		EXPECT(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
		EXPECT(close(ends[0]) == 0);
		if (i == 0)
			EXPECT_ERR(ERR_OK, file_read("-", 100, &text, &n));
		else
			EXPECT_ERR(ERR_OK, file_read_secret("-", 100, &s));
	}
	if (saved >= 0)
		(void)dup2(saved, STDIN_FILENO);
	EXPECT_INT(11, n);
	EXPECT_STR("from a pipe", text);
	EXPECT(str_is(secret_reveal(&s), "from a pipe"));
}

static void a_secret_file_is_limited_too(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(secret_wipe) struct secret s = { NULL, 0 };
	static const char LARGE[SECRET_MAX + 1];

	EXPECT_ERR(ERR_OK, file_create(scratch_file(&dir, "f"), 0600, STR("12345")));
	EXPECT_ERR(ERR_TOO_LARGE, file_read_secret(dir.file, 4, &s));
	EXPECT_ERR(ERR_OK, file_read_secret(dir.file, 5, &s));
	EXPECT(str_is(secret_reveal(&s), "12345"));
	EXPECT_ERR(ERR_OK, file_create(scratch_file(&dir, "large"), 0600,
				       (struct str){ LARGE, sizeof(LARGE) }));
	EXPECT_ERR(ERR_TOO_LARGE, file_read_secret(dir.file, SIZE_MAX, &s));
	EXPECT(str_is(secret_reveal(&s), "12345"));
}

static void a_file_is_created_once_with_its_mode(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(text_freep) char *text = NULL;
	size_t n;

	EXPECT_ERR(ERR_OK, file_create(scratch_file(&dir, "f"), 0666, STR("first")));
	EXPECT_INT(0666, mode_of(dir.file));
	EXPECT_ERR(ERR_EXISTS, file_create(dir.file, 0600, STR("second")));
	EXPECT_ERR(ERR_OK, file_read(dir.file, 100, &text, &n));
	EXPECT_STR("first", text);
	EXPECT_ERR(ERR_OK, file_create(scratch_file(&dir, "secret"), 0600, STR("s")));
	EXPECT_INT(0600, mode_of(dir.file));
	EXPECT_ERR(ERR_IO, file_create(scratch_file(&dir, "none/f"), 0600, STR("x")));
}

static void a_file_is_replaced_whole(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(text_freep) char *text = NULL;
	size_t n;

	EXPECT_ERR(ERR_OK, file_replace(scratch_file(&dir, "f"), 0600, STR("first")));
	EXPECT_ERR(ERR_OK, file_replace(dir.file, 0640, STR("2")));
	EXPECT_INT(0640, mode_of(dir.file));
	EXPECT_ERR(ERR_OK, file_read(dir.file, 100, &text, &n));
	EXPECT_STR("2", text);
	EXPECT_INT(1, files_in(dir.path));

	/* A folder cannot be replaced by a file; nothing is left beside it. */
	EXPECT(mkdir(scratch_file(&dir, "folder"), 0700) == 0);
	EXPECT_ERR(ERR_IO, file_replace(dir.file, 0600, STR("x")));
	EXPECT_INT(2, files_in(dir.path));
}

static void paths_may_be_relative(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(fd_closep) int here = open(".", O_RDONLY | O_DIRECTORY);
	enum err e;

	EXPECT(here >= 0 && chdir(dir.path) == 0);
	e = file_replace("f", 0600, STR("x"));
	EXPECT(fchdir(here) == 0);
	EXPECT_ERR(ERR_OK, e);
	EXPECT_INT(0600, mode_of(scratch_file(&dir, "f")));
}

static void descriptors_are_closed_once(void)
{
	int fd = dup(STDOUT_FILENO), none = -1;

	fd_closep(&fd);
	EXPECT_INT(-1, fd);
	fd_closep(&none);
	EXPECT_INT(-1, none);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(a_file_is_read_whole),
	TEST(a_file_over_its_limit_is_refused),
	TEST(what_is_no_regular_file_is_refused),
	TEST(a_dash_is_standard_input),
	TEST(a_secret_file_is_limited_too),
	TEST(a_file_is_created_once_with_its_mode),
	TEST(a_file_is_replaced_whole),
	TEST(paths_may_be_relative),
	TEST(descriptors_are_closed_once),
};
/* clang-format on */

TAP_MAIN(TESTS)
