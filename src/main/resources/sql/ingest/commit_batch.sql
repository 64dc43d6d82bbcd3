-- One batch: scores, athletes not seen before, and one outbox row with just what was really inserted. One statement,
-- so one transaction and one round trip. Rows come sorted by id, so that writers never wait for each other in a circle.
-- $1 stream, $2 batch, $3-$8 the scores in parallel arrays, $9 ids of athletes that may be new
with newcomer as (
  insert into athlete (id, name) select id, id from unnest($9::text[]) as n (id) on conflict (id) do nothing
), inserted as (
  insert into score (id, user_id, activity, score, occurred_at, timed)
  select * from unnest($3::uuid[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[], $8::boolean[])
  on conflict (id) do nothing
  returning id, user_id, activity, score, occurred_at
), counted as (
  select i.*, c.user_id is not null as concealed from inserted i left join concealed c on c.user_id = i.user_id
), logged as (
  -- Of a user who is concealed nothing may be added up: the entry is to be computed anew, as none.
  insert into outbox (stream, batch, users, activities, scores, occurred)
  select $1, $2, array_agg(user_id), array_agg(activity), array_agg(case when not concealed then score end),
         array_agg(occurred_at)
  from counted having count(*) > 0
)
-- The ids are needed only when some were there before.
select count(*)::integer as inserted,
       case when count(*) < cardinality($3::uuid[]) then array_agg(id) end as ids,
       array_agg(id) filter (where concealed) as concealed
from counted
