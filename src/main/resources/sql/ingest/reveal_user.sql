-- Shows a user again, who was concealed; behind the same lock.
-- $1 stream, $2 batch, $3 the user
with made as (
  delete from concealed where user_id = $3 returning user_id
), counted as (
  select distinct activity, occurred_at from score where user_id = $3 and deleted_at is null
), logged as (
  insert into outbox (stream, batch, users, activities, scores, occurred)
  select $1, $2, array_agg($3::text), array_agg(activity), array_agg(null::integer), array_agg(occurred_at)
  from counted having count(*) > 0
)
select exists (select from made) or exists (select from athlete where id = $3) as found,
       array(select activity from counted order by activity, occurred_at) as activities,
       array(select occurred_at from counted order by activity, occurred_at) as occurred
