/* What an account did, against a model that remembers everything: entries and transfers in slices,
 * filtered, from both ends. */
#include "app/history.h"
#include "base/id.h"
#include "base/time.h"
#include "sys/rand.h"

#include "ledger_kit.h"

enum { MOVES = 330, USERS = 3 };

struct move {
	int64_t id, at_ms, amount, balance, held_change, held, reason; /* of user:0 */
	bool mine, moves;
	char transfer[ID_TEXT], kind[16], counterpart[40];
};
static struct move moves[MOVES];
static int64_t balance[USERS], held;
static int made;

#define MOVE                                                                             \
	"{\"request_id\":\"m%d\",\"from\":\"%s/gold\",\"to\":\"%s/gold\",\"amount\":%d," \
	"\"reason\":%d,\"memo\":\"no %d\"}"

static void do_move(const struct fixture *f, int from, int to, int amount)
{
	struct move *m = &moves[made];
	char body[300], giver[20] = "system", taker[20] = "system";
	int reason = from < 0 ? 300002 : to < 0 ? 300003 : 300004;
	struct reply r;

	if (from >= 0)
		(void)snprintf(giver, sizeof(giver), "user:%d", from + 1);
	if (to >= 0)
		(void)snprintf(taker, sizeof(taker), "user:%d", to + 1);
	(void)snprintf(body, sizeof(body), MOVE, made, giver, taker, amount, reason, made);
	CALL(ask(f, f->a.key, "POST", "/v1/transfers", body, &r));
	EXPECT_INT(201, r.wire.status);
	if (from >= 0)
		balance[from] -= amount;
	if (to >= 0)
		balance[to] += amount;
	*m = (struct move){ .mine = from == 0 || to == 0,
			    .moves = true,
			    .amount = from == 0 ? -amount : amount,
			    .balance = balance[0],
			    .held = held,
			    .reason = reason,
			    .kind = "transfer" };
	(void)snprintf(m->transfer, sizeof(m->transfer), "%s", reply_text(&r, "id"));
	CHECK(id_read(ID_TRANSFER, str_of(m->transfer), &m->id) == ERR_OK);
	m->at_ms = id_ms(m->id);
	(void)snprintf(m->counterpart, sizeof(m->counterpart), "%s/gold",
		       from == 0 ? taker : giver);
	made++;
	reply_free(&r);
}

static void do_hold(const struct fixture *f, bool release)
{
	struct move *m = &moves[made];
	char body[200];
	struct reply r;

	(void)snprintf(body, sizeof(body),
		       release ? "{\"request_id\":\"r%d\"}"
			       : "{\"request_id\":\"the-hold\",\"account\":\"user:1/gold\","
				 "\"amount\":7,\"reason\":300003}",
		       made);
	CALL(ask(f, f->a.key, "POST", release ? "/v1/holds/key:the-hold/release" : "/v1/holds",
		 body, &r));
	EXPECT(r.wire.status < 300);
	reply_free(&r);
	held += release ? -7 : 7;
	*m = (struct move){ .mine = true,
			    .balance = balance[0],
			    .held = held,
			    .held_change = release ? -7 : 7,
			    .reason = 300003 };
	(void)snprintf(m->kind, sizeof(m->kind), "%s", release ? "release" : "hold");
	m->id = fixture_number(f, "select max(id) from transfer");
	m->at_ms = id_ms(m->id);
	id_write(ID_TRANSFER, m->id, m->transfer);
	made++;
}

/* Time goes on by a second a move, so that moments lie between them. */
static void make_history(const struct fixture *f)
{
	struct rand *rand = rand_seeded(11);

	made = 0;
	held = 0;
	memset(balance, 0, sizeof(balance));
	CALL(ledger_begin(f, &f->a, 0));
	CALL(must_post(f, f->a.key, "/v1/reasons",
		       "{\"code\":300004,\"name\":\"送\",\"name_en\":\"given\",\"from\":\"user\","
		       "\"to\":\"user\"}",
		       201));
	for (int i = 0; i < MOVES; i++) {
		int from = (int)rand_below(rand, USERS + 1) - 1;
		int to = (int)rand_below(rand, USERS + 1) - 1;

		fixture_clock(f, 1000 * i);
		if (i == 60 || i == 200) {
			CALL(do_hold(f, i == 200));
			continue;
		}
		if (from == to || (from >= 0 && balance[from] < 20))
			from = -1;
		if (to == from)
			to = 0;
		CALL(do_move(f, from, to, 1 + (int)rand_below(rand, 9)));
	}
	rand_free(rand);
	EXPECT_INT(MOVES, made);
}

