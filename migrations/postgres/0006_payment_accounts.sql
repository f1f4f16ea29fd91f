-- The payment provider's keys of single shops, sealed with a key that is not in the database.

-- A shop has at most one account for test and one for real money.
create table payment_accounts (
    shop_id uuid not null references shops (id),
    mode text not null check (mode in ('test', 'live')),
    kind text not null check (kind in ('secret', 'restricted')),
    key_hint text not null,
    secret_key bytea not null,
    webhook_secret bytea,
    previous_webhook_secret bytea,
    webhook_endpoint_id text,
    connected_account text,
    verified_at timestamptz,
    live_confirmed_at timestamptz,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (shop_id, mode),
    check (mode = 'live' or live_confirmed_at is null)
);

-- Accounts whose keys the provider refused: they sell nothing until a check succeeds.
-- The account is `installation` or `shop:<id>:<mode>`.
create table payment_pauses (
    account text primary key,
    reason text not null check (reason in ('key_refused', 'account_refused')),
    since timestamptz not null,
    next_attempt_at timestamptz not null
);
