-- Work that one node at a time does for all: who is at it has it until then, and another takes over.
create table leases (
    name text primary key,
    held_until timestamptz not null
);

-- A picture is fetched by one node at a time; null means at once.
alter table images add column fetch_attempts bigint not null default 0;
alter table images add column next_fetch_at timestamptz;

-- The oldest migration that a program has to know to work with this schema. A migration that
-- contracts what an older program still uses raises it.
create table compatibility (
    id bigint primary key check (id = 1),
    program_min bigint not null
);
insert into compatibility (id, program_min) values (1, 10);
