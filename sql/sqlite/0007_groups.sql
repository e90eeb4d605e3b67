-- Transfers that were asked for together.

-- Those of a group are one closure's: their ids lie between its first and its last.
create table transfer_group (
	merchant_id    integer not null,
	id             integer not null,       -- below its transfers' ids
	app_id         integer not null,
	request        integer,                -- the request that asked for it to be done later: run
	                                       -- again it finds its own; null: done at once
	status         integer not null check (status between 1 and 3), -- 1 pending 2 done 3 refused
	first_transfer integer,
	last_transfer  integer,
	count          integer not null default 0 check (count >= 0),
	body           text,                   -- what was asked for, of those that are done later
	results        text,                   -- what became of each (app/group_text.h)
	code           text,                   -- of a refused one: why, where and in words
	param          text,
	detail         text,
	created_at     integer not null,
	done_at        integer,
	primary key (merchant_id, id),
	unique (merchant_id, app_id, request),
	check ((count = 0) = (first_transfer is null))
) strict, without rowid;
-- After 72 hours body and results go.
create index transfer_group_old on transfer_group (merchant_id, done_at) where body is not null;
-- Those that wait are few, and counted.
create index transfer_group_pending on transfer_group (merchant_id) where status = 1;
