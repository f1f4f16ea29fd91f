-- The sites that may show a shop's shows on their own pages: a JSON list of exact origins.
alter table shops add column embed_sites text not null default '[]';
