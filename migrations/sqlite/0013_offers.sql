-- Temporary prices in a show, and what each of them took off which price.

create table offers (
    id blob primary key,
    shop_id blob not null,
    show_id blob not null,
    product_id blob not null,
    price integer not null check (price > 0),
    starts_at text not null,
    ends_at text,
    -- Pieces that can be had at this price, and in one buyer's hands; null is without a limit.
    units integer check (units > 0),
    units_per_buyer integer check (units_per_buyer > 0),
    -- Pieces in reservations and sales at this price, and those of them that are paid.
    units_taken integer not null default 0 check (units_taken >= 0),
    units_sold integer not null default 0 check (units_sold >= 0),
    ended_at text,
    end_reason text check (end_reason in ('time', 'units', 'member', 'undone', 'show_ended')),
    -- Nobody could or did buy at it, so it is no former price of anything.
    is_void integer not null,
    check (units is null or units_taken <= units),
    check (units_sold <= units_taken),
    check ((ended_at is null) = (end_reason is null)),
    check (ends_at is not null or units is not null),
    foreign key (shop_id, show_id) references shows (shop_id, id),
    foreign key (shop_id, product_id) references products (shop_id, id) on delete cascade
) strict;
-- A product has one running offer in a show.
create unique index offers_running on offers (show_id, product_id) where ended_at is null;
create index offers_due on offers (ends_at) where ended_at is null and ends_at is not null;
create index offers_by_show on offers (show_id, id);
create index offers_by_product on offers (product_id, starts_at);

-- Which variants it covers: the price before it, and the lowest one of the days before it.
create table offer_variants (
    offer_id blob not null references offers (id) on delete cascade,
    variant_id blob not null references variants (id) on delete cascade,
    full_price integer not null,
    lowest_price integer not null,
    lowest_days integer not null check (lowest_days between 1 and 30),
    primary key (offer_id, variant_id)
) strict;
create index offer_variants_by_variant on offer_variants (variant_id);

-- Pieces that a viewer has set aside or bought at an offer's price.
create table offer_buyers (
    offer_id blob not null references offers (id) on delete cascade,
    viewer_id blob not null,
    units integer not null check (units >= 0),
    primary key (offer_id, viewer_id)
) strict;

-- The offer whose price a line was frozen at.
alter table order_lines add column offer_id blob references offers (id);

-- Every variant has a history of prices from its creation on; this adds what an older program left out.
insert into price_changes (variant_id, at, price)
select v.id, p.created_at, v.price from variants v join products p on p.id = v.product_id
where not exists (select 1 from price_changes c where c.variant_id = v.id);
