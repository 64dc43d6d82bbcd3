-- One batch: scores, athletes not seen before, and one outbox row with just what was really inserted. One statement,
-- so one transaction and one round trip. Rows come sorted by id, so that writers never wait for each other in a circle.
-- Behind the gate that hiding and sealing close: see V009.
-- $1 stream, $2 batch, $3-$10 the scores in parallel arrays, $11 ids of athletes that may be new
with gate as (delete from write_gate where false), newcomer as (
  insert into athlete (id, name) select id, id from unnest($11::text[]) as n (id) on conflict (id) do nothing
), asked as (
  select * from unnest($3::uuid[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[], $8::smallint[],
                       $9::boolean[], $10::text[])
    as a (id, user_id, activity, score, occurred_at, utc_offset, timed, held)
), inserted as (
  insert into score (id, user_id, activity, score, occurred_at, utc_offset, timed, held)
  select id, user_id, activity, score, occurred_at, utc_offset, timed, held from asked a
  where not exists (select from suspended s where s.user_id = a.user_id)
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
