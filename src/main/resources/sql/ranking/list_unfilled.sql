select id, label, from_at, to_at, sealed_at, activities from sealed_period
where leaderboard = $1 and not filled order by from_at limit 10
