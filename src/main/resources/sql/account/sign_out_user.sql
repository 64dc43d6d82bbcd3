-- The same by an admin, if there is such a user. $1 the user, $2 who does it, $3 why
with revoked as (
  insert into token_revocation as r (user_id, version, revoked_at)
  select id, 1, clock_timestamp() from athlete where id = $1
  on conflict (user_id) do update set version = r.version + 1, revoked_at = greatest(r.revoked_at, excluded.revoked_at)
  returning user_id
), audited as (
  insert into audit (actor, action, user_id, reason) select $2, 'sign-out', user_id, $3 from revoked
)
select exists (select from revoked) as found
