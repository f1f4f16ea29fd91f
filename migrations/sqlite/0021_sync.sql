-- How far what is on screen is moved against the picture, in milliseconds.
alter table shows add column sync_offset_ms integer not null default 0
    check (sync_offset_ms between -60000 and 60000);
