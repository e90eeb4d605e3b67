-- From one asset of a holder's to another: at what rates, promised for how long, done when.

-- A rate is never changed: the newest of its two assets counts.
create table rate (
	merchant_id integer not null,
	id          integer not null,
	from_asset  integer not null,
	to_asset    integer not null,
	units_from  integer not null check (units_from > 0), -- so many of one are worth
	units_to    integer not null check (units_to > 0),   -- so many of the other
	rounding    integer not null check (rounding between 0 and 3), -- down half_up up half_even
	min_amount  integer not null check (min_amount > 0), -- of from_asset, at once
	max_amount  integer not null,
	created_at  integer not null,
	primary key (merchant_id, id),
	check (from_asset <> to_asset and min_amount <= max_amount)
) strict, without rowid;
create index rate_pair on rate (merchant_id, from_asset, to_asset, id);

-- What a conversion will give, until a time, once.
create table quote (
	merchant_id   integer not null,
	id            integer not null,
	app_id        integer not null,
	request_id    text    not null,
	rate_id       integer not null,
	amount        integer not null check (amount > 0),
	to_amount     integer not null check (to_amount > 0),
	expires_at    integer not null,
	conversion_id integer,                 -- what used it
	created_at    integer not null,
	primary key (merchant_id, id)
) strict, without rowid;

-- Two transfers through system, whose group is the conversion's id.
create table conversion (
	merchant_id   integer not null,
	id            integer not null,
	app_id        integer not null,
	request_id    text    not null,
	holder        text    not null,
	from_asset    integer not null,
	to_asset      integer not null,
	amount        integer not null check (amount > 0),
	to_amount     integer not null check (to_amount > 0),
	rate_id       integer not null,
	units_from    integer not null,        -- as the rate had them
	units_to      integer not null,
	rounding      integer not null,
	rest          integer not null,        -- exactly amount·units_to − to_amount·units_from
	quote_id      integer,
	from_transfer integer not null,        -- holder to system
	to_transfer   integer not null,        -- system to holder
	created_at    integer not null,
	primary key (merchant_id, id),
	check (rest > -units_from and rest < units_from)
) strict, without rowid;
