-- The standings that a sealed period was left with.
-- $1 leaderboard, $2 label
select e.user_id, e.key from sealed_entry e join sealed_period p on p.id = e.period
where p.leaderboard = $1 and p.label = $2 /* and whose */
