-- Another key, once the newest is old. $1 its name, $2 the secret, $3 after how many days a key is old, $4 minutes that
-- tokens live
insert into signing_key (kid, secret, token_minutes)
select $1, $2, $4
where not exists (select from signing_key where created_at > now() - $3::integer * interval '1 day')
