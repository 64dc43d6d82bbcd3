-- When the first score was that counts, by look-ups in an index; null when there is none.
-- $1 activities, null for all
with recursive kind as (
  (select activity from score where $1::text[] is null and deleted_at is null and held is null order by activity collate "C" limit 1)
  union all
  select (select activity from score s
          where s.activity collate "C" > k.activity and s.deleted_at is null and s.held is null order by activity collate "C" limit 1)
  from kind k where k.activity is not null
), taken as materialized (
  select activity from unnest($1::text[]) as a (activity)
  union all select activity from kind where activity is not null
)
select min(first.occurred_at) from taken t cross join lateral (
  select occurred_at from score s where s.activity collate "C" = t.activity and s.deleted_at is null and s.held is null
  order by occurred_at limit 1) as first
