-- What a show's replay plays: where the recording is and when it begins, beside the event log.
create table recordings (
    shop_id uuid not null,
    show_id uuid primary key,
    source jsonb not null,
    starts_at timestamptz not null,
    updated_at timestamptz not null,
    foreign key (shop_id, show_id) references shows (shop_id, id)
);

-- Hearts of ten seconds each; they are no events, and a replay shows where they were many.
create table heart_counts (
    shop_id uuid not null,
    show_id uuid not null,
    at_ms bigint not null,
    hearts bigint not null check (hearts > 0),
    primary key (show_id, at_ms),
    foreign key (shop_id, show_id) references shows (shop_id, id)
);
