/* webhook_test.c - what receivers see: signatures, retries, and that one never delays another. */
#include "webhook_world.h"

#include "sys/cleanup.h"
#include "sys/file.h"

#include <sys/wait.h>

enum { HOUR_MS = 3600 * 1000 };

static void an_event_is_sent_signed(void)
{
	struct hooks h;
	struct endpoint_answer e;
	struct came c;

	hooks_begin_as(&h, true);
	e = hooks_endpoint(&h, "/ok", "order.*");
	EXPECT_INT(1, world_number(&h.world, "select count(*) from endpoint"));
	hooks_say(&h, (struct hooks_event){ .type = "refund.failed" });
	hooks_say(&h, (struct hooks_event){ .type = "order.paid" });
	UNTIL(receiver_count(h.receiver, "/ok", NULL) > 0);
	c = receiver_get(h.receiver, "/ok", 0);
	EXPECT(strncmp(c.id, "evt_", 4) == 0);
	EXPECT(hooks_signed_by(&c, e.secret, c.timestamp));
	EXPECT(strstr(c.body, "{\"type\":\"order.paid\",\"timestamp\":\"20") == c.body);
	EXPECT(strstr(c.body, "\"data\":{\"object\":{\"object\":\"order\",\"version\":1}}}") !=
	       NULL);
	EXPECT_INT(16, strspn(c.delivery, "0123456789abcdef"));
	/* The cursor goes on; nothing is kept of what succeeded. */
	UNTIL(world_number(&h.world, "select cursor = (select max(id) from event) from endpoint"));
	EXPECT_INT(0, world_number(&h.world, "select count(*) from delivery"));
	hooks_end(&h);
}

static void g8_an_old_capture_is_known_by_its_signed_time(void)
{
	struct hooks h;
	struct endpoint_answer e;
	struct came c;
	char later[32];

	hooks_begin(&h);
	e = hooks_endpoint(&h, "/ok", "*");
	hooks_say(&h, (struct hooks_event){ 0 });
	UNTIL(receiver_count(h.receiver, "/ok", NULL) == 1);
	c = receiver_get(h.receiver, "/ok", 0);
	(void)snprintf(later, sizeof(later), "%lld", atoll(c.timestamp) + 600);
	EXPECT(hooks_signed_by(&c, e.secret, c.timestamp));
	EXPECT(!hooks_signed_by(&c, e.secret, later));
	EXPECT(llabs(atoll(c.timestamp) * 1000 - world_now(&h.world)) < 100000);
	hooks_end(&h);
}

static void g2_bad_receivers_are_cut_off_and_delay_nobody(void)
{
	static const char *const BAD[] = { "/500", "/hang", "/close", "/drip", "/big" };
	struct hooks h;

	hooks_begin(&h);
	for (size_t i = 0; i < 5; i++)
		(void)hooks_endpoint(&h, BAD[i], "order.paid");
	(void)hooks_endpoint(&h, "/ok", "order.paid");
	hooks_say(&h, (struct hooks_event){ 0 });
	UNTIL(receiver_count(h.receiver, "/hang", NULL) == 1);
	UNTIL(receiver_count(h.receiver, "/drip", NULL) == 1);
	/* While those two still hang, the good one gets all that happens. */
	for (size_t n = 2; n < 30; n++) {
		hooks_say(&h, (struct hooks_event){ .type = "order.paid" });
		UNTIL(receiver_count(h.receiver, "/ok", NULL) == n);
	}
	EXPECT_INT(1, receiver_count(h.receiver, "/hang", NULL));
	EXPECT_INT(1, receiver_count(h.receiver, "/drip", NULL));
	/* Each failure waits for its next try. */
	UNTIL(world_number(&h.world,
			   "select count(distinct lane) from delivery where status = 1 and "
			   "tries > 0") == 5);
	EXPECT_INT(500,
		   world_number(&h.world, "select last_status from delivery join endpoint e on "
					  "e.id = lane where e.url like '%/500' limit 1"));
	EXPECT_INT(0, world_number(&h.world, "select count(*) from delivery d join endpoint e on "
					     "e.id = d.lane where e.url like '%/ok'"));
	hooks_end(&h);
}

