-- How much the outbox holds, how much of it nobody has reported as applied, and since when the eldest of that waits.
-- A few look-ups by the primary key for each stream: batches are numbered without gaps.
select coalesce(sum(w.written_to - s.trimmed_to), 0)::bigint as held,
       coalesce(sum(greatest(0, w.written_to - s.applied_to)), 0)::bigint as unapplied,
       coalesce(extract(epoch from clock_timestamp() - min(first.created_at)), 0)::float8 as seconds
from stream s
cross join lateral (
  select greatest(s.trimmed_to, (select max(o.batch) from outbox o where o.stream = s.id)) as written_to) w
left join outbox first on first.stream = s.id and first.batch = s.applied_to + 1
