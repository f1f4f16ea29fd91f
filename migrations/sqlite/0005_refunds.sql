-- Money on its way back; written before the provider is asked, moved on by a worker.
create table refunds (
    id blob primary key,
    shop_id blob not null references shops (id),
    order_id blob not null references orders (id),
    n integer not null check (n > 0),
    cause text not null check (cause in ('member', 'stock_gone', 'second_session', 'outside')),
    payment_intent_id text not null,
    amount integer not null check (amount > 0),
    status text not null check (status in ('due', 'pending', 'succeeded', 'failed')),
    provider_refund_id text unique,
    failure text,
    note text,
    requested_by text,
    next_action_at text,
    created_at text not null,
    updated_at text not null,
    unique (order_id, n)
) strict;
create index refunds_due on refunds (next_action_at) where next_action_at is not null;
-- What was paid twice, or without pieces left, goes back once.
create unique index refunds_automatic on refunds (payment_intent_id) where cause in ('stock_gone', 'second_session');

-- Sessions that must not be paid any more although no order waits for their end.
create table stray_sessions (
    session_id text primary key,
    shop_id blob not null references shops (id),
    order_id blob,
    provider text not null check (provider in ('sandbox', 'stripe')),
    next_action_at text not null,
    created_at text not null
) strict;
create index stray_sessions_due on stray_sessions (next_action_at);

-- Until when the provider's list of sessions was compared with the orders.
create table reconciliations (
    scope text primary key,
    listed_until text not null
) strict;

alter table orders add column amount_refunded integer not null default 0 check (amount_refunded >= 0);
alter table orders add column dispute text check (dispute in ('open', 'won', 'lost'));
alter table orders add column failure text;
alter table order_lines add column restocked_units integer not null default 0 check (restocked_units between 0 and units);
