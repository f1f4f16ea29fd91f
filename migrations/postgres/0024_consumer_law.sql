-- Who sells under which terms, and buyers who withdraw from their contract.

-- Seller, conditions and what the shop adds to the privacy notice, as the domain writes them.
alter table shops add column legal jsonb not null default '{}';
-- Whether that says what buyers have to know of their right of withdrawal.
alter table shops add column informs_buyers boolean not null default false;

-- Why a product cannot be given back; null is the rule, that it can.
alter table products add column withdrawal_exemption text;

-- As the buyer was told at the click.
alter table order_lines add column withdrawal_exemption text;
alter table order_lines add column withdrawn_units bigint not null default 0 check (withdrawn_units between 0 and units);
alter table orders add column was_informed boolean not null default false;
-- The day on which the last parcel arrived, where the shop knows it.
alter table orders add column delivered_on text;

-- A buyer's statement; what it takes back stands in its lines, what is owed since then beside it.
create table withdrawals (
    id uuid primary key,
    shop_id uuid not null references shops (id),
    order_id uuid not null references orders (id),
    click_key text not null,
    at timestamptz not null,
    name text not null,
    email text,
    language text not null check (language in ('it', 'en')),
    lines jsonb not null,
    amount bigint not null check (amount >= 0),
    -- What has to have gone back of the order in all, and until when.
    refund_target bigint not null check (refund_target >= 0),
    refund_due_at timestamptz not null,
    unique (order_id, click_key)
);
create index withdrawals_by_shop on withdrawals (shop_id, id);

-- Mail about withdrawals; beside `mails`, whose kinds older programs know by heart.
create table legal_mails (
    id uuid primary key,
    shop_id uuid not null references shops (id),
    order_id uuid not null references orders (id),
    kind text not null,
    recipient text not null,
    -- The withdrawal, or the hour in which a link was asked for.
    about text not null,
    created_at timestamptz not null,
    attempts bigint not null default 0,
    next_attempt_at timestamptz,
    sent_at timestamptz,
    gave_up_at timestamptz,
    unique (order_id, kind, recipient, about)
);
create index legal_mails_due on legal_mails (next_attempt_at) where next_attempt_at is not null;