static void g3_redirects_are_not_followed(void)
{
	struct hooks h;

	hooks_begin(&h);
	(void)hooks_endpoint(&h, "/redirect", "*");
	hooks_say(&h, (struct hooks_event){ 0 });
	UNTIL(world_number(&h.world, "select count(*) from delivery") == 1);
	EXPECT_INT(302, world_number(&h.world, "select last_status from delivery"));
	EXPECT_INT(0, receiver_count(h.receiver, "/ok-redirected", NULL));
	hooks_end(&h);
}

static void g4_g5_a_repeat_has_the_same_id_and_body(void)
{
	struct hooks h;
	struct came first, again;

	hooks_begin(&h);
	receiver_switch(h.receiver, 503);
	(void)hooks_endpoint(&h, "/switch", "*");
	hooks_say(&h, (struct hooks_event){ .object = "{\"id\":\"ord_1\",\"version\":3}" });
	UNTIL(world_number(&h.world, "select count(*) from delivery where tries = 1") == 1);
	receiver_switch(h.receiver, 200);
	world_clock_set(&h.world, 10000);
	UNTIL(world_number(&h.world, "select status from delivery") == 2);
	EXPECT_INT(2, receiver_count(h.receiver, "/switch", NULL));
	first = receiver_get(h.receiver, "/switch", 0);
	again = receiver_get(h.receiver, "/switch", 1);
	EXPECT_STR(first.id, again.id);
	EXPECT_STR(first.body, again.body);
	EXPECT(strcmp(first.delivery, again.delivery) != 0);
	EXPECT(strcmp(first.timestamp, again.timestamp) != 0);
	/* The version lets a receiver drop what was overtaken. */
	EXPECT(strstr(again.body, "\"version\":3") != NULL);
	hooks_end(&h);
}

static void g6_private_addresses_are_refused(void)
{
	static const char *const HOSTS[] = {
		"127.0.0.1", "localhost", "2130706433",        "0x7f.1",
		"[::1]",     "0.0.0.0",   "[::ffff:127.0.0.1]"
	};
	static const char *const WRITTEN[] = { "http://127.0.0.1/",   "http://10.1.2.3/a",
					       "http://[::1]:8080/",  "http://169.254.169.254/",
					       "http://LOCALHOST/",   "http://192.168.0.1/",
					       "https://127.9.9.9/x", "http://a.localhost/" };
	struct hooks h;

	hooks_begin(&h);
	/* Made while they were allowed, or names that turn out to be private: at connect time. */
	for (size_t i = 0; i < 7; i++) {
		struct endpoint_ask ask = hooks_endpoint_ask(&h, "/ok");
		struct endpoint_answer answer;

		(void)snprintf(ask.url, sizeof(ask.url), "http://%s:%d/ok", HOSTS[i],
			       h.receiver->port);
		(void)snprintf(ask.events, sizeof(ask.events), "*");
		CHECK(store_write(h.world.services.store, MERCHANT, endpoint_add, &ask, &answer) ==
		      ERR_OK);
	}
	hooks_halt(&h);
	h.world.services.allow_private_webhooks = false;
	hooks_run(&h);
	hooks_say(&h, (struct hooks_event){ 0 });
	UNTIL(world_number(&h.world, "select count(*) from delivery") == 7);
	EXPECT_INT(0, h.receiver->came_n);
	EXPECT_INT(0, world_number(&h.world, "select max(last_status) from delivery"));
	for (size_t i = 0; i < sizeof(WRITTEN) / sizeof(WRITTEN[0]); i++) {
		struct endpoint_ask ask = hooks_endpoint_ask(&h, "/");

		printf("# %s\n", WRITTEN[i]);
		(void)snprintf(ask.url, sizeof(ask.url), "%s", WRITTEN[i]);
		EXPECT_ERR(ERR_ADDRESS_BLOCKED, endpoint_check(&ask));
		EXPECT_STR("url", err_param());
	}
	hooks_end(&h);
}

