-- What a show is measured by beside its events and orders: how many watched, and whom it reached.

-- How many watched at once, in stretches of ten seconds, of a minute after twelve hours.
create table viewer_counts (
    shop_id uuid not null,
    show_id uuid not null,
    at_ms bigint not null,
    viewers bigint not null check (viewers >= 0),
    primary key (show_id, at_ms),
    foreign key (shop_id, show_id) references shows (shop_id, id)
);

-- Who saw a show (about_id is the show's) or opened a product in it (about_id is the product's), so
-- that each counts once on all nodes. The key is a hash under the server's secret, of one show alone:
-- it names nobody, and ties nobody to an order or to another show.
create table reach_marks (
    shop_id uuid not null,
    show_id uuid not null,
    about_id uuid not null,
    viewer_key bytea not null,
    primary key (show_id, about_id, viewer_key),
    foreign key (shop_id, show_id) references shows (shop_id, id)
);

-- How many marks there were; it stays when the marks are deleted.
create table reach_counts (
    shop_id uuid not null,
    show_id uuid not null,
    about_id uuid not null,
    viewers bigint not null check (viewers > 0),
    primary key (show_id, about_id),
    foreign key (shop_id, show_id) references shows (shop_id, id)
);

-- The pins of a show among thousands of messages.
create index show_events_pins on show_events (show_id, seq) where type = 'product.featured';
