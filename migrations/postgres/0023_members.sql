-- Invitations to a shop, and since when a member's way in counts.

-- A link that makes one member; its token is kept only as a hash. Who invited may leave later and is
-- not referred to. The address is forgotten once the invitation is settled.
create table invitations (
    id uuid primary key,
    shop_id uuid not null references shops (id),
    role text not null check (role in ('owner', 'host', 'moderator')),
    email text,
    token_hash bytea not null unique,
    invited_by uuid not null,
    inviter_name text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz,
    unique (shop_id, id),
    check (accepted_at is null or revoked_at is null)
);
create index invitations_open on invitations (shop_id, expires_at)
    where accepted_at is null and revoked_at is null;

-- What let a member in before this moment lets nobody in any more.
alter table members add column signed_out_at timestamptz;