static bool is_wanted(const struct move *m, const struct history_filter *filter)
{
	return m->mine && (filter->reason == 0 || m->reason == filter->reason) &&
	       (m->moves || !filter->moves) && m->at_ms >= filter->since_ms &&
	       (filter->until_ms == 0 || m->at_ms < filter->until_ms);
}

static void query_of(const struct history_filter *filter, char *out, size_t cap)
{
	char since[RFC3339_TEXT], until[RFC3339_TEXT];
	size_t n = 0;

	out[0] = '\0';
	if (filter->reason != 0)
		str_add(out, cap, &n, "&reason=%lld", (long long)filter->reason);
	if (filter->since_ms != 0) {
		rfc3339_write(filter->since_ms, since);
		str_add(out, cap, &n, "&since=%s", since);
	}
	if (filter->until_ms != 0) {
		rfc3339_write(filter->until_ms, until);
		str_add(out, cap, &n, "&until=%s", until);
	}
}

static void entry_is(const struct reply *r, size_t at, const struct move *m)
{
	char path[60];

#define FIELD(name) ((void)snprintf(path, sizeof(path), "data.%zu." name, at), path)
	EXPECT_STR(m->transfer, reply_text(r, FIELD("transfer")));
	EXPECT_STR(m->kind, reply_text(r, FIELD("kind")));
	EXPECT_STR(m->counterpart, reply_text(r, FIELD("counterpart")));
	EXPECT(json_integer_value(reply_at(r, FIELD("amount"))) == m->amount);
	EXPECT(json_integer_value(reply_at(r, FIELD("held_change"))) == m->held_change);
	EXPECT_INT(m->balance, reply_integer(r, FIELD("balance")));
	EXPECT_INT(m->held, reply_integer(r, FIELD("held")));
	EXPECT_INT(m->reason, reply_integer(r, FIELD("reason")));
}

/* Everything that the filter lets through, newest first, in slices. */
static void walk(const struct fixture *f, const char *base, const struct history_filter *filter,
		 int limit)
{
	char path[400], query[200], after[ID_TEXT] = "";
	bool more = true, entries = strstr(base, "entries") != NULL;
	int at = made - 1;

	query_of(filter, query, sizeof(query));
	while (more) {
		struct reply r;
		size_t n = 0;

		(void)snprintf(path, sizeof(path), "%slimit=%d%s%s%s", base, limit, query,
			       *after != '\0' ? "&after=" : "", after);
		CALL(ask(f, f->a.key, "GET", path, NULL, &r));
		EXPECT_INT(200, r.wire.status);
		for (; n < json_array_size(json_object_get(r.json, "data")); n++, at--) {
			char place[40];

			while (at >= 0 && !is_wanted(&moves[at], filter))
				at--;
			EXPECT(at >= 0);
			(void)snprintf(place, sizeof(place), "data.%zu.id", n);
			if (entries)
				CALL(entry_is(&r, n, &moves[at]));
			else
				EXPECT_STR(moves[at].transfer, reply_text(&r, place));
		}
		more = reply_bool(&r, "has_more");
		EXPECT(!more || n == (size_t)limit);
		(void)snprintf(after, sizeof(after), "%s", reply_text(&r, "next"));
		reply_free(&r);
	}
	while (at >= 0 && !is_wanted(&moves[at], filter))
		at--;
	EXPECT_INT(-1, at);
}

#define ENTRIES "/v1/accounts/user:1/gold/entries?"
#define TRANSFERS "/v1/transfers?account=user:1/gold&"

static void entries_are_what_happened_newest_first(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(make_history(&f));
	int64_t early = moves[40].at_ms, late = moves[250].at_ms;
	const struct history_filter filters[] = {
		{ 0 },
		{ .reason = 300003 },
		{ .reason = 300099 },
		{ .since_ms = late },
		{ .until_ms = early },
		{ .since_ms = early, .until_ms = late },
		{ .since_ms = early + 1, .until_ms = late + 1, .reason = 300004 },
		{ .since_ms = late, .until_ms = early },
		{ .since_ms = moves[MOVES - 1].at_ms + 1 },
		{ .until_ms = moves[0].at_ms },
	};

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct history_filter moving = filters[i];

		printf("# filter %zu\n", i);
		CALL(walk(&f, ENTRIES, &filters[i], 7));
		CALL(walk(&f, ENTRIES, &filters[i], 100));
		moving.moves = true;
		CALL(walk(&f, TRANSFERS, &moving, 9));
	}
}

