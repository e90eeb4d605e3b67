-- The installation, its merchants and their ledger.
--
-- Every key begins with merchant_id; merchant 0 is the installation.  Ids are made by the program.
-- Times are milliseconds since 1970 UTC.  Amounts are minor units, at most 2^53 - 1 in size.

-- One row a merchant, written with every commit: what the book continues from.
create table book (
	merchant_id integer primary key,
	version     integer not null,          -- commits so far
	last_id     integer not null,          -- the highest id given
	batch       integer not null,          -- the last batch of the journal
	watermark   integer not null,          -- every transfer up to it is in the accounts' rows
	chain_head  blob    not null           -- its hash; 32 zero bytes before the first
) strict;

create table merchant (
	merchant_id integer primary key,       -- its id
	name        text    not null,
	livemode    integer not null check (livemode in (0, 1)),
	late_money  integer not null default 0 check (late_money in (0, 1)), -- 0 refund, 1 accept
	forced_reversal integer not null default 0 check (forced_reversal in (0, 1)), -- 1 allowed
	created_at  integer not null
) strict;

create table asset (
	merchant_id integer not null,
	id          integer not null,
	code        text    not null,          -- [a-z][a-z0-9_]{0,15}
	name        text    not null,
	kind        integer not null check (kind in (1, 2)), -- 1 money, 2 points
	scale       integer not null check (scale between 0 and 8),
	pay_units   integer not null default 0, -- pay_units of it are worth pay_fen; 0: does not pay
	pay_fen     integer not null default 0,
	pay_percent integer not null default 100 check (pay_percent between 0 and 100),
	frozen_in   integer not null default 0 check (frozen_in in (0, 1)), -- 1: what is frozen
	                                       -- may still get
	expires_days integer not null default 0 check (expires_days between 0 and 3650),
	                                       -- what members get is good so long; 0: for ever
	created_at  integer not null,
	primary key (merchant_id, id),
	unique (merchant_id, code)
) strict, without rowid;

-- The kinds of holder that a merchant added; user, app and shop are there without a row.
create table holder_kind (
	merchant_id integer not null,
	kind        text    not null,          -- [a-z][a-z0-9_]{0,15}
	name        text    not null,
	name_en     text    not null,
	created_at  integer not null,
	primary key (merchant_id, kind)
) strict, without rowid;

create table reason (
	merchant_id integer not null,
	code        integer not null,
	name        text    not null,
	name_en     text    not null,
	disabled    integer not null default 0 check (disabled in (0, 1)),
	created_at  integer not null,
	primary key (merchant_id, code)
) strict, without rowid;

-- Where a reason's transfers may go; written with the reason and never changed.
create table reason_route (
	merchant_id integer not null,
	code        integer not null,
	from_kind   text    not null,          -- kinds of holder
	to_kind     text    not null,
	asset_id    integer not null,          -- 0: any
	primary key (merchant_id, code, from_kind, to_kind, asset_id)
) strict, without rowid;

-- A cache of the journal: balance, held, version and last_transfer follow from it, some transfers
-- later, but never behind the book's watermark.
create table account (
	merchant_id   integer not null,
	id            integer not null,
	holder        text    not null,        -- "user:1001"
	asset_id      integer not null,
	balance       integer not null,
	held          integer not null,
	version       integer not null,
	last_transfer integer not null,
	credit_limit  integer not null default 0 check (credit_limit >= 0),
	max_balance   integer not null default 0 check (max_balance >= 0), -- 0: no limit
	frozen        integer not null default 0 check (frozen in (0, 1, 2)), -- 1 gives nothing
	                                       -- 2 neither gives nor takes
	closed        integer not null default 0 check (closed in (0, 1)),
	changes       integer not null default 0, -- of these settings
	created_at    integer not null,
	primary key (merchant_id, id),
	unique (merchant_id, holder, asset_id)
) strict, without rowid;

-- The journal: the truth.  Never changed, never deleted.
create table transfer (
	merchant_id   integer not null,
	id            integer not null,
	at            integer not null,
	kind          integer not null check (kind between 1 and 5),
	asset_id      integer not null,
	from_account  integer not null,
	to_account    integer,                 -- null for a hold and its release
	amount        integer not null check (amount between 1 and 9007199254740991),
	from_balance  integer not null,        -- after it
	from_held     integer not null,
	from_version  integer not null,
	from_previous integer not null,        -- the account's transfer before; 0 if none
	to_balance    integer,
	to_held       integer,
	to_version    integer,
	to_previous   integer,
	batch         integer not null,
	cause         integer,                 -- the hold or transfer it belongs to
	app_id        integer not null,        -- 0: Tael
	request_id    text,
	reason        integer not null,
	ref           text,
	memo          text,
	group_id      integer,
	date          integer not null,        -- business date, 20261122
	primary key (merchant_id, id)
) strict, without rowid;

-- How much of a transfer was reversed by the merchant's own requests.
create table reversal (
	merchant_id integer not null,
	transfer_id integer not null,          -- the transfer that was made first
	reversed    integer not null check (reversed > 0),
	primary key (merchant_id, transfer_id)
) strict, without rowid;

-- One row a commit that posted: links the journal's rows into a chain of hashes (docs/journal.md).
create table batch (
	merchant_id    integer not null,
	number         integer not null,       -- 1, 2, 3, … without gaps
	first_transfer integer not null,
	last_transfer  integer not null,
	count          integer not null check (count > 0),
	at             integer not null,
	format         integer not null,
	previous       blob    not null,
	hash           blob    not null,
	primary key (merchant_id, number)
) strict, without rowid;

create table hold (
	merchant_id integer not null,
	id          integer not null,
	account_id  integer not null,
	amount      integer not null check (amount > 0),
	captured    integer not null default 0,
	released    integer not null default 0,
	status      integer not null default 1 check (status between 1 and 4),
		-- open; else how its last part went: captured released expired
	expires_at  integer,                   -- null: its owner releases it
	owner       integer,                   -- the attempt or refund it serves; null: the API's
	app_id      integer not null,
	reason      integer not null,
	version     integer not null default 1, -- grows with every change
	created_at  integer not null,
	primary key (merchant_id, id),
	check (captured >= 0 and released >= 0 and captured + released <= amount),
	check ((status = 1) = (captured + released < amount))
) strict, without rowid;
create index hold_account on hold (merchant_id, account_id, status, id);
create index hold_due on hold (merchant_id, expires_at, id) where status = 1;

-- What every retry finds: a caller's number, once and for ever.
create table request_key (
	merchant_id integer not null,
	app_id      integer not null,          -- 0: Tael
	kind        integer not null,          -- 1 request_id, 2 out_order_no, 3 out_refund_no, 4 tael
	key         text    not null,
	object      integer not null,          -- the object it made; 0: cancelled before it came, or
	                                       -- what cancelled another and made nothing
	digest      blob    not null,          -- SHA-256 of the decoded ask; zeros: cancelled; empty:
	                                       -- a transfer, whose own row says what was asked
	primary key (merchant_id, app_id, kind, key)
) strict, without rowid;
