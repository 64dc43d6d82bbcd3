-- Nothing happens when it is new and there are as many as $4.
insert into activity_limit (activity, max_per_day, max_score_per_day)
select $1, $2, $3 where (select count(*) from activity_limit where activity <> $1) < $4
on conflict (activity) do update set max_per_day = excluded.max_per_day, max_score_per_day = excluded.max_score_per_day
returning activity
