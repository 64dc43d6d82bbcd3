select id, role, label, created_at from api_key order by created_at, id
