-- Why a score waits for an admin's word before it counts; null: it counts.
alter table score add column held text;
create index score_held on score (received_at, id) where held is not null and deleted_at is null;

-- Users from whom nothing is taken.
create table suspended (
  user_id text collate "C" primary key references athlete (id) on delete cascade,
  reason  text not null,
  since   timestamptz not null default now()
);

-- What a user may do of an activity in a day of the own clock; what is beyond is held.
create table activity_limit (
  activity          text primary key,
  max_per_day       integer check (max_per_day > 0),
  max_score_per_day bigint check (max_score_per_day > 0),
  check (max_per_day is not null or max_score_per_day is not null)
);

-- A score beyond these is held.
alter table leaderboard add column review_below integer, add column review_above integer;

-- Who took back, changed, released, hid, suspended, erased, and why. Of an erased user only the id is left.
create table audit (
  id       bigint generated always as identity primary key,
  at       timestamptz not null default now(),
  actor    text not null,
  action   text not null,
  user_id  text collate "C" not null,
  score_id uuid,
  reason   text,
  was      jsonb,
  became   jsonb
);
create index audit_user on audit (user_id, id);
create index audit_score on audit (score_id, id) where score_id is not null;
