-- What happened, who is told, and work that is due.

create table event (
	merchant_id integer not null,
	id          integer not null,
	app_id      integer not null,          -- 0: of the merchant's ledger
	type        text    not null,          -- order.paid
	object      integer not null,          -- the order, refund or account it is about
	order_id    integer,                   -- for the time-line
	notify_url  text,                      -- the order's own
	body        text    not null,          -- the whole JSON sent and listed
	created_at  integer not null,
	primary key (merchant_id, id)
) strict, without rowid;
create index event_order on event (merchant_id, order_id, id);

create table endpoint (
	merchant_id integer not null,
	id          integer not null,
	app_id      integer not null,
	url         text    not null,
	events      text    not null,          -- patterns, a space between: order.* refund.succeeded
	secret      blob    not null,          -- sealed
	old_secret  blob,                      -- sealed; signs as well until old_until
	old_until   integer,
	enabled     integer not null check (enabled in (0, 1)),
	compat      integer not null default 0 check (compat in (0, 1)),
	cursor      integer not null,          -- the last event handed on
	failing     integer not null default 0, -- failures in a row of the cursor's event, while too
	                                       -- many deliveries wait
	retry_at    integer,                   -- when the cursor tries again; null: it is not waiting
	created_at  integer not null,
	primary key (merchant_id, id)
) strict, without rowid;

-- A delivery that has not succeeded yet, or one to an order's notify_url.
create table delivery (
	merchant_id integer not null,
	id          integer not null,
	app_id      integer not null,
	event_id    integer not null,          -- an event, or a transfer for transfer.posted
	lane        integer not null,          -- who is spared together: the endpoint, or below zero
	                                       -- a number made of the app and the URL's origin
	endpoint_id integer,                   -- null: the order's notify_url
	url         text,                      -- the order's notify_url; null: the endpoint's
	status      integer not null check (status in (1, 2, 3)), -- 1 waiting 2 delivered 3 failed
	tries       integer not null default 0,
	due_at      integer not null,          -- the next try
	last_status integer not null default 0, -- HTTP status of the last try; 0: none came
	last_error  text,
	created_at  integer not null,
	ended_at    integer,
	primary key (merchant_id, id),
	unique (merchant_id, event_id, lane)
) strict, without rowid;
create index delivery_waiting on delivery (merchant_id, lane, due_at) where status = 1;

-- Work that is due at a time and survives a restart.
create table job (
	merchant_id integer not null,
	kind        integer not null,          -- enum job_kind
	object      integer not null,          -- what it works on; one job of a kind an object
	due_at      integer not null,
	claims      integer not null default 0, -- committed before a run, back to 0 when one returns
	claim       integer,                   -- the random number of the run at work; putting the job
	                                       -- anew takes it away, so the run cannot undo the put
	lease_until integer,
	lease_run   integer,                   -- the run of the node that holds it
	parked      integer not null default 0 check (parked in (0, 1)),
	created_at  integer not null,
	primary key (merchant_id, kind, object)
) strict, without rowid;
-- The scheduler asks for what is due of all merchants at once.
create index job_due on job (due_at) where parked = 0;
