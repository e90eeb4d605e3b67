/* One merchant's key reaches nothing of another, nor one app's what belongs to another app: over
 * every route that there is. */
#include "channel/alipay/alipay.h"

#include "charge_kit.h"

#define PAYING                                                                    \
	"{\"code\":\"gold\",\"name\":\"金币\",\"kind\":\"points\",\"scale\":0," \
	"\"pay\":{\"units\":1,\"fen\":1}}"
#define GIVE                                                                        \
	"{\"request_id\":\"give\",\"from\":\"system/gold\",\"to\":\"user:7/gold\"," \
	"\"amount\":1000,\"reason\":300002}"
#define BATCH "{\"async\":true,\"transfers\":[" GIVE "]}"
#define ORDER "{\"out_order_no\":\"T-1\",\"amount\":100,\"subject\":\"Tea\",\"user\":\"7\"}"
#define PAY "{\"method\":\"wallet\",\"wallets\":[{\"asset\":\"gold\",\"amount\":100}]}"
#define REFUND "{\"out_refund_no\":\"R-1\",\"amount\":50}"
#define HOLD                                                                  \
	"{\"request_id\":\"hold\",\"account\":\"user:7/gold\",\"amount\":10," \
	"\"reason\":300003}"
#define CONVERSION                                                                   \
	"{\"request_id\":\"convert\",\"holder\":\"user:7\",\"from_asset\":\"gold\"," \
	"\"to_asset\":\"tea\",\"amount\":10}"
#define ENDPOINT "{\"url\":\"https://shop.example/hooks\",\"events\":[\"order.*\"]}"

/* Whatever a request that was let through would leave. */
#define TRACES                                                                              \
	"select (select count(*) from transfer) + (select count(*) from account)"           \
	" + (select count(*) from attempt) + (select count(*) from refund)"                 \
	" + (select count(*) from delivery) + (select count(*) from event)"                 \
	" + (select count(*) from job) + (select count(*) from request_key)"                \
	" + (select count(*) from charge where rollback_id is not null)"                    \
	" + (select sum(version) from hold) + (select sum(version) from orders) + (select " \
	"count(*) from endpoint)"                                                           \
	" + (select count(*) from endpoint where old_secret is not null)"

static const struct channel *const CHANNELS[] = { &ALIPAY, NULL };

/* Merchant a's objects, by the collection in which they are found. */
struct object {
	const char *collection;
	bool of_the_merchant; /* its other apps see it too */
	char id[ID_TEXT];
};
enum {
	TRANSFERS,
	GROUPS,
	HOLDS,
	ORDERS,
	REFUNDS,
	ENDPOINTS,
	EVENTS,
	CHARGED,
	QUOTED,
	CONVERTED,
	OBJECTS_N
};

struct objects {
	struct object all[OBJECTS_N];
};

static void make(const struct fixture *f, const char *path, const char *body, char id[ID_TEXT])
{
	struct reply r;

	CALL(ask(f, f->a.key, "POST", path, body, &r));
	if (r.wire.status >= 300)
		printf("# %s gave %s\n", path, r.wire.body);
	EXPECT(r.wire.status < 300);
	(void)snprintf(id, ID_TEXT, "%s", reply_text(&r, "id"));
	reply_free(&r);
}

static void make_conversion(const struct fixture *f, struct objects *o)
{
	CALL(must_post(f, f->a.key, "/v1/assets",
		       "{\"code\":\"tea\",\"name\":\"茶\",\"kind\":\"points\",\"scale\":0}", 201));
	CALL(must_post(f, f->a.key, "/v1/assets/tea/issue",
		       "{\"request_id\":\"tea\",\"amount\":100}", 201));
	CALL(must_post(f, f->a.key, "/v1/rates",
		       "{\"from_asset\":\"gold\",\"to_asset\":\"tea\",\"units_from\":1,"
		       "\"units_to\":1,\"rounding\":\"down\"}",
		       201));
	CALL(make(f, "/v1/quotes",
		  "{\"request_id\":\"quote\",\"from_asset\":\"gold\",\"to_asset\":\"tea\","
		  "\"amount\":10}",
		  o->all[QUOTED].id));
	CALL(make(f, "/v1/conversions", CONVERSION, o->all[CONVERTED].id));
}

