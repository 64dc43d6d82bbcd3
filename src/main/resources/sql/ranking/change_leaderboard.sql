update leaderboard set title = $2, activities = $3, mode = $4, rank_order = $5, period = $6, period_from = $7,
                       period_to = $8, time_zone = $9, unit = $10, decimals = $11, min_score = $12, max_score = $13,
                       visibility = $14, review_below = $15, review_above = $16
where id = $1
returning id
