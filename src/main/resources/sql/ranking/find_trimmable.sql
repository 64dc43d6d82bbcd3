-- What the outbox need not hold any longer, of the caller's own streams and of those whose writer is silent.
select o.stream, max(o.batch) from outbox o join stream s on s.id = o.stream
where o.batch <= s.applied_to
  and o.created_at < now() - make_interval(secs => $1)
  and (o.stream = any($2::bigint[]) or s.seen_at < now() - interval '1 minute')
group by o.stream