static void make_all(const struct fixture *f, struct objects *o)
{
	char path[100], attempt[ID_TEXT], asset[ID_TEXT];
	struct reply r;

	*o = (struct objects){ { { "/v1/transfers", true, "" },
				 { "/v1/groups", false, "" },
				 { "/v1/holds", true, "" },
				 { "/v1/orders", false, "" },
				 { "/v1/refunds", false, "" },
				 { "/v1/webhook_endpoints", false, "" },
				 { "/v1/events", false, "" },
				 { "/v1/charges", false, "" },
				 { "/v1/quotes", true, "" },
				 { "/v1/conversions", true, "" } } };
	CALL(make(f, "/v1/assets", PAYING, asset));
	CALL(make(f, "/v1/reasons", RED_PACKET, asset));
	CALL(make(f, "/v1/assets/gold/issue", "{\"request_id\":\"i\",\"amount\":5000}", asset));
	CALL(make(f, "/v1/reasons", SPEND, asset));
	CALL(make(f, "/v1/transfers", GIVE, o->all[TRANSFERS].id));
	CALL(make(f, "/v1/transfers/batch", BATCH, o->all[GROUPS].id));
	CALL(make(f, "/v1/holds", HOLD, o->all[HOLDS].id));
	CALL(make(f, "/v1/orders", ORDER, o->all[ORDERS].id));
	(void)snprintf(path, sizeof(path), "/v1/orders/%s/pay", o->all[ORDERS].id);
	CALL(make(f, path, PAY, attempt));
	(void)snprintf(path, sizeof(path), "/v1/orders/%s/refunds", o->all[ORDERS].id);
	CALL(make(f, path, REFUND, o->all[REFUNDS].id));
	CALL(make(f, "/v1/webhook_endpoints", ENDPOINT, o->all[ENDPOINTS].id));
	CALL(charges_begin(f, &f->a, 1000));
	CALL(make(f, "/v1/charges", CHARGE("c-1", ITEM("db", "1")), o->all[CHARGED].id));
	CALL(make_conversion(f, o));
	CALL(ask(f, f->a.key, "GET", "/v1/events?type=order.paid", NULL, &r));
	(void)snprintf(o->all[EVENTS].id, ID_TEXT, "%s", reply_text(&r, "data.0.id"));
	EXPECT(*o->all[EVENTS].id != '\0');
	reply_free(&r);
}

/* The route's path with a's objects in it; *object the one it names, or NULL. */
static void fill_path(const struct objects *o, const struct route *route, char *path, size_t cap,
		      const struct object **object)
{
	const char *from = route->path, *brace;
	size_t n = 0;

	*object = NULL;
	path[0] = '\0';
	while ((brace = strchr(from, '{')) != NULL) {
		const char *end = strchr(brace, '}');
		const char *value = strncmp(brace, "{holder}", 8) == 0 ? "user:7" : "gold";

		str_add(path, cap, &n, "%.*s", (int)(brace - from), from);
		for (size_t i = 0; strncmp(brace, "{id}", 4) == 0 && i < OBJECTS_N; i++)
			if (strncmp(path, o->all[i].collection, n - 1) == 0 &&
			    strlen(o->all[i].collection) == n - 1)
				*object = &o->all[i];
		if (*object != NULL)
			value = (*object)->id;
		else if (strncmp(brace, "{id}", 4) == 0)
			printf("# this test has no object for %s\n", route->path);
		EXPECT(strncmp(brace, "{id}", 4) != 0 || *object != NULL);
		str_add(path, cap, &n, "%s", value);
		from = end + 1;
	}
	str_add(path, cap, &n, "%s", from);
}

/* A body that the route takes, but for whom it is asked. */
static void example_body(const struct route *route, struct jout *w)
{
	jout_reset(w);
	if (route->body != NULL)
		schema_example(route->body, false, w, NULL);
}

static bool is_read_by_others(const struct object *o)
{
	return o == NULL || o->of_the_merchant;
}

static void k3_x_05_another_merchants_key_finds_nothing(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	CLEANUP(jout_free) struct jout body;
	char path[200], other_app[API_KEY_TEXT];
	const struct object *object;
	struct objects o;
	int64_t traces;
	int tried = 0;

	jout_open(&body);
	fixture_begin(&f);
	f.services.channels = CHANNELS;
	(void)fixture_add_key(&f, f.a.merchant, fixture_add_app_of(&f, f.a.merchant, "other"),
			      KEY_FULL, other_app);
	CALL(make_all(&f, &o));
	traces = fixture_number(&f, TRACES);
	for (size_t i = 0; i < router_count(f.router); i++) {
		const struct route *route = router_at(f.router, i);

		if (route->scope == SCOPE_NONE || strchr(route->path, '{') == NULL)
			continue;
		printf("# %s %s\n", route->method, route->path);
		CALL(fill_path(&o, route, path, sizeof(path), &object));
		example_body(route, &body);

		struct question q = { f.b.key, route->method, path,
				      route->body != NULL ? body.p : NULL, NULL };
		struct reply r;

		CALL(ask_with(&f, &q, &r));
		EXPECT_INT(404, r.wire.status);
		EXPECT_STR("not_found", reply_text(&r, "code"));
		reply_free(&r);
		q.key = other_app;
		if (!is_read_by_others(object)) {
			CALL(ask_with(&f, &q, &r));
			EXPECT_INT(404, r.wire.status);
			reply_free(&r);
		}
		/* It is there for its own. */
		q.key = f.a.key;
		if (route->kind == ROUTE_READ) {
			CALL(ask_with(&f, &q, &r));
			EXPECT_INT(200, r.wire.status);
			reply_free(&r);
		}
		tried++;
	}
	EXPECT(tried >= 17);
	EXPECT_INT(traces, fixture_number(&f, TRACES));
}

