-- Questions of viewers in a show, and who answers them.
create table questions (
    shop_id blob not null,
    show_id blob not null,
    question_id blob not null,
    product_id blob,
    viewer_id blob not null,
    author_name text not null,
    status text not null check (status in ('open', 'answered', 'answered_privately', 'dismissed')),
    -- Null once a dismissed question is past its undo.
    body text,
    asked_at text not null,
    asked_seq integer not null,
    votes integer not null check (votes >= 0),
    -- How many of the votes viewers were told of.
    told_votes integer not null,
    claimed_by blob,
    claimed_name text,
    claimed_at text,
    answered_by blob,
    answered_name text,
    answered_badge text check (answered_badge in ('owner', 'host', 'moderator')),
    -- Null for an answer that was given aloud.
    answer text,
    answered_at text,
    answered_seq integer,
    dismissed_at text,
    primary key (show_id, question_id),
    foreign key (shop_id, show_id) references shows (shop_id, id)
) strict;
create index questions_by_status on questions (show_id, status, answered_at);
create index questions_by_viewer on questions (show_id, viewer_id);
create index questions_untold on questions (show_id) where votes <> told_votes;
create index questions_dismissed on questions (dismissed_at) where dismissed_at is not null and body is not null;

-- Who wants a question answered; the key lets each viewer count once.
create table question_votes (
    shop_id blob not null,
    show_id blob not null,
    question_id blob not null,
    viewer_id blob not null,
    primary key (show_id, question_id, viewer_id),
    foreign key (show_id, question_id) references questions (show_id, question_id)
) strict;

-- Whether viewers may ask at the moment.
alter table shows add column takes_questions integer not null default true;
-- Whether the shop answered a question of the viewer in private.
alter table show_viewers add column has_answers integer not null default false;
