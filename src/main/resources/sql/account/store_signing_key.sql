insert into signing_key (kid, secret) select $1, $2 where not exists (select from signing_key)
