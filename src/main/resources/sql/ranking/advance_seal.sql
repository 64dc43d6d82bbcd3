-- Every period up to $9 is sealed, when all of their standings are there, and the leaderboard is the one whose they are.
-- $1 leaderboard, $2-$8 its activities, mode, order, period with its bounds, and zone
update leaderboard set sealed_to = $9
where id = $1 and activities @> $2::text[] and activities <@ $2
  and (mode, rank_order, period, period_from, period_to, time_zone) is not distinct from ($3, $4, $5, $6, $7, $8)
  and (sealed_to is null or sealed_to < $9)
  and not exists (select from sealed_period where leaderboard = $1 and to_at <= $9 and not filled)
