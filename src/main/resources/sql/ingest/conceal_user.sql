-- Conceals a user, behind a lock that waits for every batch in flight and holds up the next: each of those sees this.
-- $1 stream, $2 batch, $3 the user, $4 who does it, $5 why
with made as (
  insert into concealed (user_id, reason) select id, $5 from athlete where id = $3
  on conflict (user_id) do update set reason = excluded.reason returning user_id
), audited as (
  insert into audit (actor, action, user_id, reason) select $4, 'hide', user_id, $5 from made
), counted as (
  select distinct activity, occurred_at, utc_offset from score where user_id = $3 and deleted_at is null
), logged as (
  insert into outbox (stream, batch, users, activities, scores, occurred, offsets)
  select $1, $2, array_agg($3::text), array_agg(activity), array_agg(null::integer), array_agg(occurred_at),
         array_agg(utc_offset)
  from counted having count(*) > 0
)
select exists (select from made) as found,
       array(select activity from counted order by activity, occurred_at, utc_offset) as activities,
       array(select occurred_at from counted order by activity, occurred_at, utc_offset) as occurred,
       array(select utc_offset from counted order by activity, occurred_at, utc_offset) as offsets
