-- $1 the user, $2 who does it, $3 why
with made as (
  insert into suspended (user_id, reason) select id, $3 from athlete where id = $1
  on conflict (user_id) do update set reason = excluded.reason returning user_id
), audited as (
  insert into audit (actor, action, user_id, reason) select $2, 'suspend', user_id, $3 from made
)
select exists (select from made) as found
