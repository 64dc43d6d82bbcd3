-- Keys that were followed by another so long ago that all they signed has expired. The hour is for nodes that have not
-- heard of the newer one at once.
delete from signing_key k
where (select min(n.created_at) from signing_key n where (n.created_at, n.kid) > (k.created_at, k.kid))
      < now() - k.token_minutes * interval '1 minute' - interval '1 hour'
