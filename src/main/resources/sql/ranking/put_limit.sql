-- Nothing happens when it is new and there are as many as $4. $1 the activity, $2 and $3 its limits, $5 who does it, $6 why
with before as (
  select max_per_day, max_score_per_day from activity_limit where activity = $1 for update
), stored as (
  insert into activity_limit (activity, max_per_day, max_score_per_day)
  select $1, $2::integer, $3::bigint
  -- First what was there, so that it is read, and locked, before it changes.
  where exists (select from before) or (select count(*) from activity_limit) < $4
  on conflict (activity) do update set max_per_day = excluded.max_per_day, max_score_per_day = excluded.max_score_per_day
  returning activity
), audited as (
  insert into audit (actor, action, subject, reason, was, became)
  select $5, 'set-limits', 'activity:' || activity, $6,
         (select jsonb_build_object('maxPerDay', max_per_day, 'maxScorePerDay', max_score_per_day) from before),
         jsonb_build_object('maxPerDay', $2::integer, 'maxScorePerDay', $3::bigint)
  from stored
)
select activity from stored