static void g7_both_secrets_sign_while_one_is_replaced(void)
{
	struct hooks h;
	struct endpoint_answer old, new;
	struct endpoint_ask ask;
	struct came c;

	hooks_begin_as(&h, true);
	old = hooks_endpoint(&h, "/ok", "*");
	ask = hooks_endpoint_ask(&h, NULL);
	ask.id = old.endpoint.id;
	CHECK(store_write(h.world.services.store, MERCHANT, endpoint_rotate, &ask, &new) == ERR_OK);
	EXPECT(strcmp(old.secret, new.secret) != 0);
	hooks_say(&h, (struct hooks_event){ 0 });
	UNTIL(receiver_count(h.receiver, "/ok", NULL) >= 1);
	c = receiver_get(h.receiver, "/ok", 0);
	EXPECT(hooks_signed_by(&c, old.secret, c.timestamp));
	EXPECT(hooks_signed_by(&c, new.secret, c.timestamp));

	world_clock_set(&h.world, 25 * (int64_t)HOUR_MS);
	hooks_say(&h, (struct hooks_event){ .type = "order.closed" });
	UNTIL(strstr(
		receiver_get(h.receiver, "/ok", receiver_count(h.receiver, "/ok", NULL) - 1).body,
		"order.closed"));
	c = receiver_get(h.receiver, "/ok", receiver_count(h.receiver, "/ok", NULL) - 1);
	EXPECT(!hooks_signed_by(&c, old.secret, c.timestamp));
	EXPECT(hooks_signed_by(&c, new.secret, c.timestamp));
	hooks_end(&h);
}

static void g11_success_in_the_body_counts_for_compat_only(void)
{
	static const struct {
		const char *path;
		bool compat, ok;
	} CASES[] = {
		{ "/say/success", true, true },
		{ "/no/SUCCESS", true, true },
		{ "/no/success%0A", true, true },
		{ "/no/%EF%BB%BFSuccess%0D%0A", true, true },
		{ "/no/success", false, false },
		{ "/no/successful", true, false },
		{ "/say/fail", true, false },
		{ "/say/fail", false, true },
		{ "/ok", true, true },
	};
	enum { N = sizeof(CASES) / sizeof(CASES[0]) };
	struct endpoint_answer made[N];
	struct hooks h;

	hooks_begin(&h);
	for (size_t i = 0; i < N; i++) {
		struct endpoint_ask ask = hooks_endpoint_ask(&h, CASES[i].path);

		(void)snprintf(ask.events, sizeof(ask.events), "*");
		ask.compat = CASES[i].compat;
		CHECK(store_write(h.world.services.store, MERCHANT, endpoint_add, &ask, &made[i]) ==
		      ERR_OK);
	}
	hooks_say(&h, (struct hooks_event){ 0 });
	UNTIL(world_number(&h.world,
			   "select min(cursor) = (select max(id) from event) from endpoint"));
	for (size_t i = 0; i < N; i++) {
		struct endpoint_ask ask = hooks_endpoint_ask(&h, NULL);
		struct endpoint_answer shown;

		printf("# %s %d\n", CASES[i].path, CASES[i].compat);
		ask.id = made[i].endpoint.id;
		EXPECT_ERR(ERR_OK, store_read(h.world.services.store, MERCHANT, endpoint_show, &ask,
					      &shown));
		EXPECT_INT(!CASES[i].ok, shown.endpoint.waiting);
	}
	hooks_end(&h);
}

/* The dying process: commits "paid" and is killed before anything is sent. */
static void commit_and_die(struct hooks *h, const char *url)
{
	world_begin(&h->world);
	CHECK(store_write(h->world.services.store, MERCHANT, hooks_merchant, &h->world.services,
			  NULL) == ERR_OK);
	(void)hooks_endpoint(h, "/ok-endpoint", "order.paid");
	hooks_say(h, (struct hooks_event){ .notify_url = url });
	(void)kill(getpid(), SIGKILL);
}

