-- Streams whose writer has been silent for longer than the outbox keeps anything, and that left nothing in it.
select s.id from stream s
where s.seen_at < now() - make_interval(secs => $1 + 60) and s.applied_to = s.trimmed_to
  and not exists (select from outbox o where o.stream = s.id)
order by s.id limit 100
