-- Each refund is told by a mail of its own: `refund` is its id, or empty for what is told once.
create table new_mails (
    id uuid primary key,
    shop_id uuid not null references shops (id),
    order_id uuid not null references orders (id),
    kind text not null check (kind in ('order_confirmed', 'order_shipped', 'payment_failed', 'order_refunded', 'shop_order_paid', 'shop_order_review')),
    recipient text not null,
    refund text not null default '',
    created_at timestamptz not null,
    attempts bigint not null default 0,
    next_attempt_at timestamptz,
    sent_at timestamptz,
    gave_up_at timestamptz,
    unique (order_id, kind, recipient, refund)
);
insert into new_mails (id, shop_id, order_id, kind, recipient, created_at, attempts, next_attempt_at, sent_at, gave_up_at)
select id, shop_id, order_id, kind, recipient, created_at, attempts, next_attempt_at, sent_at, gave_up_at from mails;
drop table mails;
alter table new_mails rename to mails;
create index mails_due on mails (next_attempt_at) where next_attempt_at is not null;
