-- Shows a user again, who was concealed; behind the same lock.
-- $1 stream, $2 batch, $3 the user, $4 who does it
with made as (
  delete from concealed where user_id = $3 returning user_id
), audited as (
  insert into audit (actor, action, user_id) select $4, 'show', user_id from made
), counted as (
  select distinct activity, occurred_at, utc_offset from score where user_id = $3 and deleted_at is null
), logged as (
  insert into outbox (stream, batch, users, activities, scores, occurred, offsets)
  select $1, $2, array_agg($3::text), array_agg(activity), array_agg(null::integer), array_agg(occurred_at),
         array_agg(utc_offset)
  from counted having count(*) > 0
)
select exists (select from made) or exists (select from athlete where id = $3) as found,
       array(select activity from counted order by activity, occurred_at, utc_offset) as activities,
       array(select occurred_at from counted order by activity, occurred_at, utc_offset) as occurred,
       array(select utc_offset from counted order by activity, occurred_at, utc_offset) as offsets
