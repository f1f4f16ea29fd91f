-- The built-in sandbox plays the payment provider; these tables are its own and nothing else reads them.

-- The columns repeat what queries and guards need of the session's data.
create table sandbox_sessions (
    id text primary key,
    status text not null check (status in ('open', 'complete', 'expired')),
    payment_intent_id text unique,
    data text not null,
    created_at text not null,
    expires_at text not null
) strict;
create index sandbox_sessions_open on sandbox_sessions (expires_at) where status = 'open';
create index sandbox_sessions_by_age on sandbox_sessions (created_at, id);

create table sandbox_requests (
    idempotency_key text primary key,
    params_hash blob not null,
    status integer not null,
    body blob not null,
    created_at text not null
) strict;

-- Webhooks waiting to be delivered; a row goes when our endpoint has answered 2xx.
create table sandbox_events (
    id text primary key,
    body blob not null,
    attempts integer not null default 0,
    next_attempt_at text not null
) strict;
create index sandbox_events_due on sandbox_events (next_attempt_at);
