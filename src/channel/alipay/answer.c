#include "channel/alipay/answer.h"

#include "base/money.h"
#include "base/time.h"
#include "channel/alipay/codes.h"
#include "channel/alipay/sign.h"

#include <string.h>

enum { CODE_SUCCESS = 10000, CODE_BUSINESS_FAILED = 40004 };

static enum err envelope_open(const struct channel_versions *versions, const char *method,
			      struct str body, struct arena *a, struct channel_answer *answer,
			      struct alipay_answer *out);
static enum err common_read(const struct alipay_asked *asked, struct arena *a,
			    struct channel_answer *answer, struct alipay_answer *out);
static enum err number_check(const struct alipay_asked *asked, const char *said,
			     struct alipay_answer *out);
static const char *without_family(const char *sub_code);
static void hide_payment_codes(char *text);

void alipay_answer_read(const struct channel_versions *versions, const struct alipay_asked *asked,
			const struct channel_reply *reply, struct arena *a,
			struct channel_answer *answer, struct alipay_answer *out)
{
	struct alipay_meaning meaning;

	*answer = (struct channel_answer){ .verdict = VERDICT_UNKNOWN };
	*out = (struct alipay_answer){ 0 };
	if (reply->call != ERR_OK) {
		channel_doubt(answer, "no answer: %s", err_doc(reply->call));
		return;
	}
	if (reply->status != 200) {
		channel_doubt(answer, "the gateway answered with HTTP %d", reply->status);
		return;
	}
	if (envelope_open(versions, asked->method, reply->body, a, answer, out) != ERR_OK ||
	    common_read(asked, a, answer, out) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		*out = (struct alipay_answer){ 0 };
		return;
	}
	meaning = alipay_meaning_of(out->code, out->sub_code, out->verified);
	answer->verdict = meaning.verdict;
	answer->query_now = meaning.query_now;
}

bool alipay_answer_is(const struct alipay_answer *in, const char *sub_code)
{
	return in->verified && in->code == CODE_BUSINESS_FAILED &&
	       strcmp(in->sub_code, sub_code) == 0;
}

void alipay_jin_yuan(struct jin *r, const char *key, int64_t *fen)
{
	char text[24] = "";

	jin_text(r, key, JIN_OPTIONAL, text, sizeof(text));
	if (text[0] && yuan_read(str_of(text), fen) != ERR_OK)
		jin_fault(r, ERR_AMOUNT_RANGE, key, "is not an amount in yuan");
}

void alipay_jin_time(struct jin *r, const char *key, int64_t *ms)
{
	char text[32] = "";

	jin_text(r, key, JIN_OPTIONAL, text, sizeof(text));
	if (text[0] && china_read(str_of(text), ms) != ERR_OK)
		jin_fault(r, ERR_INVALID, key, "is not a time");
}

/* Ends with the node in *out, and with answer->key_version if it was signed.  A signature that is
 * there must fit, whatever the node says. */
static enum err envelope_open(const struct channel_versions *versions, const char *method,
			      struct str body, struct arena *a, struct channel_answer *answer,
			      struct alipay_answer *out)
{
	struct alipay_envelope envelope;
	char *name = arena_printf(a, "%s_response", method);

	for (char *dot = strchr(name, '.'); dot != NULL; dot = strchr(dot, '.'))
		*dot = '_';
	TRY(alipay_envelope_read(body, name, a, &envelope));
	out->node = envelope.node;
	if (envelope.sign.n == 0)
		return ERR_OK;
	answer->key_version = alipay_fits(versions, envelope.cert_sn, envelope.node, envelope.sign);
	if (answer->key_version == 0)
		FAIL(ERR_SIGNATURE, "the answer's signature does not fit%s%.*s",
		     envelope.cert_sn.n ? "; it names the certificate " : "",
		     (int)(envelope.cert_sn.n < 64 ? envelope.cert_sn.n : 64),
		     envelope.cert_sn.n ? envelope.cert_sn.p : "");
	/* An error node is no success, whatever its code. */
	out->verified = !str_is(envelope.name, "error_response");
	return ERR_OK;
}

/* The members that every node may have; the texts may be long. */
static enum err common_read(const struct alipay_asked *asked, struct arena *a,
			    struct channel_answer *answer, struct alipay_answer *out)
{
	size_t cap = out->node.n + 1;
	char *msg = arena_alloc(a, cap), *sub_msg = arena_alloc(a, cap);
	char *sub_code = arena_alloc(a, cap), *number = arena_alloc(a, cap);
	char code[6] = "";
	int64_t value;
	struct jin r;

	jin_open(&r, out->node);
	jin_allow_unknown(&r);
	jin_word(&r, "code", JIN_NEEDED, "0123456789", code, sizeof(code));
	jin_text(&r, "msg", JIN_OPTIONAL, msg, cap);
	jin_text(&r, "sub_code", JIN_OPTIONAL, sub_code, cap);
	jin_text(&r, "sub_msg", JIN_OPTIONAL, sub_msg, cap);
	jin_text(&r, "out_trade_no", JIN_OPTIONAL, number, cap);
	TRY(jin_done(&r));
	TRY(str_integer(str_of(code), 1, 99999, &value));
	out->code = (int)value;
	str_copy_cut(out->sub_code, sizeof(out->sub_code), str_of(without_family(sub_code)));
	TRY(number_check(asked, number, out));

	char *text = arena_printf(a, "%s%s %s", code, answer->key_version ? "" : " (not signed)",
				  sub_msg[0] ? sub_msg : msg);

	hide_payment_codes(text);
	channel_says(answer, sub_code[0] ? sub_code : code, text);
	return ERR_OK;
}

/* The signature does not bind an answer to its question; the number does. */
static enum err number_check(const struct alipay_asked *asked, const char *said,
			     struct alipay_answer *out)
{
	out->names_number = strcmp(said, asked->number) == 0;
	if (said[0] && !out->names_number)
		FAIL(ERR_INVALID, "the answer is about out_trade_no \"%s\", not \"%s\"", said,
		     asked->number);
	if (out->code == CODE_SUCCESS && !said[0] && !asked->may_be_silent)
		FAIL(ERR_INVALID, "the answer does not say which out_trade_no it is about");
	return ERR_OK;
}

/* "ACQ.TRADE_NOT_EXIST"; cancel also says "AQC.SYSTEM_ERROR". */
static const char *without_family(const char *sub_code)
{
	if (strncmp(sub_code, "ACQ.", 4) == 0 || strncmp(sub_code, "AQC.", 4) == 0)
		return sub_code + 4;
	return sub_code;
}

/* To a bad signature the gateway answers with the whole text that it built; a payer's code (16 to
 * 24 digits, beginning 25 to 30) in it must reach no log. */
static void hide_payment_codes(char *text)
{
	size_t n;

	for (; *text; text += n ? n : 1) {
		n = strspn(text, "0123456789");
		if (n < 16 || n > 24)
			continue;
		if ((text[0] == '2' && text[1] >= '5') || (text[0] == '3' && text[1] == '0'))
			memset(text, '*', n);
	}
}
