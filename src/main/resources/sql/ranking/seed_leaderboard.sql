insert into leaderboard (id, title, activities, mode, rank_order, period, period_from, period_to, time_zone, unit,
                         decimals, min_score, max_score, visibility, review_below, review_above, grace_hours)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
on conflict (id) do nothing
