select id, title, activities, mode, rank_order, period, period_from, period_to, time_zone, unit, decimals, min_score,
       max_score, visibility, review_below, review_above
from leaderboard order by position
