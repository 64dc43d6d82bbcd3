-- What was done, latest first. $1 of this user, $2 to this score, $3 to this subject, $4 by this actor, null for any;
-- $5 before this id, null for the first page; $6 how many
select id, at, actor, action, user_id, score_id, subject, reason, was, became from audit
where ($1::text is null or user_id = $1) and ($2::uuid is null or score_id = $2)
  and ($3::text is null or subject = $3) and ($4::text is null or actor = $4) and ($5::bigint is null or id < $5)
order by id desc limit $6
