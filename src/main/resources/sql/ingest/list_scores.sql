-- A user's scores, newest first, from behind a place on.
-- $1 the user, $2 and $3 time and id of the last one before, null for the first page; $4 how many
select id, user_id, activity, score, occurred_at, utc_offset, held, received_at from score
where user_id = $1 and deleted_at is null and ($2::timestamptz is null or (occurred_at, id) < ($2, $3))
order by occurred_at desc, id desc limit $4
