-- When the first score was that counts, by look-ups in an index (see V012); null when there is none.
-- $1 activities, null for all
with counted as not materialized (
  select activity collate "C" as activity,
         case when deleted_at is null and held is null then occurred_at at time zone 'UTC' end as at
  from score
)
select (case when $1::text[] is null
  then (select min(at) from counted)
  else (select min(first.at) from unnest($1::text[]) as taken (activity) cross join lateral (
    select at from counted c where c.activity = taken.activity and at is not null order by at limit 1) as first)
end) at time zone 'UTC'
