-- What a shop holds for review, as the domain writes it.
alter table shops add column moderation text not null default '{}';
-- Whether only members write at the moment.
alter table shows add column is_chat_locked integer not null default false;
-- Whether a message of the viewer was shown in this show.
alter table show_viewers add column has_spoken integer not null default false;

-- Whether a message of the viewer was ever held in this show.
alter table show_viewers add column has_held integer not null default false;
-- The message on top of the chat.
alter table shows add column pinned_message_id blob;

-- Messages that wait for a moderator, and those that were decided on.
create table held_messages (
    shop_id blob not null,
    show_id blob not null,
    message_id blob not null,
    viewer_id blob not null,
    author_name text not null,
    reason text not null check (reason in ('word', 'first')),
    status text not null check (status in ('held', 'approved', 'refused')),
    -- Null once it was shown; kept a while for an undo when it was refused.
    body text,
    decided_at text,
    held_at text not null,
    -- Place of the members' event that tells of it.
    held_seq integer not null,
    primary key (show_id, message_id),
    foreign key (shop_id, show_id) references shows (shop_id, id)
) strict;
create index held_messages_of_viewer on held_messages (show_id, viewer_id, held_seq);
create index held_messages_decided on held_messages (decided_at) where decided_at is not null and body is not null;
create index held_messages_waiting on held_messages (show_id, held_seq) where status = 'held';
