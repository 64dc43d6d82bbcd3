-- A user's highest and lowest scores that count, by activity; of equal ones the earliest.
-- $1 the user
with counted as materialized (
  select activity, score, occurred_at, id from score where user_id = $1 and deleted_at is null and held is null
)
select activity, h.score as highest, h.id as highest_id, h.occurred_at as highest_at,
       l.score as lowest, l.id as lowest_id, l.occurred_at as lowest_at, t.scores, t.total
from (select activity, count(*) as scores, sum(score) as total from counted group by activity) t
join (select distinct on (activity) * from counted order by activity, score desc, occurred_at, id) h using (activity)
join (select distinct on (activity) * from counted order by activity, score, occurred_at, id) l using (activity)
order by activity collate "C"