/* At each moment the balance is that of the last transfer until then. */
static void the_balance_at_a_time_is_that_of_the_journal(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char path[200], at[RFC3339_TEXT];
	int64_t balance_then = 0, held_then = 0, version = 0;
	struct reply r;

	fixture_begin(&f);
	CALL(make_history(&f));
	rfc3339_write(moves[0].at_ms - 1, at);
	(void)snprintf(path, sizeof(path), "/v1/accounts/user:1/gold?at=%s", at);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_INT(0, reply_integer(&r, "balance"));
	EXPECT_INT(0, reply_integer(&r, "version"));
	EXPECT(!reply_null(&r, "at"));
	reply_free(&r);
	for (int i = 0; i < made; i++) {
		if (moves[i].mine) {
			balance_then = moves[i].balance;
			held_then = moves[i].held;
			version++;
		}
		if (i % 7 != 0)
			continue;
		rfc3339_write(moves[i].at_ms, at);
		(void)snprintf(path, sizeof(path), "/v1/accounts/user:1/gold?at=%s", at);
		CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
		EXPECT_INT(balance_then, reply_integer(&r, "balance"));
		EXPECT_INT(held_then, reply_integer(&r, "held"));
		EXPECT_INT(balance_then - held_then, reply_integer(&r, "available"));
		EXPECT_INT(version, reply_integer(&r, "version"));
		EXPECT_STR(at, reply_text(&r, "at"));
		reply_free(&r);
	}
	CALL(ask(&f, f.a.key, "GET", "/v1/accounts/user:1/gold", NULL, &r));
	EXPECT(reply_null(&r, "at"));
	reply_free(&r);
	CALL(refused(&f,
		     &(struct question){ f.a.key, "GET", "/v1/accounts/user:1/gold?at=noon", NULL,
					 NULL },
		     400, "invalid_request", "at"));
}

static void entries_before_one_are_those_just_newer(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char path[200];
	int mine[MOVES], n = 0;
	struct reply r;

	fixture_begin(&f);
	CALL(make_history(&f));
	for (int i = made - 1; i >= 0; i--)
		if (moves[i].mine)
			mine[n++] = i;
	EXPECT(n > 50);
	(void)snprintf(path, sizeof(path), ENTRIES "limit=5&before=%s", moves[mine[20]].transfer);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	for (size_t i = 0; i < 5; i++)
		CALL(entry_is(&r, i, &moves[mine[15 + i]]));
	EXPECT(reply_at(&r, "data.5") == NULL && reply_bool(&r, "has_more"));
	reply_free(&r);
	(void)snprintf(path, sizeof(path), ENTRIES "limit=5&before=%s", moves[mine[3]].transfer);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	CALL(entry_is(&r, 0, &moves[mine[0]]));
	CALL(entry_is(&r, 2, &moves[mine[2]]));
	EXPECT(reply_at(&r, "data.3") == NULL && !reply_bool(&r, "has_more"));
	reply_free(&r);
}

/* All of a merchant's, ascending. */
static void transfers_of_a_merchant_are_in_the_order_of_ids(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char path[300], after[ID_TEXT], since[RFC3339_TEXT];
	struct reply r;
	bool more = true;
	int at = 100, place = 0;

	fixture_begin(&f);
	CALL(make_history(&f));
	rfc3339_write(moves[100].at_ms, since);
	(void)snprintf(after, sizeof(after), "%s", moves[99].transfer);
	while (more) {
		(void)snprintf(path, sizeof(path), "/v1/transfers?limit=30&since=%s&after=%s",
			       since, after);
		CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
		EXPECT_INT(200, r.wire.status);
		for (place = 0; place < (int)json_array_size(json_object_get(r.json, "data"));
		     place++, at++) {
			(void)snprintf(path, sizeof(path), "data.%d.id", place);
			while (!moves[at].moves)
				at++;
			EXPECT_STR(moves[at].transfer, reply_text(&r, path));
		}
		more = reply_bool(&r, "has_more");
		(void)snprintf(after, sizeof(after), "%s", reply_text(&r, "next"));
		reply_free(&r);
	}
	EXPECT_INT(MOVES, at);
	(void)snprintf(path, sizeof(path), "/v1/transfers?limit=2&reason=300003&before=%s",
		       moves[200].transfer);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	for (at = 199, place = 1; at >= 0 && place >= 0; at--) {
		if (!moves[at].moves || moves[at].reason != 300003)
			continue;
		(void)snprintf(path, sizeof(path), "data.%d.id", place--);
		EXPECT_STR(moves[at].transfer, reply_text(&r, path));
	}
	EXPECT_INT(-1, place);
	EXPECT(reply_bool(&r, "has_more"));
	reply_free(&r);
	CALL(ask(&f, f.b.key, "GET", "/v1/transfers", NULL, &r));
	EXPECT(reply_at(&r, "data.0") == NULL && reply_null(&r, "next"));
	reply_free(&r);
}

