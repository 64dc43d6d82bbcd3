-- The best one, and when it was reached; the first of equal ones.
-- All of a leaderboard period; the words in comments are replaced where only some users count, athletes' own time, or
-- what was received in time.
-- $1 activities, null for all; $2, $3 from and to; $4 base and $5 step of the tie clock in milliseconds; $6 sign
select user_id, (min($6::bigint * score * 4194304 + tick))::bigint as key
from (
  select user_id, score,
         least(greatest((floor(extract(epoch from occurred_at) * 1000)::bigint - $4) / $5, 0), 4194303) as tick
  from score
  where ($1::text[] is null or activity = any($1)) and occurred_at >= $2 and occurred_at < $3
    and deleted_at is null and held is null /* and whose */ /* and when */ /* and received */
    and not exists (select from concealed c where c.user_id = score.user_id)
) as entry
group by user_id
