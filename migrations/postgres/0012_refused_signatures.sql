-- When a shop's endpoint last heard something that was not signed with a known secret, so that the
-- check of its account tells it whichever node heard it.
alter table payment_accounts add column signature_refused_at timestamptz;
