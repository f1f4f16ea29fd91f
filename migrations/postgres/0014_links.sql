-- Shoppable links, what they brought, and the keys of the overlays that show them.

-- Keys of pages that are laid over a picture. A key reads what viewers see; its token is kept only as
-- a hash. Sources are texts that later versions may add to.
create table overlay_keys (
    id uuid primary key,
    shop_id uuid not null references shops (id),
    name text not null,
    source text not null,
    token_hash bytea not null unique,
    created_at timestamptz not null,
    seen_at timestamptz,
    revoked_at timestamptz,
    unique (shop_id, id)
);

-- A link leads to a show, to a product in it, or to a product wherever it is shown. What it leads to
-- may be deleted later, so it is not referred to; whoever opens the link is told.
create table links (
    id uuid primary key,
    shop_id uuid not null references shops (id),
    code text not null unique,
    show_id uuid,
    product_id uuid,
    variant_id uuid,
    source text not null,
    label text not null,
    overlay_key_id uuid,
    clicks bigint not null default 0 check (clicks >= 0),
    created_at timestamptz not null,
    expires_at timestamptz,
    withdrawn_at timestamptz,
    unique (shop_id, id),
    unique (overlay_key_id, show_id, product_id),
    foreign key (shop_id, overlay_key_id) references overlay_keys (shop_id, id),
    check (show_id is not null or product_id is not null),
    check (variant_id is null or product_id is not null)
);

-- The link through which an order came.
alter table orders add column link_id uuid references links (id);
create index orders_by_link on orders (link_id) where link_id is not null;
