-- Whether the athlete is new, and whether anything changed.
with old as (select name from athlete where id = $1),
stored as (
  insert into athlete (id, name) values ($1, $2) on conflict (id) do update set name = excluded.name
)
select not exists (select from old) as made, not exists (select from old where name = $2) as changed
