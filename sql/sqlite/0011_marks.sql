-- Marks on the way back through an account's transfers.

-- The transfer that gave an account a version which is a multiple of 1,024, written with it.  The journal
-- has no index by account: who looks far back begins at a mark and follows the previous ids from there.
create table account_mark (
	merchant_id integer not null,
	account_id  integer not null,
	version     integer not null check (version % 1024 = 0),
	transfer_id integer not null,
	primary key (merchant_id, account_id, version)
) strict, without rowid;

-- Of the transfers that are there already.
insert into account_mark (merchant_id, account_id, version, transfer_id)
	select merchant_id, from_account, from_version, id from transfer
	where from_version % 1024 = 0
	union all
	select merchant_id, to_account, to_version, id from transfer
	where to_version % 1024 = 0;
