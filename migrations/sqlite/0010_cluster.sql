-- Work that one node at a time does for all: who is at it has it until then, and another takes over.
create table leases (
    name text primary key,
    held_until text not null
) strict;

-- A picture is fetched by one node at a time; null means at once.
alter table images add column fetch_attempts integer not null default 0;
alter table images add column next_fetch_at text;

-- The oldest migration that a program has to know to work with this schema. A migration that
-- contracts what an older program still uses raises it.
create table compatibility (
    id integer primary key check (id = 1),
    program_min integer not null
) strict;
insert into compatibility (id, program_min) values (1, 10);