static void g1_s1_08_x_03_killed_after_the_commit_it_is_still_sent(void)
{
	struct hooks h = { .receiver = receiver_bind() };
	char url[NOTIFY_URL_MAX + 1];
	struct temp_dir parent = temp_dir_make();
	struct came c;
	int status;
	pid_t pid;

	hooks_url(&h, "/ok-order", url);
	CHECK(setenv("TMPDIR", parent.path, 1) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		commit_and_die(&h, url);
	CHECK(waitpid(pid, &status, 0) == pid);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

	CHECK(pthread_create(&h.receiver->thread, NULL, receiver_run, h.receiver) == 0);

	/* The store it left is the only folder there. */
	DIR *dir = opendir(parent.path);
	struct dirent *entry;

	CHECK(dir != NULL);
	while ((entry = readdir(dir)) != NULL && entry->d_name[0] == '.') {
	}
	CHECK(entry != NULL);
	world_reopen(&h.world, parent.path, entry->d_name);
	CHECK(closedir(dir) == 0);
	hooks_run(&h);
	UNTIL(receiver_count(h.receiver, "/ok-endpoint", NULL) == 1);
	UNTIL(receiver_count(h.receiver, "/ok-order", NULL) == 1);
	c = receiver_get(h.receiver, "/ok-order", 0);
	EXPECT(hooks_signed_by(&c, APP_SECRET, c.timestamp));
	EXPECT_STR(c.id, receiver_get(h.receiver, "/ok-endpoint", 0).id);
	hooks_halt(&h);
	receiver_stop(h.receiver);
	world_end(&h.world);
	temp_dir_remove(&parent);
	CHECK(unsetenv("TMPDIR") == 0);
}

static void every_send_is_a_line_of_the_call_log(void)
{
	CLEANUP(text_freep) char *text = NULL;
	struct hooks h;
	char path[300];
	size_t n;

	hooks_begin(&h);
	struct endpoint_answer e = hooks_endpoint(&h, "/500", "*");

	hooks_say(&h,
		  (struct hooks_event){ .order = 4711,
					.object = "{\"openid\":\"oUpF8uMuAJO\",\"version\":1}" });
	UNTIL(world_number(&h.world, "select count(*) from delivery") == 1);
	(void)snprintf(path, sizeof(path), "%s/calls.log", h.world.dir.path);
	EXPECT_ERR(ERR_OK, file_read(path, 1 << 20, &text, &n));
	EXPECT(strstr(text,
		      "\"direction\":\"out\",\"kind\":\"webhook\",\"operation\":\"order.paid\""));
	EXPECT(strstr(text, "\"status\":500,\"error\":\"answered 500\",\"took_ms\":"));
	EXPECT(strstr(text, "\"order\":\"ord_00000000004K7\",\"event\":\"evt_"));
	EXPECT(strstr(text, "\"answer\":\"sorry\"}\n"));
	EXPECT(!strstr(text, "oUpF8uMuAJO"));
	EXPECT(!strstr(text, "whsec_"));
	EXPECT(!strstr(text, e.secret + 6));
	hooks_end(&h);
}

static const struct tap_test TESTS[] = {
	TEST(g1_s1_08_x_03_killed_after_the_commit_it_is_still_sent),
	TEST(an_event_is_sent_signed),
	TEST(g2_bad_receivers_are_cut_off_and_delay_nobody),
	TEST(g3_redirects_are_not_followed),
	TEST(g4_g5_a_repeat_has_the_same_id_and_body),
	TEST(g6_private_addresses_are_refused),
	TEST(g7_both_secrets_sign_while_one_is_replaced),
	TEST(g8_an_old_capture_is_known_by_its_signed_time),
	TEST(g11_success_in_the_body_counts_for_compat_only),
	TEST(every_send_is_a_line_of_the_call_log),
};

TAP_MAIN(TESTS)
