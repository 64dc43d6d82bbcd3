-- Which of some periods have a score that counts, by their places: look-ups in an index, for each period and activity two at
-- most. The first of the two, from the middle on, is for athletes' own time: there a scan from the begin may pass by hours of
-- scores that belong to the day before.
-- Written out for all activities and for some: each has an index of its own (see V012), and one condition for both would use
-- neither.
-- $1 activities, null for all; $2, $3 begins and ends; $4 how many minutes clocks may differ, 0 when they do not matter
with counted as not materialized (
  select user_id, activity collate "C" as activity, utc_offset,
         case when deleted_at is null and held is null then occurred_at at time zone 'UTC' end as counted_at
  from score
)
select p.place::integer from (
  select place, from_at at time zone 'UTC' as from_at, to_at at time zone 'UTC' as to_at,
         $4::integer * interval '1 minute' as margin
  from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality as p (from_at, to_at, place)) as p
where case when $1::text[] is null then exists (
  select from (values (p.from_at + (p.to_at - p.from_at) / 2, p.to_at), (p.from_at - p.margin, p.to_at + p.margin))
    as look (begins, ends)
  cross join lateral (
    select from counted s
    where s.counted_at >= look.begins and s.counted_at < look.ends
      and ($4 = 0 or (s.counted_at + s.utc_offset * interval '1 minute' >= p.from_at
                      and s.counted_at + s.utc_offset * interval '1 minute' < p.to_at))
      and not exists (select from concealed c where c.user_id = s.user_id)
    limit 1) as one
) else exists (
  select from unnest($1::text[]) as taken (activity)
  cross join (values (p.from_at + (p.to_at - p.from_at) / 2, p.to_at), (p.from_at - p.margin, p.to_at + p.margin))
    as look (begins, ends)
  cross join lateral (
    select from counted s
    where s.activity = taken.activity
      and s.counted_at >= look.begins and s.counted_at < look.ends
      and ($4 = 0 or (s.counted_at + s.utc_offset * interval '1 minute' >= p.from_at
                      and s.counted_at + s.utc_offset * interval '1 minute' < p.to_at))
      and not exists (select from concealed c where c.user_id = s.user_id)
    limit 1) as one
) end
order by p.place
