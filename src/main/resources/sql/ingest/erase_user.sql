-- Erases a user: scores, account, name. One batch, in one statement; nothing is logged when nothing counted.
-- $1 stream, $2 batch, $3 the user
with gone as (
  delete from score where user_id = $3 returning activity, occurred_at, deleted_at is null as there
), counted as (
  select distinct activity, occurred_at from gone where there
), logged as (
  insert into outbox (stream, batch, users, activities, scores, occurred)
  select $1, $2, array_agg($3::text), array_agg(activity), array_agg(null::integer), array_agg(occurred_at)
  from counted having count(*) > 0
), without_account as (
  delete from account where athlete_id = $3
), nameless as (
  delete from athlete where id = $3 returning id
)
select exists (select from nameless) or exists (select from gone) as found,
       array(select activity from counted order by activity, occurred_at) as activities,
       array(select occurred_at from counted order by activity, occurred_at) as occurred
