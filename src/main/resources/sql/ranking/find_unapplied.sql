-- Streams that hold a batch which nobody has reported as applied for a while: their node died, or is slow.
select s.id, s.applied_to from stream s
where exists (
  select from outbox o
  where o.stream = s.id and o.batch > s.applied_to
    and o.created_at <= now() - make_interval(secs => $1::float8 / 1000))
