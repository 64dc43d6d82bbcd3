-- Notes the moment after which nothing counts in these periods; behind a lock that waits for every batch in flight. Nothing
-- is noted, and nothing returned, when the leaderboard is another one by now; until the commit it stays what it is.
-- $1 leaderboard, $2-$8 its activities, mode, order, period with its bounds, and zone; $9 whether athletes' own time;
-- $10-$12 labels, begins and ends
with board as (
  select id, activities from leaderboard
  where id = $1 and activities @> $2::text[] and activities <@ $2
    and (mode, rank_order, period, period_from, period_to, time_zone) is not distinct from ($3, $4, $5, $6, $7, $8)
  for share
), noted as (
  insert into sealed_period (leaderboard, label, from_at, to_at, activities, athlete_time, sealed_at)
  select id, label, from_at, to_at, case when '*' <> all(activities) then activities end, $9, clock_timestamp()
  from board, unnest($10::text[], $11::timestamptz[], $12::timestamptz[]) as p (label, from_at, to_at)
  on conflict (leaderboard, label) do nothing
)
select id from board
