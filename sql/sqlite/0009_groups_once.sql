-- A batch that is kept for soon and sent again is the same group.

-- The digest of its body, while it waits and once it has done all: null where it was done at once,
-- where something was refused, which may be tried again, and when body and results go.
alter table transfer_group add column digest blob;
create unique index transfer_group_once on transfer_group (merchant_id, app_id, digest)
	where digest is not null;
