-- What happens to an order after the payment: it is found, packed, sent and written about.

-- The language that mail to the shop is written in, and where buyers reach it.
alter table shops add column language text not null default 'it' check (language in ('it', 'en'));
alter table shops add column contact_email text;

-- The buyer's language, as the checkout was asked in.
alter table orders add column language text not null default 'it' check (language in ('it', 'en'));
alter table orders add column carrier text;
alter table orders add column tracking_code text;
alter table orders add column shipped_at timestamptz;

-- Number, name and address of the buyer, folded for searching.
alter table orders add column search_text text not null default '';
update orders set search_text = lower(number || ' ' || coalesce(buyer ->> 'name', '') || ' ' || coalesce(buyer ->> 'email', ''));

-- Pages of a shop's orders go down from the newest.
create index orders_by_shop on orders (shop_id, id);

-- Mail that waits or went out; written with the change it tells of, rendered when it is sent.
-- The recipient is 'buyer' or 'member:<id>', so no address is kept twice.
create table mails (
    id uuid primary key,
    shop_id uuid not null references shops (id),
    order_id uuid not null references orders (id),
    kind text not null check (kind in ('order_confirmed', 'order_shipped', 'payment_failed', 'order_refunded', 'shop_order_paid', 'shop_order_review')),
    recipient text not null,
    created_at timestamptz not null,
    attempts bigint not null default 0,
    next_attempt_at timestamptz,
    sent_at timestamptz,
    gave_up_at timestamptz,
    unique (order_id, kind, recipient)
);
create index mails_due on mails (next_attempt_at) where next_attempt_at is not null;
