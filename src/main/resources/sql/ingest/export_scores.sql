-- All that is kept of a user's scores, newest first: also what is held, or was taken back.
-- $1 the user
select id, user_id, activity, score, occurred_at, utc_offset, received_at, held, deleted_at from score
where user_id = $1
order by occurred_at desc, id desc
