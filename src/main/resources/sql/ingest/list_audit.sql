-- What was done, latest first. $1 of this user, $2 to this score, null for any; $3 before this id, null for the first page;
-- $4 how many
select id, at, actor, action, user_id, score_id, reason, was, became from audit
where ($1::text is null or user_id = $1) and ($2::uuid is null or score_id = $2) and ($3::bigint is null or id < $3)
order by id desc limit $4
