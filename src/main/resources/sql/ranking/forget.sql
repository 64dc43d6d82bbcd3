-- Nothing happens when another node was first. A stream that was written to after all is held by its outbox rows.
with raised as (update installation set era = $2 where era = $1 returning era)
delete from stream where id = any($3::bigint[]) and exists (select from raised)
