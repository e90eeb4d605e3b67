-- What applications pay from accounts of their own: prices, numbers handed out before use, charges.

-- A price is never changed: its newest version counts.
create table price (
	merchant_id integer not null,
	code        text    not null,          -- [A-Za-z0-9._-]{1,32}
	version     integer not null,          -- 1, 2, …
	name        text    not null,
	unit_price  integer not null check (unit_price between 1 and 9007199254740991),
	asset_id    integer not null,
	created_at  integer not null,
	primary key (merchant_id, code, version)
) strict, without rowid;

-- Numbers handed out to an app, one row a request: without gaps from 100000001 on.
create table number_range (
	merchant_id integer not null,
	first       integer not null,
	last        integer not null,
	app_id      integer not null,
	request     integer not null,          -- the request that asked: run again it finds its own
	created_at  integer not null,
	primary key (merchant_id, first),
	unique (merchant_id, app_id, request),
	check (first <= last)
) strict, without rowid;

-- A charge has the id of its transfer, which says who paid whom, when and why.
create table charge (
	merchant_id integer not null,
	id          integer not null,
	app_id      integer not null,
	number      integer,                   -- handed out before; null: none
	amount      integer not null check (amount > 0),
	rollback_id integer,                   -- the transfer that gave it back
	primary key (merchant_id, app_id, id),
	unique (merchant_id, id),
	unique (merchant_id, number)
) strict, without rowid;
create index charge_rollback on charge (merchant_id, app_id, rollback_id)
	where rollback_id is not null;

-- What was charged for, at the price of that moment.
create table charge_item (
	merchant_id integer not null,
	charge_id   integer not null,
	position    integer not null,
	price       text    not null,
	version     integer not null,          -- the price's
	quantity    integer not null check (quantity > 0),
	unit_price  integer not null check (unit_price > 0),
	amount      integer not null check (amount > 0),
	primary key (merchant_id, charge_id, position)
) strict, without rowid;

-- What a month did to an account of an app; written once, when the month is over.
create table clearing (
	merchant_id integer not null,
	id          integer not null,
	app_id      integer not null,
	asset_id    integer not null,
	month       integer not null,          -- 202610, of UTC+8
	opening     integer not null,
	topped_up   integer not null check (topped_up >= 0),
	charged     integer not null check (charged >= 0),
	rolled_back integer not null check (rolled_back >= 0),
	other_in    integer not null check (other_in >= 0),
	other_out   integer not null check (other_out >= 0),
	closing     integer not null,
	swept       integer not null check (swept >= 0), -- of it, moved to system with this row
	created_at  integer not null,
	primary key (merchant_id, id),
	unique (merchant_id, month, app_id, asset_id),
	check (closing = opening + topped_up + rolled_back + other_in - charged - other_out)
) strict, without rowid;

-- The months of which every app has its rows.
create table clearing_month (
	merchant_id integer not null,
	month       integer not null,
	finished_at integer not null,
	primary key (merchant_id, month)
) strict, without rowid;
