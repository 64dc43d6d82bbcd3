-- Everything that is true lives here; Redis holds a view of it.

-- Which database this is: a Redis that was filled from another one is not believed.
create table installation (
  only_one boolean primary key default true check (only_one),
  source   uuid    not null default gen_random_uuid(),
  -- Raised whenever a finished stream is forgotten, so that a Redis restored from before that is noticed.
  era      bigint  not null default 0
);
insert into installation default values;

-- People, the app's own or ours. Ids compare by bytes, as Redis compares members.
create table athlete (
  id         text collate "C" primary key,
  name       text not null,
  created_at timestamptz not null default now()
);

-- Sign-in by name and password. username_key is the name without case.
create table account (
  username_key  text primary key,
  username      text not null,
  athlete_id    text collate "C" not null unique references athlete (id),
  password_hash text not null,
  created_at    timestamptz not null default now()
);

-- Keys that sign tokens; every node reads them.
create table signing_key (
  kid        text primary key,
  secret     bytea not null,
  created_at timestamptz not null default now()
);

-- API keys, of which only the hash is kept.
create table api_key (
  id         uuid primary key default gen_random_uuid(),
  key_hash   bytea not null unique,
  role       text not null check (role in ('ingest', 'admin')),
  label      text not null,
  created_at timestamptz not null default now()
);

create table leaderboard (
  id          text collate "C" primary key,
  position    bigint generated always as identity,
  title       text not null,
  activities  text[] not null,
  mode        text not null check (mode in ('sum', 'best', 'count')),
  rank_order  text not null check (rank_order in ('desc', 'asc')),
  period      text not null check (period in ('all-time', 'day', 'week', 'month', 'fixed')),
  period_from timestamptz,
  period_to   timestamptz,
  time_zone   text not null,
  unit        text not null,
  decimals    smallint not null check (decimals between 0 and 6),
  min_score   integer not null check (min_score >= 0),
  max_score   integer not null check (max_score >= min_score),
  visibility  text not null check (visibility in ('public', 'private')),
  check ((period = 'fixed') = (period_from is not null and period_to is not null))
);

-- One workout each. The id is derived from the user and the idempotency key when there is one: one unique index
-- both finds and dedupes. There is no foreign key to athlete: it would cost a third of the write rate, and the
-- statement that inserts a score creates an unknown athlete itself.
create table score (
  id          uuid primary key,
  user_id     text collate "C" not null,
  activity    text not null,
  score       integer not null check (score >= 0),
  occurred_at timestamptz not null,
  -- Whether the caller named the time, so that a repeat can be compared.
  timed       boolean not null,
  received_at timestamptz not null default now()
);
-- A rebuild of one period reads that period alone, at next to no cost for the writer.
create index score_occurred_at on score using brin (occurred_at) with (pages_per_range = 32, autosummarize = on);

-- A writer's numbering. References from the outbox keep a stream from being forgotten while it is written to.
create table stream (
  id         bigint generated always as identity primary key,
  -- Every leaderboard has every batch up to this one.
  applied_to bigint not null default 0,
  -- The outbox no longer holds the batches up to this one.
  trimmed_to bigint not null default 0,
  seen_at    timestamptz not null default now(),
  check (trimmed_to <= applied_to)
);

-- What was committed together, in the writer's order; the four arrays run in parallel.
create table outbox (
  stream     bigint not null references stream (id),
  batch      bigint not null,
  users      text[] not null,
  activities text[] not null,
  scores     integer[] not null,
  occurred   timestamptz[] not null,
  created_at timestamptz not null default now(),
  primary key (stream, batch)
);
