-- One batch: scores, athletes not seen before, and one outbox row with just what was really inserted. One statement,
-- so one transaction and one round trip. Rows come sorted by id, so that writers never wait for each other in a circle.
-- As commit_batch.sql, for a batch in which some activity has a limit a day: what is beyond it is held. Two writers at the
-- same instant do not see each other's, so that one more than the limit may count.
-- $1 stream, $2 batch, $3-$10 the scores in parallel arrays, $11 ids of athletes that may be new
with gate as (delete from write_gate where false), newcomer as (
  insert into athlete (id, name) select id, id from unnest($11::text[]) as n (id) on conflict (id) do nothing
), asked as (
  select * from unnest($3::uuid[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[], $8::smallint[],
                       $9::boolean[], $10::text[])
    as a (id, user_id, activity, score, occurred_at, utc_offset, timed, held)
), dated as (
  -- A repeat counts with what is stored, if it does; what is held does not count.
  select a.*, (a.occurred_at at time zone 'UTC' + a.utc_offset * interval '1 minute')::date as day,
         a.held is null and not exists (select from score s where s.id = a.id) as adds
  from asked a
), limited as (
  -- With what was stored of the day before this batch, and what stands before it in the batch.
  select d.*, l.max_per_day, l.max_score_per_day,
         coalesce(b.number, 0) + count(*) filter (where d.adds) over before_it as number,
         coalesce(b.total, 0) + coalesce(sum(d.score) filter (where d.adds) over before_it, 0) as total
  from dated d left join activity_limit l on l.activity = d.activity
  left join lateral (
    select count(*) as number, sum(s.score) as total from score s
    where l.activity is not null and s.user_id = d.user_id and s.activity = d.activity and s.deleted_at is null
      and s.held is null
      and s.occurred_at >= d.occurred_at - interval '36 hours' and s.occurred_at < d.occurred_at + interval '36 hours'
      and (s.occurred_at at time zone 'UTC' + s.utc_offset * interval '1 minute')::date = d.day
  ) b on true
  window before_it as (partition by d.user_id, d.activity, d.day order by d.occurred_at, d.id)
), judged as (
  select id, user_id, activity, score, occurred_at, utc_offset, timed, coalesce(held, case
    when number > max_per_day then 'more than ' || max_per_day || ' ' || activity || ' a day'
    when total > max_score_per_day then 'more than ' || max_score_per_day || ' of ' || activity || ' a day'
  end) as held
  from limited
), inserted as (
  insert into score (id, user_id, activity, score, occurred_at, utc_offset, timed, held)
  select id, user_id, activity, score, occurred_at, utc_offset, timed, held from judged a
  where not exists (select from suspended s where s.user_id = a.user_id)
  order by id
  on conflict (id) do nothing
  returning id, user_id, activity, score, occurred_at, utc_offset, held
), counted as (
  select i.*, c.user_id is null and i.held is null as counts
  from inserted i left join concealed c on c.user_id = i.user_id
), logged as (
  -- Of a user who is concealed nothing may be added up: the entry is to be computed anew, as none. So is one for a score
  -- that is held: without it.
  insert into outbox (stream, batch, users, activities, scores, occurred, offsets)
  select $1, $2, array_agg(user_id), array_agg(activity), array_agg(case when counts then score end),
         array_agg(occurred_at), array_agg(utc_offset)
  from counted having count(*) > 0
)
-- The ids are needed only when some were there before, or were not taken.
select count(*)::integer as inserted,
       case when count(*) < cardinality($3::uuid[]) then array_agg(id) end as ids,
       array_agg(id) filter (where not counts) as uncounted,
       array_agg(id) filter (where held is not null) as held,
       array_agg(held) filter (where held is not null) as reasons
from counted