static void places_and_filters_that_cannot_be(void)
{
	static const struct {
		const char *path;
		int status;
		const char *code, *param;
	} WRONG[] = {
		{ ENTRIES "after=tr_0000000000001", 400, "invalid_request", "after" },
		{ ENTRIES "before=tr_0000000000001", 400, "invalid_request", "before" },
		{ ENTRIES "after=x", 400, "invalid_request", "after" },
		{ ENTRIES "since=yesterday", 400, "invalid_request", "since" },
		{ ENTRIES "until=2026-13-01T00:00:00Z", 400, "invalid_request", "until" },
		{ ENTRIES "reason=0", 400, "invalid_request", "reason" },
		{ ENTRIES "limit=101", 400, "invalid_request", "limit" },
		{ ENTRIES "of=x", 400, "invalid_request", "of" },
		{ "/v1/accounts/user:1/silver/entries", 404, "not_found", "asset" },
		{ "/v1/transfers?account=user:1", 400, "invalid_request", "account" },
		{ "/v1/transfers?account=user:1/silver", 400, "unknown_asset", "account" },
		{ "/v1/transfers?account=robot:1/gold", 400, "unknown_holder_kind", "account" },
		{ TRANSFERS "after=tr_0000000000001", 400, "invalid_request", "after" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 10));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(&f, &(struct question){ f.a.key, "GET", WRONG[i].path, NULL, NULL },
			     WRONG[i].status, WRONG[i].code, WRONG[i].param));
	/* An account without a past has no entries; "until" may be beyond all ids. */
	CALL(ask(&f, f.a.key, "GET", ENTRIES "until=9999-12-31T23:59:59Z", NULL, &r));
	EXPECT(r.wire.status == 200 && reply_at(&r, "data.0") == NULL &&
	       !reply_bool(&r, "has_more"));
	reply_free(&r);
}

/* --- the bound of one slice's work --- */

static void a_slice_looks_at_a_bounded_number_of_rows(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char path[300], after[ID_TEXT] = "";
	struct reply r;
	int slices = 0;
	size_t found = 0;
	bool more = true;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(must_post(&f, f.a.key, "/v1/transfers",
		       "{\"request_id\":\"x\",\"from\":\"system/gold\",\"to\":\"user:1/gold\","
		       "\"amount\":5,\"reason\":300002}",
		       201));
	for (int i = 0; i < 2 * HISTORY_STEPS / 1000 + 1; i++)
		EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, facts_post,
					       &(struct facts){ "user:1", 1, 1000 }, NULL));
	while (more) {
		(void)snprintf(path, sizeof(path), ENTRIES "reason=300002%s%s",
			       *after != '\0' ? "&after=" : "", after);
		CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
		EXPECT_INT(200, r.wire.status);
		found += json_array_size(json_object_get(r.json, "data"));
		more = reply_bool(&r, "has_more");
		(void)snprintf(after, sizeof(after), "%s", reply_text(&r, "next"));
		reply_free(&r);
		slices++;
	}
	EXPECT_INT(3, slices);
	EXPECT_INT(1, found);
	(void)snprintf(path, sizeof(path), ENTRIES "before=%s", after);
	CALL(refused(&f, &(struct question){ f.a.key, "GET", path, NULL, NULL }, 400,
		     "invalid_request", "before"));
	CALL(ask(&f, f.a.key, "GET", "/v1/transfers?reason=300099", NULL, &r));
	EXPECT(reply_at(&r, "data.0") == NULL && reply_bool(&r, "has_more"));
	EXPECT(!reply_null(&r, "next"));
	reply_free(&r);
}

static const struct tap_test TESTS[] = {
	TEST(entries_are_what_happened_newest_first),
	TEST(the_balance_at_a_time_is_that_of_the_journal),
	TEST(entries_before_one_are_those_just_newer),
	TEST(transfers_of_a_merchant_are_in_the_order_of_ids),
	TEST(places_and_filters_that_cannot_be),
	TEST(a_slice_looks_at_a_bounded_number_of_rows),
};

TAP_MAIN(TESTS)
