/* doctor_store.c - settings, migrations, jobs, cases. */
#include "app/job_run.h"
#include "app/merchant.h"
#include "base/check.h"
#include "cli/doctor.h"
#include "cli/parts.h"
#include "core/order.h"
#include "store/sqlite/sqlite.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PARKED_SHOWN = 20 };

static void stranger(void *self, const char *name);
static void check_migrations(struct doctor *d);
static void check_jobs(struct doctor *d);
static void check_cases(struct doctor *d);
static enum err open_cases(struct tx *tx, const void *ask, void *answer);
static const char *kind_name(enum job_kind kind);

struct open_cases {
	int64_t n, oldest;
};

void doctor_settings(struct doctor *d)
{
	struct settings s;
	struct str url;
	enum err e = settings_load(&s, d->dir);

	if (e != ERR_OK) {
		doctor_failed(d, "settings", e);
		return;
	}
	settings_strangers(stranger, d);
	url = str_of(setting_text(&s, SETTING_PUBLIC_URL));
	if (url.n == 0)
		doctor_say(d, DOCTOR_WARN, "public_url",
			   "there is none: no channel can send notices (WeChat Pay and QQ Wallet, "
			   "which insist on an address, are given one that nobody reads), payments "
			   "are found by asking, some seconds later");
	else if (!str_starts(url, "https://"))
		doctor_say(d, DOCTOR_WARN, "public_url", "%s is not https", url.p);
	else
		doctor_say(d, DOCTOR_OK, "public_url", "%s", url.p);
	if (setting_bool(&s, SETTING_ALLOW_PRIVATE_WEBHOOKS))
		doctor_say(d, DOCTOR_WARN, "webhooks",
			   "they may go to private and loopback addresses");
}

static void stranger(void *self, const char *name)
{
	doctor_say(self, DOCTOR_WARN, "settings", "there is no setting for %s in the environment",
		   name);
}

void doctor_store(struct doctor *d)
{
	check_migrations(d);
	check_jobs(d);
	check_cases(d);
}

static void check_migrations(struct doctor *d)
{
	struct migration_counts c;
	enum err e = sqlite_store_migrations(d->dir, &c);

	if (e != ERR_OK)
		doctor_failed(d, "migrations", e);
	else
		doctor_say(d, c.applied < c.known ? DOCTOR_BAD : DOCTOR_OK, "migrations",
			   "%d of %d are applied", c.applied, c.known);
}

static void check_jobs(struct doctor *d)
{
	struct job_parked *parked = calloc(PARKED_SHOWN, sizeof(*parked));
	char merchant[ID_TEXT];
	size_t n = 0;
	enum err e;

	CHECK(parked);
	e = job_list_parked(&d->world.services, parked, PARKED_SHOWN, &n);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		id_write(ID_MERCHANT, parked[i].key.merchant, merchant);
		doctor_say(d, DOCTOR_BAD, "jobs",
			   "%s of %s, object %" PRId64
			   ", is parked: it ended its process again and again",
			   kind_name(parked[i].key.kind), merchant, parked[i].key.object);
	}
	free(parked);
	if (e != ERR_OK)
		doctor_failed(d, "jobs", e);
	else if (n == 0)
		doctor_say(d, DOCTOR_OK, "jobs", "none is parked");
}

static const char *kind_name(enum job_kind kind)
{
	for (const struct job_kind_def *const *k = JOB_KINDS; *k; k++)
		if ((*k)->kind == kind)
			return (*k)->name;
	return "a job";
}

static void check_cases(struct doctor *d)
{
	struct services *s = &d->world.services;
	struct merchants *page = malloc(sizeof(*page));
	char merchant[ID_TEXT];
	int64_t after = 0, now = s->clock->wall_ms(s->clock), total = 0;
	struct open_cases c;
	enum err e;

	CHECK(page);
	do {
		e = merchants_list(s, after, page);
		for (size_t i = 0; e == ERR_OK && i < page->n; i++) {
			after = page->merchants[i].id;
			e = store_read(s->store, after, open_cases, NULL, &c);
			if (e != ERR_OK || c.n == 0)
				continue;
			total += c.n;
			id_write(ID_MERCHANT, after, merchant);
			doctor_say(d, DOCTOR_WARN, "cases",
				   "%s has %" PRId64 " open, the oldest for %" PRId64 " hours",
				   merchant, c.n, now > c.oldest ? (now - c.oldest) / 3600000 : 0);
		}
	} while (e == ERR_OK && page->n == MERCHANTS_PAGE);
	free(page);
	if (e != ERR_OK)
		doctor_failed(d, "cases", e);
	else if (total == 0)
		doctor_say(d, DOCTOR_OK, "cases", "none is open");
}

static enum err open_cases(struct tx *tx, const void *ask, void *answer)
{
	struct open_cases *out = answer;
	struct rows r;

	(void)ask;
	*out = (struct open_cases){ 0 };
	TX_GET(tx, &r,
	       "select count(*), min(created_at) from cases where merchant_id = $1 and status = $2",
	       V_I(tx_merchant(tx)), V_I(CASE_OPEN));
	if (rows_next(&r)) {
		out->n = row_i(&r, 0);
		out->oldest = row_i(&r, 1);
	}
	return rows_end(&r);
}
