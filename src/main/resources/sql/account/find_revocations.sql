select user_id, version, revoked_at from token_revocation where user_id = any($1::text[])
