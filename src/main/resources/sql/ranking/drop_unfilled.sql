-- Takes back what was noted of periods that a leaderboard does not have, when it is still the one that does not have them.
-- $1 leaderboard, $2-$8 its activities, mode, order, period with its bounds, and zone; $9 the periods
delete from sealed_period
where id = any($9::bigint[]) and not filled and leaderboard in (
  select id from leaderboard
  where id = $1 and activities @> $2::text[] and activities <@ $2
    and (mode, rank_order, period, period_from, period_to, time_zone) is not distinct from ($3, $4, $5, $6, $7, $8)
  for share)
