#include "core/lot.h"

#include "base/time.h"

int64_t lot_end(int64_t at_ms, int days)
{
	int64_t day = (at_ms + CHINA_MS) / DAY_MS;

	return (day + days + 1) * DAY_MS - CHINA_MS;
}

int64_t lots_change(int64_t balance_before, int64_t balance_after)
{
	int64_t before = balance_before > 0 ? balance_before : 0;
	int64_t after = balance_after > 0 ? balance_after : 0;

	return after - before;
}

size_t lots_find(const struct lot *lots, size_t n, int64_t expires_at)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (lots[middle].expires_at < expires_at)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

int64_t lots_due(const struct lot *lots, size_t n, const struct account *a, int64_t now_ms)
{
	int64_t over = 0, free = account_holdable(a);

	for (size_t i = 0; i < n && lots[i].expires_at <= now_ms; i++)
		over += lots[i].amount;
	if (free < 0)
		free = 0;
	return over < free ? over : free;
}
