-- How long what is known of people is kept, and what was erased before its time.

-- The shop's own periods, as the domain writes them.
alter table shops add column retention jsonb not null default '{}';

-- How far a show's log holds no viewers and no buyers' names any more.
alter table shows add column forgotten_seq bigint not null default 0;
alter table shows add column forgotten_member_seq bigint not null default 0;

-- When the buyer was taken out of an order, and what the books keep all the same.
alter table orders add column erased_at timestamptz;
alter table orders add column kept jsonb;

-- Who is known where: one person is looked for in all shows of a shop.
create index show_viewers_by_viewer on show_viewers (viewer_id);
create index chat_messages_by_author on chat_messages (author_id, show_id, seq);
create index held_messages_by_viewer on held_messages (viewer_id);
create index questions_by_asker on questions (viewer_id);
create index question_votes_by_viewer on question_votes (viewer_id);
create index offer_buyers_by_viewer on offer_buyers (viewer_id);
-- What is due to be forgotten.
create index show_viewers_with_address on show_viewers (show_id) where address_hash is not null;
create index orders_with_buyer on orders (created_at) where erased_at is null;
create index audit_log_by_age on audit_log (at);
create index provider_events_handled on provider_events (handled_at) where handled_at is not null and length(body) > 0;
