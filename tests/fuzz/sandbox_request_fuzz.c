/* What the sandbox's gateway reads: a query and a body (split at the first line end), the string to
 * sign, biz_content, and the answer that is made of it.
 */
#include "base/time.h"
#include "fuzz.h"
#include "sandbox/alipay/biz.h"
#include "sandbox/alipay/envelope.h"
#include "sandbox/alipay/request.h"
#include "sys/cleanup.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 16 << 20 };

#define FEN_MAX INT64_C(10000000000)
#define NOW_MS INT64_C(1795334400000)

static void must(bool right)
{
	if (!right)
		abort();
}

/* Written as a form and read again, the same parameters come back. */
static void check_form(const struct params *ps, struct arena *a)
{
	CLEANUP(text_free) struct text form = { 0 };
	struct params again;
	struct node refused;

	params_form(ps, &form);
	must(request_read(text_str(&form), STR(""), a, &again, &refused) == true);
	must(again.n == ps->n);
	for (size_t i = 0; i < ps->n; i++)
		must(str_eq(again.at[i].name, ps->at[i].name) &&
		     str_eq(again.at[i].value, ps->at[i].value));
}

static void check_biz(struct str text)
{
	static struct biz biz;
	int64_t until = 0;

	if (biz_read(text, &biz) != ERR_OK)
		return;
	must(biz.fen >= 0 && biz.fen <= FEN_MAX && biz.refund_fen >= 0 &&
	     biz.refund_fen <= FEN_MAX);
	must(str_characters(str_of(biz.subject)) <= SUBJECT_MAX);
	must(strlen(biz.number) < NUMBER_TEXT && !strchr(biz.number, '/'));
	if (timeout_read(biz.timeout_express, NOW_MS, &until) == ERR_OK)
		must(until > NOW_MS && until <= NOW_MS + 15 * DAY_MS);
}

/* Whatever a refusal says, the answer is JSON. */
static void check_answer(const struct node *refused, struct arena *a)
{
	CLEANUP(text_free) struct text node = { 0 }, body = { 0 };
	json_t *root;

	(void)a;
	node_write(refused, &node);
	envelope_write(STR("error_response"), text_str(&node), STR(""), STR(""), &body);
	root = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	must(json_is_object(json_object_get(root, "error_response")));
	json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(ARENA_BYTES);
	CLEANUP(text_free) struct text text = { 0 };
	struct alipay_keys keys = { 0 };
	struct str body, query = str_cut((struct str){ (const char *)data, len }, '\n', &body);
	struct params ps;
	struct node refused = { 0 };

	keys.apps[APP_KEY].merchant.id = "9021000000000001";
	keys.apps[APP_CERT].merchant.id = "9021000000000002";
	if (len > BIZ_MAX)
		return 0;
	if (!request_read(query, body, a, &ps, &refused)) {
		check_answer(&refused, a);
		return 0;
	}
	sign_string(&ps, SIGN_REQUEST, &text);
	text_free(&text);
	sign_string(&ps, SIGN_NOTICE, &text);
	check_form(&ps, a);
	check_biz(params_get(&ps, "biz_content"));
	if (!request_app(&ps, &keys, &refused))
		check_answer(&refused, a);
	node_refuse_because(&refused, "ACQ.INVALID_PARAMETER", params_get(&ps, "biz_content"));
	node_add(&refused, "out_trade_no", params_get(&ps, "biz_content"));
	check_answer(&refused, a);
	return 0;
}
