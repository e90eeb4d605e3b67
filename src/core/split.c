#include "core/split.h"

#include "base/check.h"

static void spread_rest(const int64_t *remainders, size_t n, int64_t rest,
			struct refund_part *parts);

enum err wallet_worth(const struct pay_rate *rate, int64_t amount, int64_t order_fen,
		      int64_t *worth)
{
	i128 scaled = (i128)amount * rate->fen;

	if (rate->units == 0)
		FAIL(ERR_WALLET_COVER, "this asset does not pay for orders");
	if (scaled % rate->units != 0 || scaled / rate->units == 0)
		FAIL(ERR_WALLET_COVER,
		     "%lld units are not worth a whole number of fen (%lld are worth %lld)",
		     (long long)amount, (long long)rate->units, (long long)rate->fen);
	scaled /= rate->units;
	if (scaled > order_fen)
		FAIL(ERR_WALLET_COVER, "the wallets are worth more than the order");
	if (scaled * 100 > (i128)order_fen * rate->percent)
		FAIL(ERR_WALLET_SHARE, "this asset may pay at most %lld %% of an order",
		     (long long)rate->percent);
	*worth = (int64_t)scaled;
	return ERR_OK;
}

int64_t leg_left_worth(const struct leg *l)
{
	return l->worth - l->refunded_worth - l->refunding_worth;
}

int64_t leg_left_amount(const struct leg *l)
{
	return l->amount - l->refunded_amount - l->refunding_amount;
}

enum err refund_split(const struct leg *legs, size_t n, int64_t fen, struct refund_part *parts)
{
	int64_t left = 0, given = 0, remainders[LEGS_MAX];

	CHECK(n <= LEGS_MAX);
	for (size_t i = 0; i < n; i++)
		left += leg_left_worth(&legs[i]);
	if (fen <= 0)
		FAIL_AT(ERR_AMOUNT_RANGE, "amount", "a refund is at least 1 fen");
	if (fen > left)
		FAIL_AT(ERR_REFUND_EXCEEDS_PAID, "amount", "%lld fen are left to refund",
			(long long)left);
	for (size_t i = 0; i < n; i++) {
		i128 share = (i128)fen * leg_left_worth(&legs[i]);

		parts[i].worth = (int64_t)(share / left);
		remainders[i] = (int64_t)(share % left);
		given += parts[i].worth;
	}
	spread_rest(remainders, n, fen - given, parts);
	for (size_t i = 0; i < n; i++) {
		int64_t worth = leg_left_worth(&legs[i]);

		CHECK(parts[i].worth <= worth);
		parts[i].amount = worth == 0 ? 0
					     : (int64_t)((i128)leg_left_amount(&legs[i]) *
							 parts[i].worth / worth);
	}
	return ERR_OK;
}

/* One fen each to the largest remainders, the first leg first among equals.  A leg with a remainder
 * has worth left for it: its floor was below its share. */
static void spread_rest(const int64_t *remainders, size_t n, int64_t rest,
			struct refund_part *parts)
{
	bool taken[LEGS_MAX] = { false };

	for (; rest > 0; rest--) {
		size_t best = n;

		for (size_t i = 0; i < n; i++) {
			if (!taken[i] && (best == n || remainders[i] > remainders[best]))
				best = i;
		}
		CHECK(best < n && remainders[best] > 0);
		taken[best] = true;
		parts[best].worth++;
	}
}
