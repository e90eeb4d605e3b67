-- Who may call, and which channels a merchant has.

create table app (
	merchant_id integer not null,
	id          integer not null,
	name        text    not null,
	secret      blob    not null,          -- sealed: signs what is sent to an order's notify_url
	sweep       integer not null default 0 check (sweep in (0, 1)), -- clearing moves what is left
	created_at  integer not null,
	primary key (merchant_id, id),
	unique (merchant_id, name)
) strict, without rowid;

create table api_key (
	merchant_id integer not null,
	id          integer not null,
	app_id      integer not null,
	hash        blob    not null,          -- SHA-256 of the whole key
	hint        text    not null,          -- its last four characters
	scope       integer not null check (scope in (1, 2, 3)), -- 1 full, 2 read, 3 no_refund
	created_at  integer not null,
	revoked_at  integer,
	primary key (merchant_id, id),
	unique (merchant_id, hash)
) strict, without rowid;

create table channel_account (
	merchant_id integer not null,
	id          integer not null,
	channel     text    not null,          -- alipay
	name        text    not null,
	identity    text    not null,          -- the channel's app id or merchant number: never changes
	created_at  integer not null,
	primary key (merchant_id, id),
	unique (merchant_id, name)
) strict, without rowid;

create table channel_version (
	merchant_id integer not null,
	account_id  integer not null,
	version     integer not null,          -- 1, 2, …; calls use the newest
	config      blob    not null,          -- sealed JSON
	created_at  integer not null,
	retired_at  integer,
	primary key (merchant_id, account_id, version)
) strict, without rowid;

-- Answers kept for 72 hours under the caller's Idempotency-Key.
create table idempotency_key (
	merchant_id integer not null,
	app_id      integer not null,
	key         text    not null,
	digest      blob    not null,          -- SHA-256 of method, path and body
	object      integer,                   -- what a flow made first; a repeat goes on from it
	status      integer,                   -- null while a flow is not at its end
	body        text,
	created_at  integer not null,
	primary key (merchant_id, app_id, key)
) strict, without rowid;
create index idempotency_key_age on idempotency_key (merchant_id, created_at);
