-- Which database this is, its era, and how far each stream has come; the greatest batch that the outbox holds or held.
select i.source, i.era, s.id, s.applied_to, s.trimmed_to,
       greatest(s.trimmed_to, coalesce((select max(o.batch) from outbox o where o.stream = s.id), 0)) as written_to
from installation i left join stream s on true
order by s.id
