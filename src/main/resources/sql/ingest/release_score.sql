-- Lets a score count that was held: one batch, in one statement. One that is not held is found, and nothing is logged.
-- $1 stream, $2 batch, $3 id; $4 who does it, $5 why
with gate as (delete from write_gate where false), target as (
  select * from score where id = $3 and deleted_at is null for update
), changed as (
  update score s set held = null from target t where s.id = t.id and t.held is not null returning s.*
), audited as (
  insert into audit (actor, action, user_id, score_id, reason, was)
  select $4, 'release', t.user_id, t.id, $5, jsonb_build_object('held', t.held) from target t join changed using (id)
), logged as (
  insert into outbox (stream, batch, users, activities, scores, occurred, offsets)
  select $1, $2, array_agg(user_id), array_agg(activity), array_agg(null::integer), array_agg(occurred_at),
         array_agg(utc_offset)
  from changed having count(*) > 0
)
select exists (select from target) as found,
       array(select activity from changed) as activities,
       array(select occurred_at from changed) as occurred,
       array(select utc_offset from changed) as offsets,
       (select user_id from target) as user_id
