-- Nothing when there is no such athlete; else whether the name is another one.
with old as (select name from athlete where id = $1 for update)
update athlete a set name = $2 from old where a.id = $1 returning old.name <> $2 as changed
