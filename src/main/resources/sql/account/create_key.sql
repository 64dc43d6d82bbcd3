insert into api_key (key_hash, role, label) values ($1, $2, $3) returning id, created_at
