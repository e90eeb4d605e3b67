/* A channel's second address is for when nothing reached the first, and only then. */
#include "app/channel_call.h"
#include "sys/cleanup.h"
#include "sys/file.h"

#include "receiver.h"
#include "tap.h"
#include "world.h"

/* A client, a place that refuses every connection, and one that answers. */
struct scene {
	struct world w;
	struct receiver *there;
	int closed_fd;
	char nowhere[64], main[64], backup[64];
	struct channel_keyring ring;
	struct net_got got;
};

static void scene_begin(struct scene *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	*s = (struct scene){ .there = receiver_start() };
	world_begin(&s->w);
	CHECK(net_client_start(s->w.clock, &s->w.services.client) == ERR_OK);
	CHECK(call_log_open(s->w.dir.path, s->w.clock, 0, &s->w.services.calls) == ERR_OK);
	/* Bound but not listening: the port is taken, and a connection refused. */
	s->closed_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(bind(s->closed_fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	CHECK(getsockname(s->closed_fd, (struct sockaddr *)&at, &n) == 0);
	(void)snprintf(s->nowhere, sizeof(s->nowhere), "http://127.0.0.1:%d/ok",
		       ntohs(at.sin_port));
	(void)snprintf(s->backup, sizeof(s->backup), "http://127.0.0.1:%d/ok-backup",
		       s->there->port);
	s->ring.merchant = MERCHANT;
	(void)snprintf(s->ring.account.channel, sizeof(s->ring.account.channel), "wechat");
}

static void scene_end(struct scene *s)
{
	net_got_free(&s->got);
	net_client_stop(s->w.services.client);
	call_log_close(s->w.services.calls);
	(void)close(s->closed_fd);
	receiver_stop(s->there);
	world_end(&s->w);
}

static enum err call(struct scene *s, const char *url, const char *backup_url)
{
	const struct channel_call c = { .method = "POST",
					.url = url,
					.backup_url = backup_url,
					.type = "application/json",
					.body = STR("{\"number\":\"att1\"}") };
	const struct call_line about = { .app = APP, .operation = "create", .order = 77 };

	net_got_free(&s->got);
	return channel_call_send(&s->w.services, &s->ring, &c, &about, &s->got);
}

/* How many lines the call log has with `text` in them. */
static int logged(struct scene *s, const char *text)
{
	CLEANUP(text_freep) char *all = NULL;
	char path[300];
	size_t size;
	int n = 0;

	(void)snprintf(path, sizeof(path), "%s/calls.log", s->w.dir.path);
	CHECK(file_read(path, 1 << 20, &all, &size) == ERR_OK);
	for (const char *at = all; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

static void what_reached_nobody_goes_to_the_backup_unchanged(void)
{
	CLEANUP(scene_end) struct scene s;

	scene_begin(&s);
	EXPECT_ERR(ERR_OK, call(&s, s.nowhere, s.backup));
	EXPECT_INT(200, s.got.status);
	EXPECT_INT(1, receiver_count(s.there, "/ok-backup", NULL));
	EXPECT_STR("{\"number\":\"att1\"}", receiver_get(s.there, "/ok-backup", 0).body);
	/* Both calls are in the log, with what they were about. */
	EXPECT_INT(2, logged(&s, "\"operation\":\"create\""));
	EXPECT_INT(1, logged(&s, "\"error\":\"network\""));
	EXPECT_INT(1, logged(&s, "/ok-backup\",\"status\":200"));
}

static void without_a_backup_it_has_failed(void)
{
	CLEANUP(scene_end) struct scene s;

	scene_begin(&s);
	EXPECT_ERR(ERR_NETWORK, call(&s, s.nowhere, NULL));
	EXPECT(!s.got.sent);
	EXPECT_INT(0, receiver_count(s.there, "/ok-backup", NULL));
	EXPECT_ERR(ERR_NETWORK, call(&s, s.nowhere, s.nowhere));
	EXPECT(!s.got.sent);
	EXPECT_INT(3, logged(&s, "\"operation\":\"create\""));
}

/* Whoever got the request may have acted on it, whatever he said or did not say. */
static void what_was_sent_is_never_sent_elsewhere(void)
{
	static const char *const PATHS[] = { "/close", "/500", "/say/hello", "/no/hello" };
	CLEANUP(scene_end) struct scene s;

	scene_begin(&s);
	for (size_t i = 0; i < sizeof(PATHS) / sizeof(PATHS[0]); i++) {
		(void)snprintf(s.main, sizeof(s.main), "http://127.0.0.1:%d%s", s.there->port,
			       PATHS[i]);
		EXPECT_ERR(i == 0 ? ERR_NETWORK : ERR_OK, call(&s, s.main, s.backup));
		EXPECT(s.got.sent);
		EXPECT(receiver_count(s.there, PATHS[i], NULL) >= 1);
	}
	EXPECT_INT(0, receiver_count(s.there, "/ok-backup", NULL));
}

static const struct tap_test TESTS[] = {
	TEST(what_reached_nobody_goes_to_the_backup_unchanged),
	TEST(without_a_backup_it_has_failed),
	TEST(what_was_sent_is_never_sent_elsewhere),
};

TAP_MAIN(TESTS)
