-- One score that is there; $2 whose it must be, null for anybody's.
select id, user_id, activity, score, occurred_at, utc_offset, held, received_at from score
where id = $1 and deleted_at is null and ($2::text is null or user_id = $2)
