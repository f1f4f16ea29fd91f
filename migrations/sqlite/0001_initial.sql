-- What a Vetrina instance knows, from its shops down to single events.
-- Times are UTC with milliseconds; amounts are integer minor units of the shop's currency.

-- One row: what makes this installation itself.
create table instance (
    id integer primary key check (id = 1),
    epoch text not null,
    secret blob not null,
    created_at text not null
) strict;

create table shops (
    id blob primary key,
    slug text not null unique,
    name text not null,
    tagline text not null,
    currency text not null,
    brand_colour text not null,
    is_demo integer not null,
    last_order_number integer not null default 0,
    created_at text not null
) strict;

create table members (
    id blob primary key,
    shop_id blob not null references shops (id),
    email text not null unique,
    name text not null,
    role text not null check (role in ('owner', 'host', 'moderator')),
    password_hash text,
    created_at text not null,
    unique (shop_id, id)
) strict;

-- Signed-in browsers; the cookie's token is kept only as a hash.
create table member_sessions (
    token_hash blob primary key,
    shop_id blob not null,
    member_id blob not null,
    created_at text not null,
    expires_at text not null,
    foreign key (shop_id, member_id) references members (shop_id, id)
) strict;
create index member_sessions_by_member on member_sessions (member_id);

-- Links that work once: set-up of a fresh installation, sign-in, socket tickets.
create table one_time_tokens (
    token_hash blob primary key,
    purpose text not null check (purpose in ('setup', 'sign_in', 'socket')),
    member_id blob references members (id),
    show_id blob,
    expires_at text not null
) strict;

create table api_keys (
    id blob primary key,
    shop_id blob not null references shops (id),
    name text not null,
    token_hash blob not null unique,
    scopes text not null,
    created_at text not null,
    revoked_at text
) strict;

create table products (
    id blob primary key,
    shop_id blob not null references shops (id),
    handle text not null,
    title text not null,
    description text not null,
    option_names text not null,
    status text not null check (status in ('active', 'archived')),
    search_text text not null,
    version integer not null default 1,
    created_at text not null,
    updated_at text not null,
    unique (shop_id, id),
    unique (shop_id, handle)
) strict;

-- stock = available + reserved + sold; each column moves only by conditional updates.
create table variants (
    id blob primary key,
    shop_id blob not null,
    product_id blob not null,
    position integer not null,
    sku text,
    option_values text not null,
    option_key text not null,
    price integer not null check (price >= 0),
    compare_at integer check (compare_at > 0),
    on_sale integer not null,
    available integer not null check (available >= 0),
    reserved integer not null check (reserved >= 0),
    sold integer not null check (sold >= 0),
    updated_at text not null,
    unique (shop_id, id),
    unique (product_id, option_key),
    unique (shop_id, sku),
    foreign key (shop_id, product_id) references products (shop_id, id)
) strict;
-- Without statistics SQLite would take one of the unique keys above and read the whole shop.
create index variants_by_product on variants (shop_id, product_id, position, id);

-- Append-only, so that a reduction can be shown against the lowest price of the last 30 days.
create table price_changes (
    variant_id blob not null references variants (id) on delete cascade,
    at text not null,
    price integer not null,
    primary key (variant_id, at)
) strict;

create table images (
    id blob primary key,
    shop_id blob not null,
    product_id blob not null,
    position integer not null,
    alt text not null,
    status text not null check (status in ('pending', 'ready', 'failed')),
    source_url text,
    failure text,
    width integer not null,
    height integer not null,
    created_at text not null,
    unique (shop_id, id),
    foreign key (shop_id, product_id) references products (shop_id, id)
) strict;
create index images_by_product on images (shop_id, product_id, position, id);
create index images_pending on images (created_at) where status = 'pending';

create table image_files (
    image_id blob not null references images (id) on delete cascade,
    size text not null check (size in ('small', 'large')),
    content_type text not null,
    bytes blob not null,
    primary key (image_id, size)
) strict;

create table shows (
    id blob primary key,
    shop_id blob not null references shops (id),
    slug text not null,
    title text not null,
    description text not null,
    status text not null check (status in ('draft', 'scheduled', 'live', 'paused', 'ended')),
    is_rehearsal integer not null,
    video text not null,
    starts_at text,
    started_at text,
    ended_at text,
    replay_published_at text,
    slow_mode_secs integer not null check (slow_mode_secs >= 0),
    last_seq integer not null default 0,
    last_member_seq integer not null default 0,
    created_at text not null,
    updated_at text not null,
    unique (shop_id, id),
    unique (shop_id, slug)
) strict;

create table lineup_entries (
    shop_id blob not null,
    show_id blob not null,
    product_id blob not null,
    position integer not null,
    primary key (show_id, product_id),
    foreign key (shop_id, show_id) references shows (shop_id, id),
    foreign key (shop_id, product_id) references products (shop_id, id)
) strict;
create index lineup_entries_by_product on lineup_entries (product_id);

