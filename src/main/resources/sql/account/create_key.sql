insert into api_key (key_hash, role, label, prefix) values ($1, $2, $3, $4) returning id
