-- For each stream, the last batch beyond what a leaderboard period has that touches it; none when none does.
-- $1 streams, $2 the last batches that it has; $3 activities, null for all; $4, $5 from and to
select o.stream, max(o.batch)
from unnest($1::bigint[], $2::bigint[]) as had (stream, batch)
join outbox o on o.stream = had.stream and o.batch > had.batch
where exists (
  select from unnest(o.activities, o.occurred, o.offsets) as entry (activity, occurred_at, utc_offset)
  where ($3::text[] is null or activity = any($3)) and occurred_at >= $4 and occurred_at < $5 /* and when */)
group by o.stream