-- At most three a show; the highest featured_seq is the primary one.
create table featured_products (
    shop_id blob not null,
    show_id blob not null,
    product_id blob not null,
    featured_seq integer not null,
    primary key (show_id, product_id),
    foreign key (show_id, product_id) references lineup_entries (show_id, product_id)
) strict;

-- The event log: seq has no holes within a show and audience.
create table show_events (
    shop_id blob not null,
    show_id blob not null,
    audience text not null check (audience in ('viewers', 'members')),
    seq integer not null check (seq > 0),
    at_ms integer not null,
    type text not null,
    data text not null,
    primary key (show_id, audience, seq),
    foreign key (shop_id, show_id) references shows (shop_id, id)
) strict;

-- What a show knows of a viewer who has given a name.
create table show_viewers (
    shop_id blob not null,
    show_id blob not null,
    viewer_id blob not null,
    name text not null,
    name_skeleton text not null,
    address_hash blob,
    last_chat_at text,
    muted_until text,
    primary key (show_id, viewer_id),
    unique (show_id, name_skeleton),
    foreign key (shop_id, show_id) references shows (shop_id, id)
) strict;

create table bans (
    shop_id blob not null references shops (id),
    viewer_id blob not null,
    address_hash blob,
    banned_at text not null,
    expires_at text not null,
    primary key (shop_id, viewer_id)
) strict;
create index bans_by_address on bans (shop_id, address_hash);

-- The text itself lives in show_events; removed_text keeps it for the short time of an undo.
create table chat_messages (
    shop_id blob not null,
    show_id blob not null,
    message_id blob not null,
    author_id blob not null,
    seq integer not null,
    sent_at text not null,
    removed_at text,
    removed_text text,
    primary key (show_id, message_id),
    foreign key (shop_id, show_id) references shows (shop_id, id)
) strict;
create index chat_messages_removed on chat_messages (removed_at) where removed_text is not null;

create table orders (
    id blob primary key,
    shop_id blob not null references shops (id),
    show_id blob not null,
    viewer_id blob not null,
    number text not null,
    status text not null check (status in ('reserved', 'open', 'processing', 'releasing', 'paid', 'shipped', 'expired', 'failed', 'create_failed', 'refund_due', 'refunded')),
    is_test integer not null,
    provider text not null check (provider in ('sandbox', 'stripe')),
    currency text not null,
    amount_subtotal integer not null check (amount_subtotal >= 0),
    amount_total integer,
    idempotency_key text not null,
    request_hash blob not null,
    attempt integer not null,
    session_request text not null,
    session_id text unique,
    session_url text,
    session_expires_at text not null,
    payment_intent_id text unique,
    reserved_until text,
    release_reason text,
    review text,
    buyer text,
    next_action_at text,
    created_at text not null,
    updated_at text not null,
    paid_at text,
    unique (shop_id, number),
    unique (viewer_id, idempotency_key),
    foreign key (shop_id, show_id) references shows (shop_id, id)
) strict;
create index orders_by_show on orders (show_id, id);
create index orders_due on orders (next_action_at) where next_action_at is not null;

create table order_lines (
    order_id blob not null references orders (id),
    position integer not null,
    shop_id blob not null,
    product_id blob not null,
    variant_id blob not null,
    title text not null,
    variant_title text not null,
    sku text,
    units integer not null check (units > 0),
    unit_amount integer not null check (unit_amount >= 0),
    primary key (order_id, position),
    foreign key (shop_id, variant_id) references variants (shop_id, id)
) strict;
create index order_lines_by_variant on order_lines (variant_id);

-- One live reservation per viewer and product; the row goes when the reservation ends.
-- The slot is taken before the order is written, so its reference is checked at the commit.
create table reservation_slots (
    shop_id blob not null,
    viewer_id blob not null,
    product_id blob not null,
    order_id blob not null references orders (id) deferrable initially deferred,
    primary key (shop_id, viewer_id, product_id)
) strict;
create index reservation_slots_by_order on reservation_slots (order_id);

-- The history of an order; a transition is written once.
create table order_transitions (
    order_id blob not null references orders (id),
    n integer not null,
    from_status text not null,
    to_status text not null,
    cause text not null,
    at text not null,
    primary key (order_id, n)
) strict;

-- Raw webhook bodies, committed before the provider hears 2xx.
create table provider_events (
    account text not null,
    event_id text not null,
    type text not null,
    livemode integer not null,
    body blob not null,
    received_at text not null,
    attempts integer not null default 0,
    next_attempt_at text,
    handled_at text,
    outcome text,
    primary key (account, event_id)
) strict;
create index provider_events_due on provider_events (next_attempt_at) where next_attempt_at is not null;

-- Answers to POST requests that carried an Idempotency-Key.
create table idempotency_keys (
    scope blob not null,
    key text not null,
    request_hash blob not null,
    status integer,
    body blob,
    created_at text not null,
    primary key (scope, key)
) strict;
create index idempotency_keys_by_age on idempotency_keys (created_at);

create table audit_log (
    id blob primary key,
    shop_id blob not null references shops (id),
    at text not null,
    actor text not null,
    action text not null,
    subject text not null,
    detail text not null
) strict;
create index audit_log_by_shop on audit_log (shop_id, id);
