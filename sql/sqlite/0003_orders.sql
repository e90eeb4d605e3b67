-- Orders and the money that comes and goes for them.

create table orders (
	merchant_id  integer not null,
	id           integer not null,
	app_id       integer not null,
	out_order_no text    not null,
	status       integer not null check (status in (1, 2, 3, 4)), -- open paid closing closed
	flags        integer not null default 0, -- 1 late 2 twice 4 over 8 under
	fulfilment   integer not null default 0, -- 0 none 1 pending 2 done 3 failed
	amount       integer not null check (amount > 0), -- fen
	amount_paid      integer not null default 0,
	amount_refunding integer not null default 0,
	amount_refunded  integer not null default 0,
	subject      text    not null,
	user         text,                     -- a holder's id: "7" is user:7
	action       text,                     -- the registered action's name
	action_args  text,                     -- JSON
	attach       text,
	metadata     text,                     -- JSON
	notify_url   text,
	return_url   text,
	attempt_id   integer,                  -- the live or paying attempt
	version      integer not null,         -- grows with every change
	created_at   integer not null,
	expires_at   integer not null,
	paid_at      integer,
	closed_at    integer,
	primary key (merchant_id, id),
	check (amount_refunded + amount_refunding <= amount_paid)
) strict, without rowid;
create index orders_number on orders (merchant_id, app_id, out_order_no);

create table attempt (
	merchant_id  integer not null,
	id           integer not null,
	order_id     integer not null,
	app_id       integer not null,
	method       text    not null,
	status       integer not null check (status between 1 and 7),
		-- created pending paid failed closed superseded unknown
	channel_account integer,               -- null: wallets only
	number       text,                     -- ours at the channel
	channel_fen  integer not null,         -- the channel's part
	auth_hash    blob,                     -- SHA-256 of the payment code: it is not kept
	openid       text,
	client_ip    text,
	return_url   text,
	action_type  integer not null default 0,
	action       text,                     -- what the payer's side was given
	action_form  text,
	error_code   text,                     -- the channel's word when it failed
	error_text   text,
	queries      integer not null default 0,
	cancelled_at integer,                  -- a barcode's confirmed cancel
	created_at   integer not null,
	expires_at   integer not null,
	ended_at     integer,
	primary key (merchant_id, id)
) strict, without rowid;
create index attempt_order on attempt (merchant_id, order_id);
create unique index attempt_number on attempt (merchant_id, channel_account, number);

-- The wallet parts and the channel part of an attempt, in order.
create table leg (
	merchant_id integer not null,
	attempt_id  integer not null,
	position    integer not null,
	kind        integer not null check (kind in (1, 2)), -- 1 wallet 2 channel
	account_id  integer,                   -- the payer's account; null for the channel
	asset_id    integer not null,
	amount      integer not null check (amount > 0), -- the asset's units
	worth       integer not null check (worth > 0),  -- fen
	hold_id     integer,
	refunding_amount integer not null default 0,
	refunding_worth  integer not null default 0,
	refunded_amount  integer not null default 0,
	refunded_worth   integer not null default 0,
	primary key (merchant_id, attempt_id, position),
	check (refunding_worth + refunded_worth <= worth and refunding_amount + refunded_amount <= amount)
) strict, without rowid;

-- What a channel says it took: once for ever.
create table payment (
	merchant_id     integer not null,
	id              integer not null,
	app_id          integer not null,
	channel_account integer not null,
	channel_number  text    not null,      -- the channel's number
	number          text    not null,      -- ours, as the channel named it
	attempt_id      integer,               -- null: nobody's here
	order_id        integer,
	amount          integer not null check (amount > 0),
	payer_amount    integer,
	settle_amount   integer,
	payer           text,
	paid_at         integer not null,      -- the channel's time
	date            integer not null,      -- business date by it
	source          integer not null,      -- 1 notice 2 query 3 answer 4 operator
	case_id         integer,               -- set when it could not be applied
	settled_in      integer,
	created_at      integer not null,
	primary key (merchant_id, id),
	unique (merchant_id, channel_account, channel_number)
) strict, without rowid;

create table refund (
	merchant_id   integer not null,
	id            integer not null,
	app_id        integer not null,
	kind          integer not null check (kind in (1, 2)), -- 1 order 2 exception
	order_id      integer,
	payment_id    integer,                 -- null: wallets only
	case_id       integer,
	out_refund_no text,
	status        integer not null check (status between 1 and 4), -- pending succeeded failed abnormal
	amount        integer not null check (amount > 0), -- fen, all legs by worth
	channel_fen   integer not null,        -- the channel's part
	note          text,
	number        text,                    -- ours at the channel
	channel_account integer,
	sent_at       integer,                 -- the last call
	tries         integer not null default 0,
	version       integer not null,        -- grows with every change
	error_code    text,
	error_text    text,
	settled_in    integer,
	created_at    integer not null,
	ended_at      integer,
	primary key (merchant_id, id)
) strict, without rowid;
create index refund_order on refund (merchant_id, order_id);
create index refund_payment on refund (merchant_id, payment_id);

create table refund_leg (
	merchant_id integer not null,
	refund_id   integer not null,
	attempt_id  integer not null,
	position    integer not null,
	amount      integer not null,
	worth       integer not null,
	primary key (merchant_id, refund_id, position)
) strict, without rowid;

-- Money or news that needs a decision.  ("case" is a word of SQL.)
create table cases (
	merchant_id integer not null,
	id          integer not null,
	app_id      integer not null,
	kind        integer not null,          -- 1 late 2 twice 3 over 4 under 5 unmatched 6 short 7 refund
	status      integer not null check (status in (1, 2, 3)), -- 1 open 2 refunded 3 accepted
	order_id    integer,
	payment_id  integer,
	refund_id   integer,
	amount      integer not null,
	note        text,
	created_at  integer not null,
	settled_at  integer,
	primary key (merchant_id, id)
) strict, without rowid;
create index cases_open on cases (merchant_id, status, id);
