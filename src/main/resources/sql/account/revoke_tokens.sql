-- Nothing a user was given so far holds any longer. $1 the user
insert into token_revocation as r (user_id, version, revoked_at) values ($1, 1, clock_timestamp())
on conflict (user_id) do update set version = r.version + 1, revoked_at = greatest(r.revoked_at, excluded.revoked_at)
