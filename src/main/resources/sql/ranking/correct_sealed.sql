-- Sets entries of a sealed period to what was computed; $1 the period, $2 the users, $3 and $4 those of them that have an
-- entry, and its key. Tells whether anything was different.
with given as (
  select * from unnest($3::text[], $4::bigint[]) as g (user_id, key)
), gone as (
  delete from sealed_entry where period = $1 and user_id = any($2::text[]) and user_id not in (select user_id from given)
  returning user_id
), made as (
  insert into sealed_entry (period, user_id, key) select $1, user_id, key from given
  on conflict (period, user_id) do update set key = excluded.key where sealed_entry.key <> excluded.key
  returning user_id, xmax = 0 as added
), counted as (
  select (select count(*) from gone) as gone, (select count(*) from made) as made,
         (select count(*) from made where added) as added
), noted as (
  update sealed_period p set corrected_at = now(), total = total + c.added - c.gone from counted c
  where p.id = $1 and c.gone + c.made > 0 returning p.leaderboard
)
update leaderboard l set sealed_revision = sealed_revision + 1 from noted n where l.id = n.leaderboard returning l.id
