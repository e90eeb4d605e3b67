#include "cli/gateway.h"

#include "app/channel_call.h"
#include "base/time.h"
#include "sys/cleanup.h"

#include <string.h>

enum { ARENA_CAP = 16 << 20 };

static void ask(const struct services *s, const struct channel_keyring *ring,
		const struct channel_env *env, struct gateway_talk *out);
static bool knows_nothing(const struct channel *ch, const struct channel_versions *newest,
			  const char *number, const struct channel_reply *reply,
			  const struct channel_env *env, struct channel_answer *answer);
static bool hands_out(const struct channel *ch, const struct channel_versions *newest,
		      const struct channel_reply *reply, const struct channel_env *env,
		      struct channel_answer *answer);
static void compare_clocks(const struct services *s, const struct net_got *got,
			   struct gateway_talk *out);
static bool is_off(const struct gateway_talk *t);

void gateway_ask(const struct services *s, const struct channel_keyring *ring,
		 struct gateway_talk *out)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_CAP);
	const struct channel_env env = { arena, s->rand, s->clock->wall_ms(s->clock) };

	*out = (struct gateway_talk){ .channel = ring->channel, .answer.verdict = VERDICT_UNKNOWN };
	ask(s, ring, &env, out);
}

static void ask(const struct services *s, const struct channel_keyring *ring,
		const struct channel_env *env, struct gateway_talk *out)
{
	CLEANUP(net_got_free) struct net_got got = { 0 };
	/* The newest keys only: older ones must not hide that these are wrong. */
	const struct channel_versions newest = { .config = { ring->versions.config[0] }, .n = 1 };
	char number[33] = "taeltest";
	const struct channel *ch = ring->channel;
	bool fetches = channel_keyring_fetches(ring);
	struct channel_call call = { 0 };
	struct channel_reply reply = { 0 };
	const struct call_line about = { .operation = "test" };

	rand_hex(s->rand, 8, number + strlen(number));
	out->call = fetches ? ch->certificates_build(&newest, env, &call)
			    : ch->query_build(&newest, number, env, &call);
	if (out->call == ERR_OK)
		out->call = channel_call_send(s, ring, &call, &about, &got);
	if (out->call != ERR_OK) {
		str_copy_cut(out->said, sizeof(out->said), str_of(err_text()));
		return;
	}
	out->status = got.status;
	out->took_ms = got.took_ms;
	compare_clocks(s, &got, out);
	reply.status = got.status;
	reply.body = (struct str){ got.body ? got.body : "", got.body_n };
	reply.headers = got.headers;
	out->ok = fetches ? hands_out(ch, &newest, &reply, env, &out->answer)
			  : knows_nothing(ch, &newest, number, &reply, env, &out->answer);
}

static bool knows_nothing(const struct channel *ch, const struct channel_versions *newest,
			  const char *number, const struct channel_reply *reply,
			  const struct channel_env *env, struct channel_answer *answer)
{
	struct channel_trade trade = { 0 };

	ch->query_read(newest, number, reply, env, answer, &trade);
	return answer->verdict == VERDICT_DONE && trade.state == TRADE_ABSENT;
}

static bool hands_out(const struct channel *ch, const struct channel_versions *newest,
		      const struct channel_reply *reply, const struct channel_env *env,
		      struct channel_answer *answer)
{
	struct channel_certificates list;

	ch->certificates_read(newest, reply, env, answer, &list);
	return answer->verdict == VERDICT_DONE;
}

/* The answer was written about now, so half of the way there is no matter. */
static void compare_clocks(const struct services *s, const struct net_got *got,
			   struct gateway_talk *out)
{
	int64_t theirs;

	if (http_date_read(str_of(got->date), &theirs) != ERR_OK)
		return;
	out->has_date = true;
	out->clock_off_ms = s->clock->wall_ms(s->clock) - theirs;
}

static bool is_off(const struct gateway_talk *t)
{
	return t->has_date && (t->clock_off_ms > CLOCK_OFF_MS || t->clock_off_ms < -CLOCK_OFF_MS);
}

const char *gateway_advice(const struct gateway_talk *t)
{
	if (is_off(t))
		return "this machine's clock is wrong: let it be set by NTP (timedatectl set-ntp "
		       "true)";
	if (t->ok)
		return "";
	if (t->call != ERR_OK)
		return "the gateway cannot be reached: look at the network, its DNS, and the "
		       "configuration's gateway";
	if (*t->channel->advice(&t->answer))
		return t->channel->advice(&t->answer);
	if (t->answer.key_version == 0 && t->status == 200)
		return "the answer is not signed by the platform key in the configuration: is it "
		       "the platform's key, not the application's own?";
	return "the gateway refused the query";
}

enum err http_date_read(struct str text, int64_t *ms)
{
	static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[] = "0000-00-00T00:00:00Z";
	const char *month;

	/* "Sun, 22 Nov 2026 08:00:00 GMT": fixed places; rfc3339_read checks the numbers. */
	if (text.n != 29 || memcmp(text.p + 3, ", ", 2) != 0 || text.p[7] != ' ' ||
	    text.p[11] != ' ' || text.p[16] != ' ' || memcmp(text.p + 25, " GMT", 4) != 0)
		FAIL(ERR_INVALID, "not an HTTP date");
	for (month = MONTHS; *month && memcmp(month, text.p + 8, 3) != 0; month += 3)
		continue;
	if (!*month)
		FAIL(ERR_INVALID, "not an HTTP date");
	memcpy(iso, text.p + 12, 4);
	iso[5] = (char)('0' + ((month - MONTHS) / 3 + 1) / 10);
	iso[6] = (char)('0' + ((month - MONTHS) / 3 + 1) % 10);
	memcpy(iso + 8, text.p + 5, 2);
	memcpy(iso + 11, text.p + 17, 8);
	return rfc3339_read(str_of(iso), ms);
}
