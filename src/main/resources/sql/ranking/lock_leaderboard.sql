-- What the statement that follows is to see as it is: one that waited for the lock itself would not see what was sealed
-- meanwhile.
select from leaderboard where id = $1 for update
