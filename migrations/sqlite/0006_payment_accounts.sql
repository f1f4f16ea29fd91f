-- The payment provider's keys of single shops, sealed with a key that is not in the database.

-- A shop has at most one account for test and one for real money.
create table payment_accounts (
    shop_id blob not null references shops (id),
    mode text not null check (mode in ('test', 'live')),
    kind text not null check (kind in ('secret', 'restricted')),
    key_hint text not null,
    secret_key blob not null,
    webhook_secret blob,
    previous_webhook_secret blob,
    webhook_endpoint_id text,
    connected_account text,
    verified_at text,
    live_confirmed_at text,
    version integer not null,
    created_at text not null,
    updated_at text not null,
    primary key (shop_id, mode),
    check (mode = 'live' or live_confirmed_at is null)
) strict;

-- Accounts whose keys the provider refused: they sell nothing until a check succeeds.
-- The account is `installation` or `shop:<id>:<mode>`.
create table payment_pauses (
    account text primary key,
    reason text not null check (reason in ('key_refused', 'account_refused')),
    since text not null,
    next_attempt_at text not null
) strict;
