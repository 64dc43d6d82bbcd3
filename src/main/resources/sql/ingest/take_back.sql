-- Takes scores back: one batch, in one statement. What was taken back before is found, and not logged again. Rows are
-- locked in the order of their ids, so that writers never wait for each other in a circle.
-- $1 stream, $2 batch, $3 ids, $4 whose they must be, null for anybody's; $5 who does it, $6 what it is called, $7 why
with gate as (delete from write_gate where false), target as (
  select s.id, s.user_id, s.activity, s.score, s.occurred_at, s.utc_offset, s.deleted_at is null as there,
         asked.actor, asked.action, asked.reason
  from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[]) as asked (id, owner, actor, action, reason)
  join score s using (id)
  where asked.owner is null or asked.owner = s.user_id
  order by s.id for update of s
), gone as (
  update score s set deleted_at = now() from target t where s.id = t.id and t.there
), audited as (
  insert into audit (actor, action, user_id, score_id, reason, was)
  select actor, action, user_id, id, reason,
         jsonb_build_object('activity', activity, 'score', score, 'occurredAt', occurred_at)
  from target where there
), logged as (
  insert into outbox (stream, batch, users, activities, scores, occurred, offsets)
  select $1, $2, array_agg(user_id), array_agg(activity), array_agg(null::integer), array_agg(occurred_at),
         array_agg(utc_offset)
  from target where there having count(*) > 0
)
select id, user_id, activity, occurred_at, utc_offset, there from target
