-- Points that expire: what is left of each account's lots, exact at every commit.

-- The lots of an account add up to its balance, or to nothing while that is below zero.  A lot of
-- which nothing is left has no row.
create table lot (
	merchant_id integer not null,
	account_id  integer not null,
	expires_at  integer not null,          -- a midnight of UTC+8
	amount      integer not null check (amount > 0),
	primary key (merchant_id, account_id, expires_at)
) strict, without rowid;
create index lot_due on lot (merchant_id, expires_at, account_id);
