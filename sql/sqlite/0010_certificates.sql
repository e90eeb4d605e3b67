-- Certificates under which a platform signs, as it handed them out: public, and fetched anew while
-- the account's own configuration stays.
create table channel_certificate (
	merchant_id integer not null,
	account_id  integer not null,
	serial      text    not null,
	pem         text    not null,
	from_at     integer not null,
	expires_at  integer not null,          -- then it is dropped
	primary key (merchant_id, account_id, serial)
) strict, without rowid;
