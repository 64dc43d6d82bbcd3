-- Makes an athlete or renames one. $1 the id, $2 the name, $3 whether also one who has an account.
-- Whether the athlete is new, whether anything changed, and whether it was refused.
with old as (
  select name, exists (select from account where athlete_id = a.id) and not $3::boolean as refused
  from athlete a where a.id = $1
), stored as (
  insert into athlete (id, name) select $1, $2::text where not exists (select from old where refused)
  on conflict (id) do update set name = excluded.name
)
select
  not exists (select from old) as made,
  not exists (select from old where name = $2 or refused) as changed,
  exists (select from old where refused) as refused
