#include "sys/log.h"

#include "scratch.h"
#include "sys/cleanup.h"
#include "sys/crypto.h"
#include "sys/file.h"
#include "tap.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <unistd.h>

enum { TEXT_MAX = 1 << 20, LINE_ROOM = 1024, TS = sizeof("ts=2026-11-22T08:00:00.123Z ") - 1 };

#define CANARY "whsec_CANARY4711"

/* A log that goes to a file of its own. */
struct capture {
	struct scratch dir;
	int fd;
	char *text;
};

static struct capture capture_begin(enum log_level least)
{
	struct capture c = { .dir = scratch_make(), .fd = -1, .text = NULL };

	c.fd = open(scratch_file(&c.dir, "log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	log_to(c.fd, least);
	return c;
}

/* What was written so far; with room after an empty text, since tests look behind the time. */
static const char *captured(struct capture *c)
{
	static const char NOTHING[LINE_ROOM] = "";
	size_t n;

	text_freep(&c->text);
	return file_read(c->dir.file, TEXT_MAX, &c->text, &n) == ERR_OK && n > 0 ? c->text
										 : NOTHING;
}

static void capture_end(struct capture *c)
{
	log_to(STDERR_FILENO, LOG_INFO);
	fd_closep(&c->fd);
	text_freep(&c->text);
	scratch_remove(&c->dir);
}

static void an_event_is_one_line(void)
{
	CLEANUP(capture_end) struct capture c = capture_begin(LOG_INFO);
	const char *line;

	LOG(LOG_INFO, "order.paid", LOG_OBJECT("order", ID_ORDER, 33), LOG_I("fen", -8800),
	    LOG_S("channel", "alipay"), LOG_STR("name", STR("main")));
	line = captured(&c);
	EXPECT(strncmp(line, "ts=2", 4) == 0 && strlen(line) > TS && line[TS - 2] == 'Z');
	EXPECT_STR("level=info event=order.paid order=ord_0000000000011 fen=-8800 channel=alipay "
		   "name=main\n",
		   line + TS);
}

static void values_are_quoted_and_escaped_as_needed(void)
{
	CLEANUP(capture_end) struct capture c = capture_begin(LOG_INFO);

	LOG(LOG_WARN, "e", LOG_S("empty", ""), LOG_S("space", "a b"), LOG_S("equals", "a=b"),
	    LOG_S("quote", "a\"b"), LOG_S("slash", "a\\b"), LOG_S("lines", "a\r\nlevel=error\tx"),
	    LOG_S("escape", "\x1b[31m\x7f"), LOG_STR("nul", STR("a\0b")), LOG_S("text", "积分"),
	    LOG_S("bytes", "\xe7\xa7"), LOG_S("none", NULL));
	EXPECT_STR("level=warn event=e empty=\"\" space=\"a b\" equals=\"a=b\" quote=\"a\\\"b\" "
		   "slash=\"a\\\\b\" lines=\"a\\r\\nlevel=error\\tx\" "
		   "escape=\"\\x1b[31m\\x7f\" nul=\"a\\x00b\" text=\"积分\" "
		   "bytes=\"\\xe7\\xa7\" none=\"\"\n",
		   captured(&c) + TS);
}

static void long_values_are_cut_at_whole_characters(void)
{
	CLEANUP(capture_end) struct capture c = capture_begin(LOG_INFO);
	char plain[600], wide[600] = "";
	const char *line;

	memset(plain, 'a', sizeof(plain));
	for (size_t i = 0; i < 199; i++)
		memcpy(wide + 3 * i, "积", 4);
	LOG(LOG_INFO, "e", LOG_STR("p", ((struct str){ plain, sizeof(plain) })), LOG_S("w", wide));
	line = captured(&c) + TS + strlen("level=info event=e p=");
	EXPECT_INT(512, strspn(line, "a"));
	EXPECT(strncmp(line + 512, " w=\"", 4) == 0);
	/* 170 characters are 510 bytes; the 171st would be cut in two. */
	EXPECT_STR("\"\n", line + 512 + 4 + 510);
}

static void a_line_is_never_longer_than_a_pipe_takes_whole(void)
{
	CLEANUP(capture_end) struct capture c = capture_begin(LOG_INFO);
	char bytes[512];
	struct str value = { bytes, sizeof(bytes) };
	const char *line;

	memset(bytes, '\x01', sizeof(bytes));
	LOG(LOG_INFO, "e", LOG_STR("a", value), LOG_STR("b", value), LOG_I("c", 3));
	line = captured(&c);
	EXPECT(strlen(line) <= PIPE_BUF);
	EXPECT(strstr(line, " a=\"\\x01") != NULL);
	EXPECT(strstr(line, " b=") == NULL);
	EXPECT(strstr(line, " c=3 cut=true\n") != NULL);
}

static void levels_below_the_least_are_dropped(void)
{
	CLEANUP(capture_end) struct capture c = capture_begin(LOG_WARN);

	LOG(LOG_DEBUG, "e", LOG_I("n", 1));
	LOG(LOG_INFO, "e", LOG_I("n", 2));
	EXPECT_STR("", captured(&c));
	LOG(LOG_WARN, "e", LOG_I("n", 3));
	LOG(LOG_ERROR, "e", LOG_I("n", 4));
	EXPECT(strstr(captured(&c), "level=warn event=e n=3\n") != NULL);
	EXPECT(strstr(captured(&c), "level=error event=e n=4\n") != NULL);
	log_to(c.fd, LOG_DEBUG);
	LOG(LOG_DEBUG, "e", LOG_I("n", 5));
	EXPECT(strstr(captured(&c), "level=debug event=e n=5\n") != NULL);
}

static enum err refuse(void)
{
	FAIL_AT(ERR_INSUFFICIENT, "amount", "5 of 3 gold");
}

static void a_failure_tells_its_code_and_place(void)
{
	CLEANUP(capture_end) struct capture c = capture_begin(LOG_INFO);
	const char *line;

	log_err(LOG_ERROR, "pay.failed", refuse());
	line = captured(&c) + TS;
	EXPECT(strstr(line, "level=error event=pay.failed code=insufficient_balance "
			    "text=\"5 of 3 gold\" param=amount where=") == line);
	EXPECT(strstr(line, "log_test.c:") != NULL);
}

static void *write_lines(void *arg)
{
	for (int i = 0; i < 200; i++)
		LOG(LOG_INFO, "e", LOG_S("who", arg),
		    LOG_S("filler", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"));
	return NULL;
}

static void lines_of_threads_do_not_mix(void)
{
	CLEANUP(capture_end) struct capture c = capture_begin(LOG_INFO);
	char names[4][2] = { "a", "b", "c", "d" };
	pthread_t threads[4];
	struct str rest;
	size_t lines = 0;

	for (size_t i = 0; i < 4; i++)
		EXPECT(pthread_create(&threads[i], NULL, write_lines, names[i]) == 0);
	for (size_t i = 0; i < 4; i++)
		EXPECT(pthread_join(threads[i], NULL) == 0);
	rest = str_of(captured(&c));
	for (; rest.n > 0; lines++) {
		struct str line = str_cut(rest, '\n', &rest);

		EXPECT(str_starts(line, "ts=") && str_ends(line, "xyz"));
		EXPECT_INT(TS + strlen("level=info event=e who=a filler=") + 52, line.n);
	}
	EXPECT_INT(800, lines);
}

static void a_log_that_cannot_be_written_stops_nothing(void)
{
	log_to(-1, LOG_INFO);
	LOG(LOG_ERROR, "e", LOG_I("n", 1));
	log_to(STDERR_FILENO, LOG_INFO);
}

/* That LOG_S(secret) does not compile is the test "a secret cannot be logged".  Here secrets go
 * through what may fail, and neither words nor log may show them. */
static void a_secret_shows_nowhere(void)
{
	CLEANUP(capture_end) struct capture c = capture_begin(LOG_DEBUG);
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(secret_wipe) struct secret read = { NULL, 0 };
	struct rsa_key *key = NULL;
	static const char *const TEXTS[] = {
		CANARY,
		"-----BEGIN " CANARY,
		"-----BEGIN PRIVATE KEY-----" CANARY "-----END PRIVATE KEY-----",
	};

	crypto_start();
	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		CLEANUP(secret_wipe) struct secret s = secret_copy(str_of(TEXTS[i]));

		EXPECT_ERR(ERR_CONFIG, rsa_private_read(secret_reveal(&s), &key));
		EXPECT(strstr(err_text(), "CANARY") == NULL);
		log_err(LOG_ERROR, "key.bad", ERR_CONFIG);
		EXPECT_ERR(ERR_CONFIG, rsa_public_read(secret_reveal(&s), &key));
		log_err(LOG_ERROR, "key.bad", ERR_CONFIG);
	}
	EXPECT_ERR(ERR_OK, file_create(scratch_file(&dir, "key"), 0600, STR(CANARY)));
	EXPECT_ERR(ERR_TOO_LARGE, file_read_secret(dir.file, 8, &read));
	log_err(LOG_ERROR, "key.bad", ERR_TOO_LARGE);
	EXPECT(read.p == NULL);
	EXPECT(strstr(captured(&c), "event=key.bad") != NULL);
	EXPECT(strstr(captured(&c), "CANARY") == NULL);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(an_event_is_one_line),
	TEST(values_are_quoted_and_escaped_as_needed),
	TEST(long_values_are_cut_at_whole_characters),
	TEST(a_line_is_never_longer_than_a_pipe_takes_whole),
	TEST(levels_below_the_least_are_dropped),
	TEST(a_failure_tells_its_code_and_place),
	TEST(lines_of_threads_do_not_mix),
	TEST(a_log_that_cannot_be_written_stops_nothing),
	TEST(a_secret_shows_nowhere),
};
/* clang-format on */

TAP_MAIN(TESTS)
