-- Somebody whom the app's identity provider knows by this name: made when new, renamed when the provider says another
-- name than it last said. Not whoever has an account with a password here: that is somebody else, and taken. $1 the user, $2 the name, null: it says none, $3 when the token was made that says so
with taken as (
  select from account where athlete_id = $1
), old as (
  select c.name as claimed, c.issued_at from athlete a left join claimed_name c on c.user_id = a.id where a.id = $1
), person as (
  insert into athlete as a (id, name) select $1, coalesce($2::text, $1) where not exists (select from taken)
  on conflict (id) do update set name = excluded.name
  where $2 is not null and a.name <> $2 and not exists (select from old where claimed = $2 or issued_at > $3)
  returning id
), claimed as (
  insert into claimed_name as c (user_id, name, issued_at) select $1, $2, $3::timestamptz
  where $2 is not null and not exists (select from taken)
  on conflict (user_id) do update set name = excluded.name, issued_at = excluded.issued_at
  where c.issued_at < excluded.issued_at
)
select exists (select from taken) as taken, exists (select from old) and exists (select from person) as renamed
