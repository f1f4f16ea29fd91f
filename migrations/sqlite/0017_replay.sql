-- What a show's replay plays: where the recording is and when it begins, beside the event log.
create table recordings (
    shop_id blob not null,
    show_id blob primary key,
    source text not null,
    starts_at text not null,
    updated_at text not null,
    foreign key (shop_id, show_id) references shows (shop_id, id)
) strict;

-- Hearts of ten seconds each; they are no events, and a replay shows where they were many.
create table heart_counts (
    shop_id blob not null,
    show_id blob not null,
    at_ms integer not null,
    hearts integer not null check (hearts > 0),
    primary key (show_id, at_ms),
    foreign key (shop_id, show_id) references shows (shop_id, id)
) strict;
