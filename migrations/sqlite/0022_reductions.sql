-- What a price in the catalogue was reduced from: the lowest one of the days before it, and how many
-- days those were. Null where it is no reduction, or where an older program left no account of it.

alter table variants add column lowest_before integer check (lowest_before > 0);
alter table variants add column lowest_days integer check (lowest_days between 1 and 30);
