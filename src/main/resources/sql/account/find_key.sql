select id, role from api_key where key_hash = $1
