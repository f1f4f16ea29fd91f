-- A restored backup knows nothing of what happened between these two moments; what was paid then is
-- looked for at the payment provider. Both are null where no backup was ever restored.
alter table instance add column backup_made_at text;
alter table instance add column restored_at text;
