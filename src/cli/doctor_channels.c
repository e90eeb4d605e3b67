/* doctor_channels.c - every channel account: its keys, certificates, gateway and clock. */
#include "app/channel_account.h"
#include "app/merchant.h"
#include "base/check.h"
#include "base/time.h"
#include "cli/doctor.h"
#include "cli/gateway.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SOON_DAYS = 30 };

static enum err check_merchant(struct doctor *d, int64_t merchant, struct channel_accounts *page,
			       int *accounts);
static void check_account(struct doctor *d, int64_t merchant, const struct channel_account *a);
static void check_certificates(struct doctor *d, const char *label,
			       const struct channel_keyring *ring);
static void check_end(struct doctor *d, const char *label, const char *what, int64_t ends,
		      bool needed);
static void check_gateway(struct doctor *d, const char *label, const struct channel_keyring *ring);

void doctor_channels(struct doctor *d)
{
	struct merchants *merchants = malloc(sizeof(*merchants));
	struct channel_accounts *page = malloc(sizeof(*page));
	int64_t after = 0;
	int accounts = 0;
	enum err e;

	CHECK(merchants && page);
	do {
		e = merchants_list(&d->world.services, after, merchants);
		for (size_t i = 0; e == ERR_OK && i < merchants->n; i++) {
			after = merchants->merchants[i].id;
			e = check_merchant(d, after, page, &accounts);
		}
	} while (e == ERR_OK && merchants->n == MERCHANTS_PAGE);
	free(merchants);
	free(page);
	if (e != ERR_OK)
		doctor_failed(d, "channels", e);
	else if (accounts == 0)
		doctor_say(d, DOCTOR_OK, "channels", "there is no channel account yet");
}

static enum err check_merchant(struct doctor *d, int64_t merchant, struct channel_accounts *page,
			       int *accounts)
{
	int64_t after = 0;

	do {
		TRY(channel_accounts_list(&d->world.services, merchant, after, page));
		for (size_t i = 0; i < page->n; i++) {
			after = page->rows[i].account.id;
			check_account(d, merchant, &page->rows[i].account);
			++*accounts;
		}
	} while (page->n == CHANNEL_ACCOUNTS_PAGE);
	return ERR_OK;
}

static void check_account(struct doctor *d, int64_t merchant, const struct channel_account *a)
{
	struct channel_keyring *ring = NULL;
	char label[ID_TEXT + CHANNEL_ACCOUNT_NAME_MAX + 4], id[ID_TEXT];
	size_t n = 0;
	enum err e = channel_keys_get(d->world.services.channel_keys, merchant, a->id, &ring);

	id_write(ID_MERCHANT, merchant, id);
	str_add(label, sizeof(label), &n, "%s %s", id, a->name);
	if (e != ERR_OK) {
		doctor_say(d, DOCTOR_BAD, "channels", "%s: %s", label, err_text());
		return;
	}
	check_certificates(d, label, ring);
	if (!d->offline)
		check_gateway(d, label, ring);
	channel_keyring_release(ring);
}

/* Calls use the newest version; an older one only checks what others still sign for it. */
static void check_certificates(struct doctor *d, const char *label,
			       const struct channel_keyring *ring)
{
	char what[80];

	for (size_t i = 0; i < ring->versions.n; i++) {
		(void)snprintf(what, sizeof(what), "a certificate of version %" PRId64,
			       ring->number[i]);
		check_end(d, label, what,
			  ring->channel->config_expires_ms(ring->versions.config[i]), i == 0);
	}
	for (size_t i = 0; i < ring->fetched_n; i++) {
		(void)snprintf(what, sizeof(what), "the platform's certificate %s",
			       ring->fetched[i].serial);
		check_end(d, label, what, ring->fetched[i].ends_ms, i == 0);
	}
	if (channel_keyring_fetches(ring) && ring->fetched_n == 0)
		doctor_say(d, DOCTOR_WARN, "channels",
			   "%s: the platform's certificates were not fetched yet; the server does "
			   "it, see its log",
			   label);
}

/* `needed`: nothing else stands in for it when it has ended. */
static void check_end(struct doctor *d, const char *label, const char *what, int64_t ends,
		      bool needed)
{
	struct clock *clock = d->world.services.clock;
	int64_t left = ends - clock->wall_ms(clock);
	enum doctor_word word = left <= 0 ? DOCTOR_BAD : DOCTOR_WARN;
	char at[RFC3339_TEXT];

	if (ends == 0) {
		if (needed)
			doctor_say(d, DOCTOR_OK, "channels", "%s: its keys open", label);
		return;
	}
	rfc3339_write(ends, at);
	if (!needed || left >= SOON_DAYS * DAY_MS)
		word = DOCTOR_OK;
	if (left <= 0)
		doctor_say(d, word, "channels", "%s: %s ended at %s", label, what, at);
	else
		doctor_say(d, word, "channels",
			   "%s: its keys open; %s ends in %" PRId64 " days, at %s", label, what,
			   left / DAY_MS, at);
}

static void check_gateway(struct doctor *d, const char *label, const struct channel_keyring *ring)
{
	struct gateway_talk talk;

	gateway_ask(&d->world.services, ring, &talk);
	if (talk.has_date)
		doctor_say(d, llabs(talk.clock_off_ms) > CLOCK_OFF_MS ? DOCTOR_BAD : DOCTOR_OK,
			   "clock", "%s: differs from the gateway's by %" PRId64 " s", label,
			   talk.clock_off_ms / 1000);
	if (talk.ok)
		doctor_say(d, DOCTOR_OK, "gateway", "%s: answered, signed, in %" PRId64 " ms",
			   label, talk.took_ms);
	else
		doctor_say(d, DOCTOR_BAD, "gateway", "%s: %s%s%s. %s", label, talk.answer.code,
			   *talk.answer.code ? " " : "", *talk.said ? talk.said : talk.answer.text,
			   gateway_advice(&talk));
}
