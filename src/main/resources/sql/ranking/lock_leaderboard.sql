-- What the statement that follows is to see as it is: one that waited for the lock itself would not see what was sealed
-- meanwhile.
select id, title, activities, mode, rank_order, period, period_from, period_to, time_zone, unit, decimals, min_score,
       max_score, visibility, review_below, review_above, grace_hours, sealed_to, sealed_revision
from leaderboard where id = $1 for update
