-- $1 the activity, $2 who does it, $3 why
with gone as (
  delete from activity_limit where activity = $1 returning activity, max_per_day, max_score_per_day
), audited as (
  insert into audit (actor, action, subject, reason, was)
  select $2, 'remove-limits', 'activity:' || activity, $3,
         jsonb_build_object('maxPerDay', max_per_day, 'maxScorePerDay', max_score_per_day)
  from gone
)
select activity from gone
