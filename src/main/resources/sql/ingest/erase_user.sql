-- Erases a user: scores, account, name. One batch, in one statement; nothing is logged when nothing counted. What is left
-- in the audit trail is that, and when, it was done: what was noted of the user's scores before goes too. That it
-- was done stays, also when it is done again, or asked for once more.
-- $1 stream, $2 batch, $3 the user, $4 who does it
with gate as (delete from write_gate where false), gone as (
  delete from score where user_id = $3 returning activity, occurred_at, utc_offset, deleted_at is null as there
), counted as (
  select distinct activity, occurred_at, utc_offset from gone where there
), logged as (
  insert into outbox (stream, batch, users, activities, scores, occurred, offsets)
  select $1, $2, array_agg($3::text), array_agg(activity), array_agg(null::integer), array_agg(occurred_at),
         array_agg(utc_offset)
  from counted having count(*) > 0
), groups as (
  -- First the groups, then who is in them: the order of every change to a group.
  select id from user_group
  where owner_id = $3 or id in (select group_id from group_member where user_id = $3) order by id for update
), ungrouped as (
  delete from group_member where user_id = $3 and group_id in (select id from groups) returning group_id
), regrouped as (
  update user_group
  set size = size - (id in (select group_id from ungrouped))::integer, owner_id = nullif(owner_id, $3),
      revision = nextval('group_revision')
  where id in (select id from groups)
), without_account as (
  delete from account where athlete_id = $3
), untraced as (
  delete from audit where user_id = $3 and action <> 'erase'
), nameless as (
  delete from athlete where id = $3 returning id
), audited as (
  insert into audit (actor, action, user_id)
  select $4, 'erase', $3 where exists (select from nameless) or exists (select from gone)
)
select exists (select from nameless) or exists (select from gone) as found,
       array(select activity from counted order by activity, occurred_at, utc_offset) as activities,
       array(select occurred_at from counted order by activity, occurred_at, utc_offset) as occurred,
       array(select utc_offset from counted order by activity, occurred_at, utc_offset) as offsets
