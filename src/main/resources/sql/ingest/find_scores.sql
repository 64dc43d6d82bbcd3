select id, user_id, activity, score, occurred_at, timed from score where id = any($1::uuid[])
