update stream s set applied_to = greatest(s.applied_to, n.applied_to)
from unnest($1::bigint[], $2::bigint[]) as n (id, applied_to) where s.id = n.id
