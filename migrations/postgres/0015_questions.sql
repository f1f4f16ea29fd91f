-- Questions of viewers in a show, and who answers them.
create table questions (
    shop_id uuid not null,
    show_id uuid not null,
    question_id uuid not null,
    product_id uuid,
    viewer_id uuid not null,
    author_name text not null,
    status text not null check (status in ('open', 'answered', 'answered_privately', 'dismissed')),
    -- Null once a dismissed question is past its undo.
    body text,
    asked_at timestamptz not null,
    asked_seq bigint not null,
    votes bigint not null check (votes >= 0),
    -- How many of the votes viewers were told of.
    told_votes bigint not null,
    claimed_by uuid,
    claimed_name text,
    claimed_at timestamptz,
    answered_by uuid,
    answered_name text,
    answered_badge text check (answered_badge in ('owner', 'host', 'moderator')),
    -- Null for an answer that was given aloud.
    answer text,
    answered_at timestamptz,
    answered_seq bigint,
    dismissed_at timestamptz,
    primary key (show_id, question_id),
    foreign key (shop_id, show_id) references shows (shop_id, id)
);
create index questions_by_status on questions (show_id, status, answered_at);
create index questions_by_viewer on questions (show_id, viewer_id);
create index questions_untold on questions (show_id) where votes <> told_votes;
create index questions_dismissed on questions (dismissed_at) where dismissed_at is not null and body is not null;

-- Who wants a question answered; the key lets each viewer count once.
create table question_votes (
    shop_id uuid not null,
    show_id uuid not null,
    question_id uuid not null,
    viewer_id uuid not null,
    primary key (show_id, question_id, viewer_id),
    foreign key (show_id, question_id) references questions (show_id, question_id)
);

-- Whether viewers may ask at the moment.
alter table shows add column takes_questions boolean not null default true;
-- Whether the shop answered a question of the viewer in private.
alter table show_viewers add column has_answers boolean not null default false;
