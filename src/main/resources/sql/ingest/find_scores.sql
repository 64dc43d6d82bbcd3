-- Scores as they were first sent: one that was changed since is found with what it was.
select s.id, s.user_id, coalesce(c.was ->> 'activity', s.activity), coalesce((c.was ->> 'score')::integer, s.score),
       coalesce((c.was ->> 'occurredAt')::timestamptz, s.occurred_at), s.timed,
       coalesce((c.was ->> 'utcOffset')::smallint, s.utc_offset), s.held
from score s left join lateral (
  select was from audit where score_id = s.id and action = 'change' order by id limit 1
) c on true
where s.id = any($1::uuid[])
