-- Scores that wait for an admin's word, those that have waited longest first, from behind a place on.
-- $1 and $2 when the last one before was received and its id, null for the first page; $3 how many
select id, user_id, activity, score, occurred_at, utc_offset, held, received_at from score
where held is not null and deleted_at is null and ($1::timestamptz is null or (received_at, id) > ($1, $2))
order by received_at, id limit $3
