#include "channel/qq/answer.h"

#include "base/money.h"
#include "channel/qq/codes.h"
#include "channel/qq/config.h"
#include "channel/qq/message.h"
#include "channel/qq/sign.h"
#include "channel/qq/trade.h"

#include <string.h>

static enum err message_open(const struct channel_versions *versions, const struct qq_asked *asked,
			     struct str body, struct arena *a, struct channel_answer *answer,
			     struct qq_answer *out);
static enum err door_read(const struct qq_asked *asked, const struct xml *m, struct arena *a,
			  struct channel_answer *answer);
static enum err result_read(const struct qq_asked *asked, struct arena *a,
			    struct channel_answer *answer, struct qq_answer *out);
static enum err number_check(const struct qq_asked *asked, const struct xml *m, bool success);
static void says(struct channel_answer *answer, struct str code, struct str text, struct arena *a);
static void hide_payment_codes(char *text);

void qq_answer_read(const struct channel_versions *versions, const struct qq_asked *asked,
		    const struct channel_reply *reply, struct arena *a,
		    struct channel_answer *answer, struct qq_answer *out)
{
	*answer = (struct channel_answer){ .verdict = VERDICT_UNKNOWN };
	*out = (struct qq_answer){ .verified = false };
	if (reply->call != ERR_OK) {
		channel_doubt(answer, "no answer: %s", err_doc(reply->call));
		return;
	}
	if (reply->status != 200) {
		channel_doubt(answer, "the platform answered with HTTP %d", reply->status);
		return;
	}
	if (message_open(versions, asked, reply->body, a, answer, out) != ERR_OK ||
	    (out->verified && result_read(asked, a, answer, out) != ERR_OK)) {
		channel_doubt(answer, "%s", err_text());
		*out = (struct qq_answer){ .verified = false };
	}
}

bool qq_answer_is(const struct qq_answer *in, const char *err_code)
{
	return in->verified && qq_code_is(in->err_code, err_code);
}

enum err qq_take_text(const struct xml *m, const char *name, char *out, size_t cap)
{
	struct str value = xml_value(m, name);

	if (value.n > 0 && str_copy(out, cap, value) != ERR_OK)
		FAIL_AT(ERR_INVALID, name, "%s is too long", name);
	return ERR_OK;
}

enum err qq_take_fen(const struct xml *m, const char *name, int64_t *fen)
{
	struct str value = xml_value(m, name);

	if (value.n > 0 && str_integer(value, 0, AMOUNT_MAX, fen) != ERR_OK)
		FAIL_AT(ERR_INVALID, name, "%s is not an amount in fen", name);
	return ERR_OK;
}

enum err qq_take_time(const struct xml *m, const char *name, int64_t *ms)
{
	struct str value = xml_value(m, name);

	if (value.n > 0 && qq_time_read(value, ms) != ERR_OK)
		FAIL_AT(ERR_INVALID, name, "%s is not a time", name);
	return ERR_OK;
}

/* Ends verified, or turned away at the door. */
static enum err message_open(const struct channel_versions *versions, const struct qq_asked *asked,
			     struct str body, struct arena *a, struct channel_answer *answer,
			     struct qq_answer *out)
{
	struct str sign, said;
	struct xml m;

	TRY(xml_read(body, a, &m));
	sign = xml_value(&m, "sign");
	if (sign.n > 0)
		answer->key_version = qq_fits(versions, qq_text_to_sign(m.field, m.n, a), sign, a);
	if (sign.n > 0 && answer->key_version == 0)
		FAIL(ERR_SIGNATURE, "the answer's signature does not fit");
	if (str_is(xml_value(&m, "return_code"), "FAIL"))
		return door_read(asked, &m, a, answer);
	if (!str_is(xml_value(&m, "return_code"), "SUCCESS"))
		FAIL(ERR_INVALID, "an answer without a return_code");
	if (sign.n == 0)
		FAIL(ERR_SIGNATURE, "the answer is not signed");
	said = xml_value(&m, "mch_id");
	if (!str_is(said, versions->config[0]->mch_id))
		FAIL(ERR_INVALID, "the answer is about mch_id \"%.*s\"",
		     (int)(said.n < 33 ? said.n : 33), said.p);
	out->message = m;
	out->verified = true;
	return ERR_OK;
}

/* An order that was not understood cannot be paid.  Of a call that moves money only those words
 * are believed that tell that it was not even looked at. */
static enum err door_read(const struct qq_asked *asked, const struct xml *m, struct arena *a,
			  struct channel_answer *answer)
{
	struct str text = xml_value(m, "return_msg");
	struct str code = xml_value(m, "retcode");

	says(answer, code.n > 0 ? code : STR("FAIL"), text.n > 0 ? text : xml_value(m, "retmsg"),
	     a);
	if (asked->moves_nothing || qq_turned_away(text))
		answer->verdict = VERDICT_REFUSED;
	return ERR_OK;
}

static enum err result_read(const struct qq_asked *asked, struct arena *a,
			    struct channel_answer *answer, struct qq_answer *out)
{
	const struct xml *m = &out->message;
	struct str result = xml_value(m, "result_code"), retcode = xml_value(m, "retcode");
	struct str text = xml_value(m, "err_code_des");
	bool success = str_is(result, "SUCCESS");
	struct qq_meaning meaning;

	if (!success && !str_is(result, "FAIL"))
		FAIL(ERR_INVALID, "an answer without a result_code");
	if (success && retcode.n > 0 && !str_is(retcode, "0"))
		FAIL(ERR_INVALID, "result_code SUCCESS, but retcode \"%.*s\"",
		     (int)(retcode.n < 32 ? retcode.n : 32), retcode.p);
	TRY(number_check(asked, m, success));
	if (success) {
		says(answer, result, xml_value(m, "return_msg"), a);
		answer->verdict = VERDICT_DONE;
		return ERR_OK;
	}
	out->err_code = xml_value(m, "err_code");
	says(answer, out->err_code.n > 0 ? out->err_code : retcode,
	     text.n > 0 ? text : xml_value(m, "retmsg"), a);
	meaning = qq_meaning_of(out->err_code, asked->gives_back);
	answer->verdict = meaning.verdict;
	answer->query_now = meaning.query_now;
	return ERR_OK;
}

/* The signature does not bind an answer to its question; the number does, where it is said. */
static enum err number_check(const struct qq_asked *asked, const struct xml *m, bool success)
{
	struct str said = xml_value(m, "out_trade_no");

	if (said.n > 0 && !str_is(said, asked->number))
		FAIL(ERR_INVALID, "the answer is about out_trade_no \"%.*s\", not \"%s\"",
		     (int)(said.n < 64 ? said.n : 64), said.p, asked->number);
	if (success && said.n == 0 && !asked->may_be_silent)
		FAIL(ERR_INVALID, "the answer does not say which out_trade_no it is about");
	return ERR_OK;
}

static void says(struct channel_answer *answer, struct str code, struct str text, struct arena *a)
{
	char *line = arena_text(a, text);

	hide_payment_codes(line);
	channel_says(answer, arena_text(a, code), line);
}

/* A payer's code that an answer repeats must reach no log. */
static void hide_payment_codes(char *text)
{
	size_t n;

	for (; *text; text += n ? n : 1) {
		n = strspn(text, "0123456789");
		if (qq_is_barcode((struct str){ text, n }))
			memset(text, '*', n);
	}
}