/* What b lists holds none of what a made. */
static void k3_lists_show_a_merchants_own(void)
{
	static const char *const LISTS[] = { "/v1/accounts?holder=user:7",
					     "/v1/orders?out_order_no=T-1",
					     "/v1/refunds?out_refund_no=R-1",
					     "/v1/webhook_endpoints",
					     "/v1/events",
					     "/v1/charges",
					     "/v1/prices" };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct objects o;
	struct reply r;

	fixture_begin(&f);
	CALL(make_all(&f, &o));
	for (size_t i = 0; i < sizeof(LISTS) / sizeof(LISTS[0]); i++) {
		CALL(ask(&f, f.a.key, "GET", LISTS[i], NULL, &r));
		EXPECT_INT(200, r.wire.status);
		EXPECT(reply_at(&r, "data.0") != NULL);
		reply_free(&r);
		CALL(ask(&f, f.b.key, "GET", LISTS[i], NULL, &r));
		EXPECT_INT(200, r.wire.status);
		EXPECT(reply_at(&r, "data.0") == NULL);
		reply_free(&r);
	}
}

static void k3_no_route_of_v1_answers_without_a_key(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	CLEANUP(jout_free) struct jout body;
	char path[200];
	const struct object *object;
	struct objects o;

	jout_open(&body);
	fixture_begin(&f);
	CALL(make_all(&f, &o));
	for (size_t i = 0; i < router_count(f.router); i++) {
		const struct route *route = router_at(f.router, i);
		struct question q = { NULL, route->method, path, NULL, NULL };

		EXPECT(route->scope != SCOPE_NONE || strncmp(route->path, "/v1/", 4) != 0);
		if (route->scope == SCOPE_NONE)
			continue;
		printf("# %s %s\n", route->method, route->path);
		CALL(fill_path(&o, route, path, sizeof(path), &object));
		example_body(route, &body);
		q.body = route->body != NULL ? body.p : NULL;
		CALL(refused(&f, &q, 401, "unauthenticated", ""));
		q.key = f.a.read_key;
		if (route->scope != SCOPE_READ)
			CALL(refused(&f, &q, 403, "forbidden", ""));
		q.key = f.a.no_refund_key;
		if (route->scope == SCOPE_REFUND)
			CALL(refused(&f, &q, 403, "forbidden", ""));
		EXPECT(strcmp(route->method, "GET") == 0 ? route->scope == SCOPE_READ
							 : route->scope != SCOPE_READ);
	}
}

/* b has an asset, a holder and a number of the same names: they are b's own. */
static void a6_s0_17_the_same_numbers_belong_to_each(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply a, b;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 700));
	CALL(ledger_begin(&f, &f.b, 50));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 700));
	CALL(balance_is(&f, &f.b, "user:1001/gold", 50));
	CALL(ask(&f, f.a.key, "GET", "/v1/transfers/key:first", NULL, &a));
	CALL(ask(&f, f.b.key, "GET", "/v1/transfers/key:first", NULL, &b));
	EXPECT_INT(700, reply_integer(&a, "amount"));
	EXPECT_INT(50, reply_integer(&b, "amount"));
	EXPECT(strcmp(reply_text(&a, "id"), reply_text(&b, "id")) != 0);
	reply_free(&a);
	reply_free(&b);
	CALL(ask(&f, f.a.key, "POST", "/v1/orders", ORDER, &a));
	CALL(ask(&f, f.b.key, "POST", "/v1/orders", ORDER, &b));
	EXPECT_INT(201, a.wire.status);
	EXPECT_INT(201, b.wire.status);
	EXPECT(strcmp(reply_text(&a, "id"), reply_text(&b, "id")) != 0);
	reply_free(&a);
	reply_free(&b);
}

static void s0_06_a_reason_of_another_merchant_is_unknown(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(must_post(&f, f.a.key, "/v1/reasons", SPEND, 201));
	CALL(must_post(&f, f.b.key, "/v1/assets", GOLD, 201));
	CALL(refused(&f,
		     &(struct question){ f.b.key, "POST", "/v1/transfers",
					 "{\"request_id\":\"x\",\"from\":\"user:1/gold\","
					 "\"to\":\"system/gold\",\"amount\":1,\"reason\":300003}",
					 NULL },
		     400, "unknown_reason", "reason"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from transfer"));
}

static const struct tap_test TESTS[] = {
	TEST(k3_x_05_another_merchants_key_finds_nothing),
	TEST(k3_lists_show_a_merchants_own),
	TEST(k3_no_route_of_v1_answers_without_a_key),
	TEST(a6_s0_17_the_same_numbers_belong_to_each),
	TEST(s0_06_a_reason_of_another_merchant_is_unknown),
};

TAP_MAIN(TESTS)
