-- The newest last. $1 after how many days it is to be followed by another
select kid, secret, created_at > now() - $1::integer * interval '1 day' as young from signing_key order by created_at, kid
