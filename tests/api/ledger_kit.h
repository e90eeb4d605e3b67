/* ledger_kit.h - what tests of the ledger's routes do first: an asset, a reason, points for a user.
 */
#pragma once

#include "server_fixture.h"

#define GOLD "{\"code\":\"gold\",\"name\":\"金币\",\"kind\":\"points\",\"scale\":0}"
#define RED_PACKET                                                                             \
	"{\"code\":300002,\"name\":\"红包\",\"name_en\":\"red packet\",\"from\":\"system\"," \
	"\"to\":\"user\"}"
#define SPEND                                                                           \
	"{\"code\":300003,\"name\":\"消费\",\"name_en\":\"spent\",\"from\":\"user\"," \
	"\"to\":\"system\"}"

#define T(id, from, to, amount, reason)                                                         \
	"{\"request_id\":\"" id "\",\"from\":\"" from "\",\"to\":\"" to "\",\"amount\":" amount \
	",\"reason\":" reason "}"

/* A POST that must give `status`. */
static inline void must_post(const struct fixture *f, const char *key, const char *path,
			     const char *body, int status)
{
	struct reply r;

	CALL(ask(f, key, "POST", path, body, &r));
	if (r.wire.status != status)
		printf("# %s %s gave %s\n", path, body, r.wire.body);
	EXPECT_INT(status, r.wire.status);
	reply_free(&r);
}

/* A POST of `a` that must be refused; `want` is "409 conflict request_id": status, code, parameter.
 */
static inline void must_refuse(const struct fixture *f, const char *path, const char *body,
			       const char *want)
{
	char code[64] = "", param[64] = "";
	int status = 0;

	EXPECT(sscanf(want, "%d %63s %63s", &status, code, param) == 3);
	CALL(refused(f, &(struct question){ f->a.key, "POST", path, body, NULL }, status, code,
		     param));
}

/* gold with 1,000,000 issued, reasons 300002 (system to user) and 300003 (user to system), and
 * `gold` points for user:1001 when they are more than 0. */
static inline void ledger_begin(const struct fixture *f, const struct party *p, int gold)
{
	char body[200];

	CALL(must_post(f, p->key, "/v1/assets", GOLD, 201));
	CALL(must_post(f, p->key, "/v1/reasons", RED_PACKET, 201));
	CALL(must_post(f, p->key, "/v1/reasons", SPEND, 201));
	CALL(must_post(f, p->key, "/v1/assets/gold/issue",
		       "{\"request_id\":\"issue-1\",\"amount\":1000000}", 201));
	(void)snprintf(
		body, sizeof(body),
		"{\"request_id\":\"first\",\"from\":\"system/gold\",\"to\":\"user:1001/gold\","
		"\"amount\":%d,\"reason\":300002}",
		gold);
	if (gold > 0)
		CALL(must_post(f, p->key, "/v1/transfers", body, 201));
}

/* Posts what a channel says happened, `n` times so much gold to `to` (a closure; ask: struct
 * facts).
 */
struct facts {
	const char *to;
	int64_t amount;
	int n;
};

static inline enum err facts_post(struct tx *tx, const void *ask_, void *answer)
{
	const struct facts *ask = ask_;
	struct posting p = { .kind = POSTING_TRANSFER,
			     .force = FORCE_FACT,
			     .amount = ask->amount,
			     .reason = 1103,
			     .request_id = "",
			     .ref = "",
			     .memo = "" };
	struct asset asset;

	(void)answer;
	TRY(asset_get(tx, STR("gold"), &asset));
	TRY(tx_account(tx, STR("channel:main"), asset.id, &p.from));
	TRY(tx_account(tx, str_of(ask->to), asset.id, &p.to));
	for (int i = 0; i < ask->n; i++)
		TRY(tx_post(tx, &p, NULL));
	return ERR_OK;
}

/* The balance that GET /v1/accounts/… shows. */
static inline void balance_is(const struct fixture *f, const struct party *p, const char *address,
			      long long balance)
{
	char path[200];
	struct reply r;

	(void)snprintf(path, sizeof(path), "/v1/accounts/%s", address);
	CALL(ask(f, p->key, "GET", path, NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_STR(address, reply_text(&r, "address"));
	EXPECT(reply_integer(&r, "balance") == balance);
	reply_free(&r);
}
