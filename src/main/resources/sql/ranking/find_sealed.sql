-- Whether somebody may stand in a sealed period: in one whose standings are not there yet somebody may.
-- $1 leaderboard, $2 label
select exists (select from sealed_period where leaderboard = $1 and label = $2 and (total > 0 or not filled))
