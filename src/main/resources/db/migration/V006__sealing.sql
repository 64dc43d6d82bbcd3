-- When a score was received decides whether it came in time for a period that is sealed: read after the statement has its
-- lock on the table, which the sealing takes away while it notes the moment.
alter table score alter column received_at set default clock_timestamp();

-- How long late scores are waited for; null: as long as any is taken.
alter table leaderboard add column grace_hours integer check (grace_hours >= 0);
-- Periods that ended by then are sealed: what stands in sealed_entry is what they are.
alter table leaderboard add column sealed_to timestamptz;
-- Raised whenever a sealed period was corrected, so that copies of it are noticed.
alter table leaderboard add column sealed_revision bigint not null default 0;

-- What was ranked, and by which rules: activities, as the board's may change later; mode, order, period and zone may not.
create table sealed_period (
  id           bigint generated always as identity primary key,
  leaderboard  text collate "C" not null references leaderboard (id) on delete cascade,
  label        text not null,
  from_at      timestamptz not null,
  to_at        timestamptz not null,
  activities   text[],
  athlete_time boolean not null,
  -- Scores received later do not count.
  sealed_at    timestamptz not null,
  -- Whether the standings are there.
  filled       boolean not null default false,
  total        bigint not null default 0,
  corrected_at timestamptz,
  unique (leaderboard, label)
);
create index sealed_period_time on sealed_period using gist (tstzrange(from_at, to_at));
create index sealed_period_unfilled on sealed_period (leaderboard) where not filled;
create index sealed_period_latest on sealed_period (leaderboard, from_at);

create table sealed_entry (
  period  bigint not null references sealed_period (id) on delete cascade,
  user_id text collate "C" not null,
  key     bigint not null,
  primary key (period, user_id)
);
create index sealed_entry_order on sealed_entry (period, key, user_id);

-- Entries of sealed periods to be computed anew.
create table sealed_dirty (
  id      bigint generated always as identity primary key,
  period  bigint not null references sealed_period (id) on delete cascade,
  user_id text collate "C" not null
);
create index sealed_dirty_period on sealed_dirty (period, id);

-- Whatever is corrected goes through the outbox, in the same transaction: so no correction can forget the sealed periods.
create function mark_sealed() returns trigger language plpgsql as $$
begin
  insert into sealed_dirty (period, user_id)
  select distinct p.id, c.user_id
  from unnest(new.users, new.activities, new.scores, new.occurred, new.offsets)
         as c (user_id, activity, score, occurred_at, utc_offset)
  join sealed_period p
    on (not p.athlete_time and tstzrange(p.from_at, p.to_at) @> c.occurred_at)
    or (p.athlete_time
        and tstzrange(p.from_at, p.to_at) @> c.occurred_at + coalesce(c.utc_offset, 0) * interval '1 minute')
  where c.score is null and (p.activities is null or c.activity = any(p.activities));
  return null;
end
$$;
create trigger outbox_sealed after insert on outbox for each row
  when (array_position(new.scores, null) is not null) execute function mark_sealed();
