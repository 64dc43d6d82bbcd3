update leaderboard set title = $2, activities = $3, mode = $4, rank_order = $5, period = $6, period_from = $7,
                       period_to = $8, time_zone = $9, unit = $10, decimals = $11, min_score = $12, max_score = $13,
                       visibility = $14, review_below = $15, review_above = $16, grace_hours = $17,
                       -- While no period is sealed, the past of what it is now is not either.
                       sealed_to = case when not exists (select from sealed_period where leaderboard = $1)
                         and (activities, mode, rank_order, period, period_from, period_to, time_zone)
                           is distinct from ($3, $4, $5, $6, $7, $8, $9) then null else sealed_to end
where id = $1
  -- What a sealed period was ranked by stays.
  and (not exists (select from sealed_period where leaderboard = $1)
       or (mode, rank_order, period, period_from, period_to, time_zone) is not distinct from ($4, $5, $6, $7, $8, $9))
returning id
