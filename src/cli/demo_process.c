/* demo_process.c - starts this program again, as a sandbox, a server or a command. */
#include "cli/demo.h"

#include "sys/json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_MS = 30000, LINE_MAX_BYTES = 1024, ARGS_MAX = 24 };

static enum err spawn(const char *log, const char *const *args, pid_t *pid, int *out);
static enum err read_line(int fd, char *line, size_t cap);

enum err demo_start(const char *log, const char *const *args, struct demo_process *p)
{
	char line[LINE_MAX_BYTES];
	struct jin r;

	TRY(spawn(log, args, &p->pid, &p->out));
	if (read_line(p->out, line, sizeof(line)) != ERR_OK)
		FAIL(ERR_INTERNAL, "tael %s did not start; see %s", args[0], log);
	jin_open(&r, str_of(line));
	jin_text(&r, "listening", JIN_NEEDED, p->url, sizeof(p->url));
	jin_allow_unknown(&r);
	return jin_done(&r);
}

void demo_stop(struct demo_process *p)
{
	if (p->pid <= 0)
		return;
	(void)kill(p->pid, SIGTERM);
	(void)waitpid(p->pid, NULL, 0);
	(void)close(p->out);
	p->pid = 0;
}

enum err demo_run(const char *log, const char *const *args, char *out, size_t cap)
{
	int fd, status = 0;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	TRY(spawn(log, args, &pid, &fd));
	while (n + 1 < cap && (got = read(fd, out + n, cap - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	(void)close(fd);
	(void)waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		FAIL(ERR_INTERNAL, "tael %s %s failed; see %s", args[0], args[1], log);
	return ERR_OK;
}

static enum err spawn(const char *log, const char *const *args, pid_t *pid, int *out)
{
	char *argv[ARGS_MAX + 2] = { strdup("tael") };
	int pipe_fds[2], log_fd;

	for (size_t i = 0; i < ARGS_MAX && args[i]; i++)
		argv[i + 1] = strdup(args[i]);
	if (pipe2(pipe_fds, O_CLOEXEC) != 0)
		FAIL(ERR_IO, "no pipe: %s", strerror(errno));
	log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	*pid = fork();
	if (*pid == 0) {
		(void)dup2(pipe_fds[1], 1);
		(void)dup2(log_fd, 2);
		(void)execv("/proc/self/exe", argv);
		_exit(127);
	}
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	(void)close(pipe_fds[1]);
	if (log_fd >= 0)
		(void)close(log_fd);
	*out = pipe_fds[0];
	if (*pid < 0)
		FAIL(ERR_IO, "no process: %s", strerror(errno));
	return ERR_OK;
}

static enum err read_line(int fd, char *line, size_t cap)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t n = 0;

	while (n + 1 < cap) {
		if (poll(&ready, 1, START_MS) <= 0 || read(fd, line + n, 1) != 1)
			FAIL(ERR_IO, "no line");
		if (line[n] == '\n') {
			line[n] = '\0';
			return ERR_OK;
		}
		n++;
	}
	FAIL(ERR_IO, "a line without end");
}
