#include "sim.h"

#include "app/verify.h"
#include "base/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

enum { RECENT = 60, UNHEARD_MAX = 400 };

struct run {
	const struct sim_options *o;
	struct sim_tally *tally;
	char *fault;
	struct rand *rand;
	struct sim_world world;
	struct model model, before, scratch; /* before: as it was when the round began */
	int next[MODEL_APPS];                /* requests so far */
	int64_t asked;
	int round;
	struct model_op recent[RECENT];
	int recents;
	struct model_op unheard[UNHEARD_MAX]; /* whose answers the clients did not see */
	int unheards;
	/* this round's */
	struct sim_flight flights[SIM_ROUND_MAX];
	struct model_answer want[SIM_ROUND_MAX];
	bool fresh[SIM_ROUND_MAX];
	int n;
};

static void play(struct run *r);
static void one_round(struct run *r);
static void ask(struct run *r);
static int ask_group(struct run *r, int at, struct model_op first, int n);
static struct model_op pick(struct run *r);
static struct model_op other_content(struct run *r, struct model_op op);
static void send_all(struct run *r);
static void check_answers(struct run *r);
static void check_answer(struct run *r, int i);
static void go_on_from_copy(struct run *r);
static void lose(struct run *r, const struct model_op *op);
static void between(struct run *r);
static void step_clock(struct run *r);
static void compare_accounts(struct run *r);
static void judge(struct run *r);
static void found(void *self, const struct verify_finding *f);
static void fault(struct run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int below(struct run *r, int n)
{
	return (int)rand_below(r->rand, (uint64_t)n);
}

static bool failed(const struct run *r)
{
	return r->fault[0] != '\0';
}

bool sim_run(const struct sim_options *o, struct sim_tally *tally, char out[SIM_FAULT_TEXT])
{
	struct run *r = calloc(1, sizeof(*r));
	bool good;

	CHECK(r != NULL && o->ops < MODEL_REQUESTS && o->round <= SIM_ROUND_MAX);
	out[0] = '\0';
	r->o = o;
	r->tally = tally;
	r->fault = out;
	r->rand = rand_seeded(o->seed);
	sim_world_begin(&r->world, o);
	r->model.now_ms = atomic_load(&r->world.clock.now_ms);
	play(r);
	sim_world_end(&r->world);
	rand_free(r->rand);
	good = !failed(r);
	free(r);
	return good;
}

static void play(struct run *r)
{
	for (; r->asked < r->o->ops && !failed(r); r->round++) {
		one_round(r);
		if (!failed(r))
			between(r);
	}
	/* Whoever saw no answer asks until there is one. */
	while (r->unheards > 0 && !failed(r)) {
		for (r->n = 0; r->n < r->o->round && r->unheards > 0;) {
			struct model_op op = r->unheard[--r->unheards];

			r->flights[r->n++] = (struct sim_flight){ .op = op };
		}
		if (r->n == 0)
			break;
		for (int i = 0; i < r->n; i++)
			r->want[i] = model_do(&r->model, &r->flights[i].op, &r->fresh[i]);
		send_all(r);
		check_answers(r);
	}
	if (!failed(r))
		compare_accounts(r);
	if (!failed(r))
		judge(r);
}

static void one_round(struct run *r)
{
	bool crash = r->o->crashes && below(r, 10) == 0;

	if (crash) {
		r->before = r->model;
		sim_world_crash_at(&r->world, 1 + below(r, 2), below(r, 2) == 0);
	}
	ask(r);
	send_all(r);
	check_answers(r);
	if (crash && !failed(r) && sim_world_crash(&r->world, r->o))
		go_on_from_copy(r);
	for (int i = 0; i < r->n && !failed(r); i++)
		if (!r->flights[i].told || below(r, 7) == 0)
			lose(r, &r->flights[i].op);
	/* A copy is of one round. */
	atomic_store(&r->world.copied, false);
}

/* What arrives in this round, in this order, and what each must be answered. */
static void ask(struct run *r)
{
	r->n = 1 + below(r, r->o->round);
	for (int i = 0; i < r->n;) {
		struct model_op op = pick(r);
		int most = r->n - i < SIM_GROUP_MAX ? r->n - i : SIM_GROUP_MAX;

		if (sim_is_data(&op) && below(r, 4) == 0) {
			i += ask_group(r, i, op, 1 + below(r, most));
			continue;
		}
		r->flights[i].group.n = 0;
		r->flights[i].op = op;
		r->want[i] = model_do(&r->model, &op, &r->fresh[i]);
		r->recent[r->recents++ % RECENT] = op;
		i++;
	}
	r->asked += r->n;
}

/* `first` and up to n - 1 others, asked for together; returns how many there are. */
static int ask_group(struct run *r, int at, struct model_op first, int n)
{
	struct sim_group *g = &r->flights[at].group;
	enum err failed_by = ERR_OK;
	int i;

	/* What fails alone in a group may not fail any more when the group runs again. */
	g->atomic = r->o->run_twice || below(r, 2) == 0;
	if (g->atomic)
		r->scratch = r->model;
	for (i = 0; i < n; i++) {
		struct model_op op = i == 0 ? first : pick(r);

		if (!sim_is_data(&op)) {
			lose(r, &op);
			break;
		}
		r->flights[at + i].group.n = -1;
		r->flights[at + i].op = op;
		r->want[at + i] = model_do(&r->model, &op, &r->fresh[at + i]);
		if (failed_by == ERR_OK)
			failed_by = r->want[at + i].code;
		r->recent[r->recents++ % RECENT] = op;
	}
	g->n = i;
	r->tally->groups++;
	if (!g->atomic)
		return i;
	r->tally->whole_groups += failed_by == ERR_OK;
	r->tally->refused_groups += failed_by != ERR_OK;
	if (failed_by == ERR_OK)
		return i;
	r->model = r->scratch;
	for (int j = 0; j < i; j++) {
		r->want[at + j] = model_refused(failed_by);
		r->fresh[at + j] = false;
	}
	return i;
}

/* Something new; or something old that comes late, again, or as something else. */
static struct model_op pick(struct run *r)
{
	int what = below(r, 100), app = below(r, MODEL_APPS);

	if (what < 20 && r->unheards > 0) {
		int at = below(r, r->unheards);
		struct model_op op = r->unheard[at];

		r->unheard[at] = r->unheard[--r->unheards];
		return below(r, 10) ? op : other_content(r, op);
	}
	if (what < 35 && r->recents > 0) {
		int known = r->recents < RECENT ? r->recents : RECENT;
		struct model_op op = r->recent[below(r, known)];

		return below(r, 5) ? op : other_content(r, op);
	}
	return sim_op(r->rand, &r->model, app, r->next[app]++);
}

static struct model_op other_content(struct run *r, struct model_op op)
{
	switch (op.kind <= MODEL_TRANSFER ? below(r, 4) : 2 + below(r, 2)) {
	case 0:
		op.amount++;
		return op;
	case 1:
		op.note = (op.note + 1) % 3;
		return op;
	case 2:
		if (op.kind != MODEL_RELEASE && op.kind != MODEL_REVERSE)
			op.asset = op.asset == 0 ? 1 : 0;
		return op;
	default:
		return sim_op(r->rand, &r->model, op.app, op.request);
	}
}

static void send_all(struct run *r)
{
	atomic_int left = r->n;

	for (int i = 0; i < r->n; i++)
		r->flights[i].left = &left;
	for (int i = 0; i < r->n; i++)
		sim_submit(&r->world, &r->flights[i]);
	sim_wait(&r->world);
}

static void check_answers(struct run *r)
{
	for (int i = 0; i < r->n && !failed(r); i++) {
		check_answer(r, i);
		r->tally->answers[r->flights[i].outcome.code]++;
		r->tally->done[r->flights[i].op.kind] += r->fresh[i];
		r->tally->forced += r->fresh[i] && r->flights[i].op.force;
		r->tally->replays += r->want[i].code == ERR_OK && !r->fresh[i];
	}
}

static bool has_replayed(const struct sim_flight *f)
{
	if (f->op.kind == MODEL_REVERSE)
		return f->answer.reverse.replayed;
	if (f->op.kind == MODEL_CONVERT)
		return f->answer.conversion.replayed;
	if (sim_moves(&f->op))
		return f->answer.transfer.replayed;
	return sim_is_of_hold(&f->op) ? f->answer.hold.replayed : f->answer.change.replayed;
}

static void check_answer(struct run *r, int i)
{
	static const char *const NAMES[MODEL_KINDS] = { "issue",    "transfer", "freeze",
							"unfreeze", "limit",    "close",
							"reopen",   "hold",     "capture",
							"release",  "reverse",  "convert" };
	const struct sim_flight *f = &r->flights[i];
	const struct model_answer *want = &r->want[i];
	const struct transfer *row = f->op.kind == MODEL_REVERSE ? &f->answer.reverse.transfer.row
								 : &f->answer.transfer.row;
	const struct hold *hold = &f->answer.hold.hold;
	bool replayed = has_replayed(f);

	if (f->outcome.code != want->code) {
		fault(r, "request %d of app %d (%s %s -> %s, %" PRId64 " %s): %s, expected %s",
		      f->op.request, f->op.app, NAMES[f->op.kind], MODEL_HOLDER[f->op.from],
		      MODEL_HOLDER[f->op.to], f->op.amount, MODEL_ASSET[f->op.asset],
		      err_name(f->outcome.code), err_name(want->code));
		return;
	}
	if (want->code != ERR_OK)
		return;
	if (sim_moves(&f->op) &&
	    (row->amount != want->amount || row->from_balance != want->from_balance ||
	     row->to_balance != want->to_balance))
		fault(r,
		      "request %d of app %d left %" PRId64 " and %" PRId64 ", expected %" PRId64
		      " and %" PRId64,
		      f->op.request, f->op.app, row->from_balance, row->to_balance,
		      want->from_balance, want->to_balance);
	else if (f->op.kind == MODEL_CONVERT &&
		 f->answer.conversion.conversion.to_amount != want->amount)
		fault(r, "request %d of app %d gave %" PRId64 ", expected %" PRId64, f->op.request,
		      f->op.app, f->answer.conversion.conversion.to_amount, want->amount);
	else if (!r->o->run_twice && sim_is_of_hold(&f->op) &&
		 (hold->captured != want->captured || hold->released != want->released))
		fault(r, "request %d of app %d: %" PRId64 " captured and %" PRId64 " released",
		      f->op.request, f->op.app, hold->captured, hold->released);
	else if (!r->o->run_twice && replayed == r->fresh[i])
		fault(r, "request %d of app %d: replayed is %d", f->op.request, f->op.app,
		      replayed);
}

/* The process was killed.  What was heard of must be there; of the rest nothing, or all up to one
 * commit. */
static void go_on_from_copy(struct run *r)
{
	bool over = false;

	r->tally->crashes++;
	r->model = r->before;
	for (int i = 0; i < r->n && !failed(r); i++) {
		const struct sim_flight *f = &r->flights[i];
		bool fresh, stored;

		if (!r->fresh[i])
			continue;
		stored = sim_is_stored(&r->world, &f->op);
		if (f->told && !stored)
			fault(r, "request %d of app %d was acknowledged and is lost", f->op.request,
			      f->op.app);
		if (stored && over)
			fault(r, "request %d of app %d is there, one before it is not",
			      f->op.request, f->op.app);
		r->tally->forgotten += !stored;
		over = over || !stored;
		if (stored && model_do(&r->model, &f->op, &fresh).code != ERR_OK)
			fault(r, "request %d of app %d is stored out of order", f->op.request,
			      f->op.app);
	}
	if (!failed(r))
		compare_accounts(r);
}

/* The client has seen no answer and will ask again. */
static void lose(struct run *r, const struct model_op *op)
{
	r->tally->unheard++;
	if (r->unheards < UNHEARD_MAX)
		r->unheard[r->unheards++] = *op;
}

/* --- what else happens --- */

static void between(struct run *r)
{
	step_clock(r);
	if (below(r, 5) == 0) {
		int64_t before = r->model.transfers;

		sim_expire(&r->world);
		model_expire(&r->model);
		r->tally->expired += r->model.transfers - before;
	}
	if (below(r, 6) == 0)
		compare_accounts(r);
	if (below(r, 25) != 0)
		return;
	r->tally->restarts++;
	sim_world_restart(&r->world, r->o);
}

static void step_clock(struct run *r)
{
	static const int HOUR = 3600000, DAY = 86400000;
	int64_t step = 0;

	switch (below(r, 12)) {
	case 0:
		break;
	case 1:
		step = -below(r, HOUR);
		break;
	case 2:
		step = below(r, DAY);
		break;
	case 3:
		step = -1;
		break;
	default:
		step = below(r, 3000);
	}
	r->tally->steps_back += step < 0;
	r->model.now_ms = atomic_fetch_add(&r->world.clock.now_ms, step) + step;
}

static void compare_accounts(struct run *r)
{
	for (int holder = 0; holder < MODEL_HOLDERS - 1; holder++) {
		for (int asset = 0; asset < MODEL_ASSETS - 1 && !failed(r); asset++) {
			const struct model_account *want = &r->model.accounts[holder][asset];
			int64_t available = 0;
			struct model_account got =
				sim_account(&r->world, holder, asset, &available);

			if (got.balance != want->balance || got.held != want->held ||
			    got.version != want->version || got.frozen != want->frozen ||
			    got.closed != want->closed || got.credit != want->credit ||
			    got.most != want->most || available != model_available(want))
				fault(r,
				      "%s/%s has %" PRId64 ", held %" PRId64 ", version %" PRId64
				      ", available %" PRId64 "; expected %" PRId64 ", %" PRId64
				      ", %" PRId64 ", %" PRId64,
				      MODEL_HOLDER[holder], MODEL_ASSET[asset], got.balance,
				      got.held, got.version, available, want->balance, want->held,
				      want->version, model_available(want));
		}
	}
}

/* The end: the program's own verifier, and what it has counted. */
static void judge(struct run *r)
{
	const struct verify_ask verify_ask = { .found = found, .self = r };
	struct verify_counts counts = { 0 };

	if (verify(r->world.services.store, &verify_ask, &counts) != ERR_OK)
		fault(r, "verify: %s", err_text());
	if (!failed(r) && counts.transfers != r->model.transfers)
		fault(r, "the journal has %" PRId64 " transfers, expected %" PRId64,
		      counts.transfers, r->model.transfers);
	if (model_unbalanced(&r->model) >= 0)
		fault(r, "%s does not add up to 0", MODEL_ASSET[model_unbalanced(&r->model)]);
}

static void found(void *self, const struct verify_finding *f)
{
	fault(self, "verify: %s %s: %s", f->table, f->row, f->what);
}

/* The first one counts. */
static void fault(struct run *r, const char *fmt, ...)
{
	size_t n;
	va_list ap;

	if (failed(r))
		return;
	(void)snprintf(r->fault, SIM_FAULT_TEXT, "seed %" PRIu64 ", round %d: ", r->o->seed,
		       r->round);
	n = strlen(r->fault);
	va_start(ap, fmt);
	(void)vsnprintf(r->fault + n, SIM_FAULT_TEXT - n, fmt, ap);
	va_end(ap);
}
