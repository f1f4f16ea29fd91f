-- The sandbox keeps what it tells, so that news can be listed, sent twice, sent late, held back or never sent.

-- What waits here is test news; the orders behind it look at their sessions themselves.
drop table sandbox_events;

create table sandbox_events (
    id text primary key,
    kind text not null,
    session_id text not null references sandbox_sessions (id),
    -- Its place among the events of its session.
    number integer not null,
    body blob not null,
    created_at text not null,
    -- How often our endpoint answered 2xx, and when first.
    deliveries integer not null default 0,
    delivered_at text
) strict;
create index sandbox_events_by_age on sandbox_events (created_at, number, id);

-- Sendings that are still to be done, in the order of `position` within a session.
create table sandbox_deliveries (
    id text primary key,
    event_id text not null references sandbox_events (id) on delete cascade,
    session_id text not null,
    position integer not null,
    attempts integer not null default 0,
    -- Without a time it is held back until the session's next event.
    next_attempt_at text
) strict;
create index sandbox_deliveries_due on sandbox_deliveries (next_attempt_at);
create index sandbox_deliveries_by_event on sandbox_deliveries (event_id);
create index sandbox_deliveries_held on sandbox_deliveries (session_id) where next_attempt_at is null;

-- What else the interface gives a name: refunds, products, prices, payment methods, webhook endpoints.
create table sandbox_objects (
    id text primary key,
    kind text not null,
    session_id text,
    data text not null,
    created_at text not null
) strict;
create index sandbox_objects_by_age on sandbox_objects (kind, created_at, id);
create index sandbox_objects_by_session on sandbox_objects (session_id) where session_id is not null;
