-- When the first score was that counts, by look-ups in an index; null when there is none.
-- $1 activities, null for all
select case when $1::text[] is null
  then (select min(occurred_at) from score where deleted_at is null and held is null)
  else (select min(first.occurred_at) from unnest($1::text[]) as taken (activity) cross join lateral (
    select occurred_at from score s
    where s.activity collate "C" = taken.activity and s.deleted_at is null and s.held is null
    order by occurred_at limit 1) as first)
end
