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
