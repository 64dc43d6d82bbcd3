select kid, secret from signing_key order by created_at, kid
